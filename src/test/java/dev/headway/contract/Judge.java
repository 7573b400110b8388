package dev.headway.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Judges what is heard, one after the other on a thread of its own, so that no event loop waits.
 * There is one for the JVM, because Netty makes the taps and knows no test.
 */
final class Judge {
  private static final Contract CONTRACT = Contract.ofService();
  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("contract").factory());
  private static final Queue<String> FAULTS = new ConcurrentLinkedQueue<>();
  private static final AtomicLong JUDGED = new AtomicLong();

  /**
   * Whether the server of a port is ours: the first thing that it says carries a request id, which
   * no other server of the tests does.
   */
  private static final Map<Integer, Boolean> OURS = new ConcurrentHashMap<>();

  private Judge() {}

  /** Does a part of the work, later. Any thread. */
  static void heard(Runnable part) {
    THREAD.execute(() -> {
      try {
        part.run();
      } catch (RuntimeException e) {
        FAULTS.add("what was heard could not be judged: " + e);
      }
    });
  }

  /** On the judge's thread. */
  static void judge(int port, Exchange exchange) {
    boolean ours = OURS.computeIfAbsent(port, p -> exchange.headers().containsKey("X-Request-Id"));
    if (ours) {
      JUDGED.incrementAndGet();
      List<String> faults = CONTRACT.faults(exchange);
      if (!faults.isEmpty()) {
        FAULTS.add(String.join("\n  ", faults) + "\n  in " + exchange);
      }
    }
  }

  /** What was wrong since the last call, after everything that has been heard was judged. */
  static List<String> takeFaults() {
    settle();
    List<String> taken = new ArrayList<>();
    for (String fault = FAULTS.poll(); fault != null; fault = FAULTS.poll()) {
      taken.add(fault);
    }
    return taken;
  }

  /** How many answers were judged so far. */
  static long judged() {
    settle();
    return JUDGED.get();
  }

  private static void settle() {
    CompletableFuture.runAsync(() -> {}, THREAD).orTimeout(60, TimeUnit.SECONDS).join();
  }
}
