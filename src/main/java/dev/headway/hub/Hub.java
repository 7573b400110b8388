package dev.headway.hub;

import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusEncoder;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The node's view of the uploads that somebody watches or read lately. */
public final class Hub implements AutoCloseable {
  private final Vertx vertx;
  private final HubConfig config;
  private final Bus bus;
  private final MonotonicClock clock;
  private final Freshness freshness;
  private final Board board;
  private final Readings readings;
  private final Intake intake;
  private final SharedReads reads;
  private final OwnerLists ownerLists;
  private final Refusals refusals;
  private final Resync resync;
  private final OwnerWatches owners;
  private final OwnerResync ownerResync;
  private final ShardListing listing;
  private final Patrol patrol;
  private final TailReporter tail;
  private final LoopLocal<LoopInbox> inboxes;
  private final List<Long> timers = new ArrayList<>();
  private final LongAdder fromMemory = new LongAdder();
  private final LongAdder fromTable = new LongAdder();

  /** One whose pushes nobody is told of. */
  public Hub(
      Vertx vertx,
      HubConfig config,
      StatusReader table,
      StatusEncoder encoder,
      Bus bus,
      OpenShards openShards,
      StallMarker stallMarker,
      InstantSource wallClock,
      LongSupplier ticker) {
    this(
        vertx,
        config,
        table,
        encoder,
        bus,
        openShards,
        stallMarker,
        PushListener.NOBODY,
        wallClock,
        ticker);
  }

  /**
   * A hub that does nothing by itself before {@link #start}.
   *
   * @param table where records are read that memory cannot vouch for
   * @param openShards where the shards of the table's stream are listed
   * @param ticker monotonic nanoseconds, as {@link System#nanoTime}
   */
  public Hub(
      Vertx vertx,
      HubConfig config,
      StatusReader table,
      StatusEncoder encoder,
      Bus bus,
      OpenShards openShards,
      StallMarker stallMarker,
      PushListener pushes,
      InstantSource wallClock,
      LongSupplier ticker) {
    this.vertx = vertx;
    this.config = config;
    this.bus = bus;
    clock = new MonotonicClock(ticker);
    freshness = new Freshness();
    board = new Board(config, clock);
    readings = new Readings(config, clock, wallClock, freshness);
    owners = new OwnerWatches();
    intake = new Intake(board, owners, encoder, wallClock);
    reads = new SharedReads(board, intake, table, config.readPatience());
    ownerLists = new OwnerLists(table, config.readPatience(), clock);
    refusals = new Refusals(config.unknownFor(), clock);
    resync = new Resync(board, readings, reads, clock, config);
    ownerResync = new OwnerResync(owners, readings, freshness, ownerLists, clock, config);
    listing = new ShardListing(freshness, openShards, clock, config.readPatience());
    patrol =
        new Patrol(
            board,
            List.of(
                resync,
                new StallWatch(board, clock, stallMarker),
                new ExpiryWatch(intake, wallClock)));
    tail = new TailReporter(bus, clock);
    inboxes =
        new LoopLocal<>(loop ->
            new LoopInbox(loop, config.sliceSize(), board::unwatch, owners::unwatch, pushes));
  }

  /** Listens to the bus and begins to look after what is watched. */
  public void start() {
    bus.listen(new FromBus());
    listing.tick();
    every(config.heartbeatEvery(), tail::heartbeat);
    every(Resync.STEP, resync::tick);
    every(config.resyncEvery().dividedBy(20), ownerResync::tick);
    every(config.resyncEvery().dividedBy(8), listing::tick);
    every(Patrol.STEP, patrol::tick);
  }

  private void every(Duration period, Runnable task) {
    timers.add(vertx.setPeriodic(Math.max(1, period.toMillis()), id -> task.run()));
  }

  /** Stops looking after anything; what is asked for is still answered. */
  @Override
  public void close() {
    timers.forEach(vertx::cancelTimer);
    timers.clear();
  }

  /** Where this node's tail reports. */
  public TailReporter tail() {
    return tail;
  }

  /**
   * The newest version of one of the asker's uploads: from memory while the board is fresh,
   * otherwise by a consistent read that concurrent misses share. Call it on an event loop; the
   * future completes there. Fails when the table had to be read and could not be, unless memory has
   * at least the version asked for, no older than {@link HubConfig#staleFor}: then that, with its
   * honest age.
   *
   * <p>Somebody else's upload is as one that there is not: memory does not answer for it, the table
   * is read for it as often, and where the table is away, that is what is said.
   *
   * @param atLeast a version that the caller has seen; if the board's is older, the table is read.
   *     0 where the caller has seen none
   */
  public Future<Optional<Reading>> read(UploadId id, long atLeast, OwnerId asker) {
    Optional<Entry> own = ownedBy(asker, board.read(id));
    if (own.filter(held -> readings.answers(held, atLeast)).isPresent()) {
      fromMemory.increment();
      return Future.succeededFuture(own.flatMap(readings::of));
    }
    if (own.isEmpty() && atLeast == 0 && refusals.has(asker, id)) {
      fromMemory.increment();
      return Future.succeededFuture(Optional.empty());
    }
    fromTable.increment();
    return fromTable(id, atLeast)
        .map(found -> ownedBy(asker, found))
        .onSuccess(found -> {
          if (found.isEmpty()) {
            refusals.add(asker, id);
          }
        })
        .map(found -> found.flatMap(readings::of))
        .recover(failure ->
            ownedBy(asker, board.peek(id))
                .filter(held -> readings.standsIn(held, atLeast))
                .map(held -> Future.succeededFuture(readings.of(held)))
                .orElseGet(() -> Future.failedFuture(failure)));
  }

