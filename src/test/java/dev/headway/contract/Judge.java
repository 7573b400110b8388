package dev.headway.contract;

import io.netty.channel.ChannelId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
  private static final Contract OF_SERVICE = Contract.ofService();
  private static final Contract OF_ANYBODY = Contract.ofAnybody();
  private static final ExecutorService THREAD =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("contract").factory());
  private static final Queue<String> FAULTS = new ConcurrentLinkedQueue<>();
  private static final AtomicLong JUDGED = new AtomicLong();

  /** So many are kept of a server of which it is not known yet whose it is. */
  private static final int MOST_UNKNOWN = 20;

  /**
   * What servers said before they said a request id, by their listening channels. No other server
   * of the tests says one, so with the first one all that came before is judged as well, and
   * nothing is kept any more. Of the judge's thread.
   */
  private static final Map<ChannelId, List<Exchange>> UNKNOWN = new HashMap<>();

  private static final Set<ChannelId> OURS = new HashSet<>();

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
  static void judge(ChannelId server, Exchange exchange) {
    if (OURS.contains(server)) {
      judge(exchange);
    } else if (exchange.header("X-Request-Id").isPresent()) {
      OURS.add(server);
      List<Exchange> before = UNKNOWN.remove(server);
      if (before != null) {
        before.forEach(Judge::judge);
      }
      judge(exchange);
    } else {
      List<Exchange> kept = UNKNOWN.computeIfAbsent(server, s -> new ArrayList<>());
      if (kept.size() < MOST_UNKNOWN) {
        kept.add(exchange);
      }
    }
  }

  private static void judge(Exchange exchange) {
    judge(exchange, OF_SERVICE);
  }

  /** What a test saw of a service that may be behind proxies, or in a process of its own. */
  static void judgeAsReader(Exchange exchange) {
    judge(exchange, OF_ANYBODY);
  }

  private static void judge(Exchange exchange, Contract contract) {
    JUDGED.incrementAndGet();
    List<String> faults = contract.faults(exchange);
    if (!faults.isEmpty()) {
      FAULTS.add(String.join("\n  ", faults) + "\n  in " + exchange);
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
