package dev.headway.bench;

import dev.headway.LocalSystem;
import dev.headway.LocalSystems;
import dev.headway.StreamClient;
import dev.headway.status.BatchResult;
import dev.headway.status.OwnerId;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a viewer waits for a change: from the end of the write that made it to its arrival at an
 * HTTP client, on the whole local system in this process. Beside the stream, a poller for each
 * upload asks every two seconds in the same run.
 */
final class LiveBench {
  private static final OwnerId OWNER = new OwnerId("bench");

  /** More than any run completes, so that no upload ends early. */
  private static final int BATCHES = 2_000;

  private static final Duration POLL_EVERY = Duration.ofSeconds(2);

  private LiveBench() {}

  static void main(String[] args) throws Exception {
    int seconds = Options.number(args, "--seconds", 20);
    int uploads = Options.number(args, "--uploads", 40);
    try (var system = LocalSystems.start();
        var http = HttpClient.newHttpClient()) {
      System.out.printf(
          "%d uploads, %d s each; milliseconds from the end of a write to its arrival%n%n",
          uploads, seconds);
      measure(system, http, uploads, 50, 5); // warm-up, not reported
      System.out.printf(
          "%-10s %-8s %8s %8s %8s %8s %8s %8s%n",
          "writes/s", "reader", "writes", "p50", "p90", "p99", "max", "missing");
      for (int rate : List.of(10, 200)) {
        var run = measure(system, http, uploads, rate, seconds);
        run.print(rate);
      }
    }
  }

  private static Run measure(
      LocalSystem system, HttpClient http, int uploads, int rate, int seconds) throws Exception {
    StatusWriter writer = system.statusWriter();
    String token = system.token(OWNER.value(), Duration.ofHours(1));
    var watched = new ArrayList<Watched>();
    for (int i = 0; i < uploads; i++) {
      var id = UploadId.random();
      writer.createStatus(id, OWNER, "bench.csv", 1_000);
      writer.splitInto(id, BATCHES, BATCHES * 10);
      watched.add(Watched.open(system.baseUrl(), http, token, id));
    }
    for (var w : watched) {
      w.awaitFirst();
    }
    var failures = new LongAdder();
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var inFlight = new Semaphore(32);
      int writes = rate * seconds;
      long start = System.nanoTime();
      for (int i = 0; i < writes; i++) {
        long due = start + i * 1_000_000_000L / rate;
        for (long wait; (wait = due - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(wait);
        }
        var w = watched.get(i % uploads);
        inFlight.acquire();
        workers.execute(() -> {
          try {
            w.write(writer);
          } catch (RuntimeException e) {
            failures.increment();
          } finally {
            inFlight.release();
          }
        });
      }
    }
    // A poller needs up to one interval to see the last write.
    long deadline = System.nanoTime() + POLL_EVERY.plusSeconds(1).toNanos();
    while (System.nanoTime() < deadline && !watched.stream().allMatch(Watched::complete)) {
      LockSupport.parkNanos(10_000_000);
    }
    var run = new Run(new ArrayList<>(), new ArrayList<>(), new LongAdder(), new LongAdder());
    for (var w : watched) {
      w.close();
      w.addTo(run);
      writer.cancel(w.id);
    }
    if (failures.sum() > 0) {
      System.out.printf("%d writes failed%n", failures.sum());
    }
    return run;
  }

  private record Run(
      List<Long> pushed, List<Long> polled, LongAdder notPushed, LongAdder notPolled) {
    void print(int rate) {
      row(rate, "stream", Sample.of(pushed), notPushed.sum());
      row(rate, "2 s poll", Sample.of(polled), notPolled.sum());
    }

    private static void row(int rate, String reader, Sample s, long missing) {
      System.out.printf(
          "%-10d %-8s %8d %8.1f %8.1f %8.1f %8.1f %8d%n",
          rate,
          reader,
          s.size() + missing,
          s.millis(50),
          s.millis(90),
          s.millis(99),
          s.millis(100),
          missing);
    }
  }

  /** One upload with its writer, its stream and its poller. */
  private static final class Watched implements AutoCloseable {
    private final UploadId id;
    private final AtomicInteger batch = new AtomicInteger();
    private final ConcurrentSkipListMap<Long, Long> written = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, Long> pushed = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Long, Long> polled = new ConcurrentSkipListMap<>();
    private final StreamClient stream;
    private final Thread poller;

    private Watched(URI base, HttpClient http, String token, UploadId id) {
      this.id = id;
      stream =
          StreamClient.open(
              http,
              base.resolve("/status/" + id),
              token,
              Map.of(),
              event -> {
                if (event.type().equals("status")) {
                  pushed.putIfAbsent(event.version(), event.arrivedAt());
                }
              });
      poller = Thread.ofVirtual().unstarted(() -> poll(base, http, token));
    }

    static Watched open(URI base, HttpClient http, String token, UploadId id) {
      var watched = new Watched(base, http, token, id);
      watched.poller.start();
      return watched;
    }

    void awaitFirst() {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (pushed.isEmpty()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("no first event for " + id);
        }
        LockSupport.parkNanos(5_000_000);
      }
    }

    void write(StatusWriter writer) {
      var outcome = writer.completeBatch(id, batch.incrementAndGet(), new BatchResult(10, 10, 0));
      long end = System.nanoTime();
      outcome.current().ifPresent(record -> written.put(record.version(), end));
    }

    private void poll(URI base, HttpClient http, String token) {
      String tag = "\"0\"";
      try {
        // A poller's pauses, here and below, are what is measured; beginning anywhere in one keeps
        // pollers from marching.
        Thread.sleep(ThreadLocalRandom.current().nextLong(POLL_EVERY.toMillis()));
        while (true) {
          var request =
              HttpRequest.newBuilder(base.resolve("/status/" + id))
                  .header("Authorization", "Bearer " + token)
                  .header("If-None-Match", tag)
                  .build();
          var response = http.send(request, HttpResponse.BodyHandlers.discarding());
          if (response.statusCode() == 200) {
            tag = response.headers().firstValue("ETag").orElseThrow();
            polled.putIfAbsent(Long.parseLong(tag.replace("\"", "")), System.nanoTime());
          }
          Thread.sleep(POLL_EVERY.toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (java.io.IOException e) {
        System.out.println("a poller gave up: " + e.getMessage());
      }
    }

    boolean complete() {
      return written.isEmpty()
          || (reached(pushed, written.lastKey()) && reached(polled, written.lastKey()));
    }

    private static boolean reached(ConcurrentSkipListMap<Long, Long> seen, long version) {
      return !seen.isEmpty() && seen.lastKey() >= version;
    }

    /** A version is seen when it or a newer one arrives: state, not a log. */
    void addTo(Run run) {
      written.forEach((version, end) -> {
        collect(pushed, version, end, run.pushed, run.notPushed);
        collect(polled, version, end, run.polled, run.notPolled);
      });
    }

    private static void collect(
        ConcurrentSkipListMap<Long, Long> seen,
        long version,
        long end,
        List<Long> into,
        LongAdder missing) {
      var arrival = seen.tailMap(version).values().stream().min(Long::compare);
      if (arrival.isPresent()) {
        into.add(Math.max(0, arrival.get() - end));
      } else {
        missing.increment();
      }
    }

    @Override
    public void close() {
      poller.interrupt();
      stream.close();
    }
  }
}