  private static Optional<Entry> ownedBy(OwnerId asker, @Nullable Entry held) {
    Change newest = held == null ? null : held.newest();
    return newest != null && newest.record().isOwnedBy(asker)
        ? Optional.ofNullable(held)
        : Optional.empty();
  }

  private Future<Entry> fromTable(UploadId id, long atLeast) {
    long asked = clock.now();
    Load joined = reads.join(id, MonotonicClock.NEVER);
    return outcome(joined)
        .compose(found ->
            // A read that began before the caller asked may have missed what the caller saw.
            joined.startedAt() < asked && versionOf(found) < atLeast
                ? outcome(reads.join(id, asked))
                : Future.succeededFuture(found));
  }

  private Future<Entry> outcome(Load load) {
    return Future.fromCompletionStage(load.done(), vertx.getOrCreateContext());
  }

  private static long versionOf(Entry entry) {
    Change newest = entry.newest();
    return newest == null ? 0 : newest.version();
  }

  /**
   * The newest versions of several uploads of one asker, as {@link #read} has them, in the order of
   * the ids; those without a record are left out. Fails when one of them cannot be read.
   */
  public Future<List<Reading>> readAll(Collection<UploadId> ids, OwnerId asker) {
    List<Future<Optional<Reading>>> all = ids.stream().map(id -> read(id, 0, asker)).toList();
    return Future.all(all)
        .map(done -> all.stream().map(Future::result).flatMap(Optional::stream).toList());
  }

  /**
   * An owner's uploads, newest first, those among them that this node created a moment ago. Call it
   * on an event loop; the future completes there. Fails when the table cannot be read.
   *
   * @param after only what comes after this place
   */
  public Future<UploadPage> newestOf(OwnerId owner, int limit, Optional<OwnedUpload> after) {
    // One more than wanted tells whether there is a next page.
    return Future.fromCompletionStage(
            ownerLists.newestOf(owner, limit + 1, after), vertx.getOrCreateContext())
        .compose(listed -> {
          List<OwnedUpload> page = listed.subList(0, Math.min(limit, listed.size()));
          Optional<OwnedUpload> next =
              listed.size() > limit ? Optional.of(page.getLast()) : Optional.empty();
          return readAll(page.stream().map(OwnedUpload::uploadId).toList(), owner)
              .map(found -> new UploadPage(found, next));
        });
  }

  /**
   * Puts the result of this node's own write on board and bus, before the write is answered. Any
   * thread. An upload that nobody asked for is not kept: who asks next reads the table.
   */
  public void put(ProcessingStatus written) {
    if (written.version() == 1) {
      ownerLists.created(written.ownerId(), OwnedUpload.of(written));
    }
    intake.offer(written);
    bus.publish(new Changes(List.of(written)));
  }

  /**
   * Subscribes to an upload. Call it on an event loop; the subscriber is called there, for every
   * version after the one that is returned.
   *
   * @param known what the caller has of the upload
   * @return the subscription, and the newest version that the board has by now
   */
  public Subscribed subscribe(Change known, Subscriber subscriber) {
    LoopInbox inbox = inboxes.here();
    Subscription subscription = inbox.subscriptions().add(known.uploadId(), subscriber);
    // In this order nothing falls between: what is offered from here on comes to the inbox.
    return new Subscribed(subscription, board.watch(known.uploadId(), inbox, known));
  }

  /**
   * Subscribes to all uploads of an owner, those to come among them. Call it on an event loop; the
   * subscriber is called there, for every change from now on, and with the owner's list whenever
   * some may have been missed. Only who subscribes to an upload is told of the end of its life, and
   * kept up to date by readings of the table.
   */
  public Subscription subscribe(OwnerId owner, Subscriber subscriber) {
    LoopInbox inbox = inboxes.here();
    Subscription subscription = inbox.owners().add(owner, subscriber);
    owners.watch(owner, inbox, clock.now());
    return subscription;
  }

  /** How many owners have subscribers on this node. Any thread. */
  public int watchedOwners() {
    return owners.count();
  }

  /** How many uploads have subscribers on this node. Any thread. */
  public int watchedUploads() {
    return board.watchedCount();
  }

  /** Readings that were answered from memory, since the start. */
  public long readFromMemory() {
    return fromMemory.sum();
  }

  /** Readings for which the table was asked, or that joined one who asks, since the start. */
  public long readFromTable() {
    return fromTable.sum();
  }

  /** Uploads that were read because the board could not vouch for them, since the start. */
  public long resyncReads() {
    return reads.refreshed();
  }

  /** Whether polls are answered from memory just now: the tail is heard of and is up to date. */
  public boolean isWhole() {
    return readings.isWhole();
  }

  /** How old the board is: since the moment as of which it is whole; empty if it is not known. */
  public Optional<Duration> boardAge() {
    long asOf = freshness.wholeAsOf();
    return asOf == MonotonicClock.NEVER
        ? Optional.empty()
        : Optional.of(MonotonicClock.between(asOf, clock.now()));
  }

  /** A subscription with the state at its beginning. */
  public record Subscribed(Subscription subscription, Change newest) {}

  /** What the bus brings. */
  private final class FromBus implements BusListener {
    @Override
    public void received(Delivery delivery) {
      if (freshness.heard(delivery.from(), delivery.number(), clock.now())) {
        listing.tick();
      }
      switch (delivery.message()) {
        case Changes(List<ProcessingStatus> records) -> records.forEach(intake::offer);
        case TailHeartbeat heartbeat ->
            freshness.heartbeat(delivery.from(), heartbeat, clock.now());
      }
    }

    @Override
    public void interrupted() {
      freshness.interrupted(clock.now());
      listing.tick();
    }
  }
}
