package dev.headway.chaos;

import dev.headway.status.BatchResult;
import dev.headway.status.OwnerId;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The workers: they complete batches of random uploads at a steady rate, and in the end bring every
 * upload to its terminal status. While a fault lasts, every tenth write ends an upload, so that
 * terminal events have to come through it. Started and ended by one thread.
 */
final class Workload implements AutoCloseable {
  private static final OwnerId OWNER = new OwnerId(Issuer.OWNER);
  private static final BatchResult RESULT = new BatchResult(10, 7, 3);

  /** More than any run completes, so that none ends by itself. */
  private static final int BATCHES = 2_000;

  private static final int ENDS_EVERY = 10;
  private static final int CREATED_AT_ONCE = 16;

  /** What may be under way while the table does not answer; beyond, the rate is not kept. */
  private static final int MOST_UNDER_WAY = 200;

  private static final long LATE_NANOS = 500_000_000L;
  private static final int MOST_ATTEMPTS = 30;

  private final StatusWriter table;
  private final Ledger ledger;
  private final int writesPerSecond;
  private final Random random;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
  private final LongAdder failed = new LongAdder();
  private final List<UploadId> uploads = new ArrayList<>();
  private final List<UploadId> unended = new ArrayList<>();
  private volatile boolean endsSome;
  private volatile boolean steady;
  private Thread writer = new Thread(() -> {});

  Workload(StatusWriter table, Ledger ledger, int writesPerSecond, Random random) {
    this.table = table;
    this.ledger = ledger;
    this.writesPerSecond = writesPerSecond;
    this.random = random;
  }

  /** Makes uploads that are in the middle of their batches. */
  List<UploadId> create(int count) {
    try (var creators = Executors.newFixedThreadPool(CREATED_AT_ONCE)) {
      for (int i = 0; i < count; i++) {
        var id = UploadId.random();
        uploads.add(id);
        creators.execute(() -> {
          var _ = table.createStatus(id, OWNER, "chaos.csv", 1_000);
          var _ = table.splitInto(id, BATCHES, BATCHES * 10);
        });
      }
    }
    unended.addAll(uploads);
    return List.copyOf(uploads);
  }

  /** Begins the steady writes. */
  void start() {
    steady = true;
    writer = Thread.ofPlatform().daemon().name("chaos-writer").start(this::writeSteadily);
  }

  void endSome(boolean whether) {
    endsSome = whether;
  }

  private void writeSteadily() {
    long due = Moments.now();
    int batch = 1;
    for (long n = 1; steady; n++) {
      Moments.holdUntil(due);
      if (endsSome && n % ENDS_EVERY == 0 && unended.size() > 1) {
        end(unended.remove(random.nextInt(unended.size())));
      } else {
        var id = unended.get(random.nextInt(unended.size()));
        int number = batch++ % BATCHES + 1;
        write(id, 1, () -> table.completeBatch(id, number, RESULT));
      }
      due = next(due);
    }
  }

  /** What could not be written in time is left out, not made up for. */
  private long next(long due) {
    long now = Moments.now();
    long next = due + 1_000_000_000L / writesPerSecond;
    return now - next > LATE_NANOS ? now : next;
  }

  /** Ends the steady writes, and at the same rate every upload that has not ended. */
  void finish() throws InterruptedException {
    steady = false;
    writer.join();
    long due = Moments.now();
    while (!unended.isEmpty()) {
      Moments.holdUntil(due);
      end(unended.removeLast());
      due = next(due);
    }
    workers.shutdown();
    if (!workers.awaitTermination(2, java.util.concurrent.TimeUnit.MINUTES)) {
      throw new NotInTimeException("the last writes did not return");
    }
  }

  private void end(UploadId id) {
    write(id, MOST_ATTEMPTS, () -> table.cancel(id));
  }

  private void write(UploadId id, int attempts, Supplier<WriteOutcome> operation) {
    underWay.acquireUninterruptibly();
    workers.execute(() -> {
      try {
        for (int i = 1; i <= attempts; i++) {
          if (tried(id, operation)) {
            return;
          }
        }
        failed.increment();
      } finally {
        underWay.release();
      }
    });
  }

  private boolean tried(UploadId id, Supplier<WriteOutcome> operation) {
    try {
      // A repeat of the SDK may find its own write: nothing is known of when that had ended.
      if (operation.get() instanceof WriteOutcome.Applied(var record)) {
        ledger.wrote(id, record.version(), Moments.now());
      }
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  long failed() {
    return failed.sum();
  }

  @Override
  public void close() {
    steady = false;
    workers.shutdownNow();
  }
}
