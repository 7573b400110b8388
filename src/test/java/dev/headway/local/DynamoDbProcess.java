package dev.headway.local;

import java.io.IOException;
import java.util.Optional;

/**
 * DynamoDB Local alone, in memory, as a process that can be stopped and continued. Ends when its
 * standard input does, so that it never outlives whoever started it.
 */
public final class DynamoDbProcess {
  private DynamoDbProcess() {}

  /**
   * Serves until the standard input ends.
   *
   * @param arguments the port
   */
  public static void main(String[] arguments) throws Exception {
    var _ = DynamoDbEmulator.start(Integer.parseInt(arguments[0]), Optional.empty());
    awaitEnd();
    System.exit(0);
  }

  private static void awaitEnd() throws IOException {
    while (System.in.read() >= 0) {
      // nothing is said
    }
  }
}
