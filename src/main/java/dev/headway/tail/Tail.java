package dev.headway.tail;

import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.kinesis.coordinator.Scheduler;

/**
 * Reads the status table's stream and hands every change to a {@link TailListener}: at least once,
 * in the order of the stream for each upload, without a gap across restarts, shard rollovers and
 * failovers, as long as the stream keeps its records (24 h).
 *
 * <p>A daemon thread named {@code headway-tail} runs KCL's scheduler and starts a new one, after a
 * delay, whenever it ends without having been closed. All methods may be called from any thread.
 */
public final class Tail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

  /** A hard stop waits for KCL this long beyond the failover time, after which KCL gives up too. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Between two looks for a stream that cannot be found: a request a second. */
  private static final Duration FIND_AGAIN = Duration.ofSeconds(1);

  private final TailConfig config;
  private final DynamoDbAsyncClient dynamo;
  private final Supplier<TableStream> stream;
  private final TailListener listener;
  private final LongSupplier nanos;
  private final ChangeDecoder decoder;
  private final OpenShardList openShards;
  private final LeaseHandover handover;
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Lock lock = new ReentrantLock();
  private final Condition resumed = lock.newCondition();
  private volatile @Nullable Run current;
  private volatile @Nullable TableStream found;
  private volatile boolean paused;

  /** One life of a scheduler. */
  private record Run(Scheduler scheduler, ShardReaders readers, AtomicBoolean stopping) {}

  /**
   * @param dynamo for the lease tables; stays the caller's
   * @param stream finds the stream; asked on the tail's thread before every run, and may fail while
   *     the table is away
   * @param codec makes a record of an item; empty, or an exception, where the item is not one
   * @param nanos a monotonic clock, such as {@code System::nanoTime}
   */
  public Tail(
      TailConfig config,
      DynamoDbAsyncClient dynamo,
      Supplier<TableStream> stream,
      Function<Map<String, AttributeValue>, Optional<ProcessingStatus>> codec,
      TailListener listener,
      InstantSource clock,
      LongSupplier nanos) {
    this.config = config;
    this.dynamo = dynamo;
    this.stream = stream;
    this.listener = listener;
    this.nanos = nanos;
    this.decoder = new ChangeDecoder(codec, clock, nanos);
    this.openShards = new OpenShardList(config.applicationName(), dynamo);
    this.handover = new LeaseHandover(config.workerId(), dynamo);
    this.thread = Thread.ofPlatform().daemon().name("headway-tail").unstarted(this::supervise);
  }

  /** Starts reading and returns at once. Failures are logged and tried again. */
  public void start() {
    thread.start();
  }

  /** The shards that this node reads now. */
  public List<ShardLease> leases() {
    Run run = current;
    return run == null ? List.of() : run.readers.leases();
  }

  /** How many stream records could not be read and were left out since the start. */
  public long skipped() {
    return decoder.skipped();
  }

  /**
   * Every shard that may still bring changes which no worker has read, from the stream and the
   * lease table. Does not block.
   *
   * @return fails while the database or the stream cannot be asked
   */
  public CompletableFuture<Set<String>> openShards() {
    return CompletableFuture.supplyAsync(
        () -> {
          TableStream known = found;
          return openShards.of(known == null ? stream.get() : known);
        },
        task -> Thread.ofVirtual().name("headway-tail-shards").start(task));
  }

  /**
   * Gives every lease up, checkpointed where the listener took the changes, and takes none until
   * {@link #resume}. For a node that cannot pass changes on. Returns at once.
   */
  public void pause() {
    if (!paused) {
      paused = true;
      LOG.warn("the stream reader pauses: what it reads reaches nobody else");
      yieldLeases();
    }
  }

  /** Takes leases again, once others had the time to take those that were given up. */
  public void resume() {
    if (paused) {
      lock.lock();
      try {
        paused = false;
        resumed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Gives every lease up and stays away for {@link TailConfig#restartAfter} and more, in which
   * another node takes them.
   */
  private void yieldLeases() {
    Run run = current;
    if (run != null && run.stopping.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("headway-tail-yield").start(() -> stop(run.scheduler));
    }
  }

  /**
   * Checkpoints, gives the leases up and stops: gracefully within the configured bound, then hard.
   * Afterwards the listener is told nothing more. Does nothing the second time.
   */
  @Override
  public void close() {
    closing.countDown();
    if (thread.getState() == Thread.State.NEW || thread == Thread.currentThread()) {
      return;
    }
    Run run = current;
    if (run == null) {
      thread.interrupt(); // starting or waiting to start again
    } else if (run.stopping.compareAndSet(false, true)) {
      stop(run.scheduler);
    }
    if (!joined(config.stopWithin().plus(config.failover()).plus(GRACE))) {
      LOG.warn("the stream reader does not stop; its threads are left behind");
      thread.interrupt();
      if (run != null) {
        run.readers.close();
      }
    }
  }

  private void supervise() {
    RestartDelay delay = RestartDelay.of(config.restartAfter());
    while (!isClosing()) {
      long startedAt = nanos.getAsLong();
      try {
        awaitResumed();
        runOnce(streamWhenThere());
      } catch (InterruptedException e) {
        continue; // only close() interrupts
      } catch (Exception | Error e) {
        if (!isClosing()) {
          LOG.error("the stream reader failed", e);
        }
      }
      delay = delay.dueAfter(Duration.ofNanos(nanos.getAsLong() - startedAt));
      if (!isClosing()) {
        LOG.warn("the stream reader has stopped; it starts again in {}", delay.next());
        await(delay.next());
        delay = delay.passed();
      }
    }
  }

  /** Holds no leases yet, so it need not stay away: asks again soon. */
  private TableStream streamWhenThere() throws InterruptedException {
    boolean complaining = false;
    while (true) {
      try {
        TableStream there = stream.get();
        found = there;
        return there;
      } catch (SdkException | IllegalStateException e) {
        if (!complaining) {
          complaining = true;
          LOG.warn("the table's stream is not to be had: {}; trying again", e.getMessage());
        }
      }
      if (closing.await(FIND_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException();
      }
    }
  }

  private void awaitResumed() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (paused) {
        resumed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void runOnce(TableStream there) throws Exception {
    var readers = new ShardReaders();
    var context =
        new ShardReader.Context(
            decoder,
            listener,
            shardId -> childrenOf(there, shardId),
            config.checkpointEvery(),
            nanos,
            readers,
            this::yieldLeases);
    Scheduler scheduler =
        new SchedulerAssembly(config, dynamo, there, nanos)
            .assemble(() -> new ShardReader(context));
    var run = new Run(scheduler, readers, new AtomicBoolean());
    current = run;
    try {
      // close() and pause() may have looked for a run just before there was one.
      if (!isClosing() && !paused) {
        scheduler.run();
        handover.of(scheduler);
      }
    } finally {
      current = null;
      if (!scheduler.shutdownComplete()) { // run() threw, or never ran: its threads are still there
        scheduler.shutdown();
        scheduler.executorService().shutdownNow();
      }
      readers.close();
    }
  }

  /** Gracefully within the bound, then hard; returns when KCL was told, not when it has stopped. */
  private void stop(Scheduler scheduler) {
    try {
      scheduler.startGracefulShutdown().get(config.stopWithin().toMillis(), TimeUnit.MILLISECONDS);
      return;
    } catch (TimeoutException e) {
      LOG.warn("the stream reader did not stop in {}; stopping it hard", config.stopWithin());
    } catch (ExecutionException e) {
      LOG.warn("the stream reader did not stop gracefully; stopping it hard", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // On a thread of its own: it waits for a lock that a scheduler holds while it initializes.
    Thread.ofPlatform().daemon().name("headway-tail-stop").start(scheduler::shutdown);
  }

  private List<String> childrenOf(TableStream there, String shardId) {
    Run run = current;
    if (run == null) {
      throw new IllegalStateException("the run in which " + shardId + " was read is over");
    }
    return new ChildShards(there, run.scheduler.leaseRefresher()).of(shardId);
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void await(Duration delay) {
    try {
      boolean closed = closing.await(delay.toMillis(), TimeUnit.MILLISECONDS);
      LOG.debug("closed while waiting: {}", closed);
    } catch (InterruptedException e) {
      LOG.debug("closed while waiting"); // only close() interrupts
    }
  }

  private boolean joined(Duration bound) {
    try {
      return thread.join(bound);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
