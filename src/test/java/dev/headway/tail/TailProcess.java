package dev.headway.tail;

import dev.headway.status.ProcessingStatus;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/**
 * A node that does nothing but tail, as a process of its own, so that a test can kill it. Prints
 * every change; ends in good order when its standard input does.
 */
final class TailProcess {
  private TailProcess() {}

  /**
   * Tails until the standard input ends.
   *
   * @param arguments local or cluster, worker id, lease table, port, stream ARN
   */
  public static void main(String[] arguments) throws IOException {
    TailConfig preset =
        switch (arguments[0]) {
          case "local" -> TailConfig.local(arguments[1]);
          case "cluster" -> TailConfig.cluster(arguments[1]);
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    try (var clients = LocalDatabase.Clients.of(Integer.parseInt(arguments[3]));
        var tail =
            new Tail(
                preset.named(arguments[2]),
                clients.dynamo(),
                () -> new TableStream(arguments[4], clients.streams()),
                Items::decode,
                new Printer(),
                InstantSource.fixed(Items.NOW),
                System::nanoTime)) {
      tail.start();
      int end = System.in.read();
      say("STOPPING " + end);
    }
    say("STOPPED");
    System.exit(0); // KCL has threads that are not daemons and never end
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }

  private static final class Printer implements TailListener {
    @Override
    public void leased(String shardId) {
      say("LEASED " + shardId);
    }

    @Override
    public void changed(String shardId, List<ProcessingStatus> changes) {
      changes.forEach(change -> say("CHANGED " + change.uploadId() + " " + change.version()));
    }

    @Override
    public void readToEnd(String shardId) {}

    @Override
    public void ended(String shardId, List<String> children) {
      say("ENDED " + shardId);
    }

    @Override
    public void released(String shardId) {
      say("RELEASED " + shardId);
    }
  }
}
