package dev.headway.bench.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The side of a server process that takes orders: it makes changes happen at a steady rate. */
public final class Publishing {
  /** A version of an upload. */
  public record Version(int upload, long version) {}

  /** Makes changes that come together. */
  @FunctionalInterface
  public interface Publisher {
    void publish(List<Version> changes);
  }

  private Publishing() {}

  /** Says on which port is served, and obeys until the orders end. */
  public static void obey(int port, Publisher publisher) throws IOException {
    System.out.println("port " + port);
    var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      String[] words = order.split(" ", -1);
      System.out.println(
          switch (words[0]) {
            case "publish" ->
                publish(
                    publisher,
                    Double.parseDouble(words[1]),
                    Integer.parseInt(words[2]),
                    Double.parseDouble(words[3]),
                    Integer.parseInt(words[4]));
            case "heap" -> liveHeap();
            default -> throw new IllegalArgumentException(order);
          });
    }
    System.exit(0);
  }

  /**
   * Changes uploads 0 to {@code uploads} - 1 in turn; returns how many changes there were.
   *
   * @param together how many come at once
   */
  static long publish(
      Publisher publisher, double perSecond, int uploads, double seconds, int together) {
    long start = System.nanoTime();
    long all = Math.round(perSecond * seconds);
    long before = 0;
    for (long i = 0; i < all; i += together) {
      long due = start + (long) (i * 1e9 / perSecond);
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      List<Version> changes = new ArrayList<>(together);
      for (long k = i; k < Math.min(all, i + together); k++) {
        // Versions rise, also when the clock is set back or two changes meet in a microsecond.
        before = Math.max(before + 1, Uploads.nowMicros());
        changes.add(new Version((int) (k % uploads), before));
      }
      publisher.publish(changes);
    }
    return all;
  }

  private static long liveHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
