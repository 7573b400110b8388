package dev.headway.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Five ports in a row that nobody has, below the range that the kernel hands out by itself. */
public final class FreePorts {
  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 32_000;
  private static final int IN_A_ROW = 5;
  private static final int ATTEMPTS = 200;

  private FreePorts() {}

  /** A configuration that keeps nothing, on free ports. */
  public static LocalConfig config() {
    return new LocalConfig(first(), Optional.empty());
  }

  public static int first() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int first = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (IntStream.range(first, first + IN_A_ROW).allMatch(FreePorts::isFree)) {
        return first;
      }
    }
    throw new IllegalStateException("no free ports");
  }

  private static boolean isFree(int port) {
    try (var probe = new ServerSocket(port, 1, InetAddress.ofLiteral(LocalConfig.HOST))) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
