package dev.headway.hub;

import static dev.headway.hub.Records.ENCODER;
import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A node, a table that takes its time, and a tail that dies, comes back and loses messages, in an
 * order that a seed chooses.
 */
class ResyncProperties {
  private static final long STEP = Resync.STEP.toNanos();
  private static final int STEPS = 600;

  /** A tail that is up or down stays so for some seconds. */
  private static final int TURN = 80;

  @Property(tries = 60)
  void nobody_waits_longer_than_promised_or_is_read_too_often_and_no_age_is_a_lie(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 900) int uploads,
      @ForAll @IntRange(max = 200) int latencyMillis) {
    var world = new World(new Random(seed), Duration.ofMillis(latencyMillis));
    for (int i = 0; i < uploads / 2; i++) {
      world.watchAnother();
    }
    for (int step = 0; step < STEPS; step++) {
      if (world.watched.size() < uploads && world.chance(3)) {
        world.watchAnother();
      }
      if (world.chance(20)) {
        world.leaveOne();
      }
      if (world.chance(TURN)) {
        world.tailIsUp = !world.tailIsUp;
      }
      world.step();
      world.check(uploads);
    }
    world.tailIsUp = false;
    world.random.setSeed(seed); // whatever was lost before, from here on only readings tell
    for (int step = 0; step < 5_000_000_000L / STEP; step++) {
      world.passAndTick();
    }
    world.checkThatAllIsKnown();
  }

  private static final class World implements StatusReader {
    private static final Sender TAIL = new Sender("tail", 1);

    private final Random random;
    private final long latency;
    private final ManualTime time = new ManualTime();
    private final MonotonicClock clock = new MonotonicClock(time.ticker());
    private final HubConfig config = HubConfig.standard();
    private final Freshness freshness = new Freshness();
    private final Board board = new Board(config, clock);
    private final Intake intake = new Intake(board, new OwnerWatches(), ENCODER, time.wallClock());
    private final Readings readings = new Readings(config, clock, time.wallClock(), freshness);
    private final Resync resync =
        new Resync(
            board,
            readings,
            new SharedReads(board, intake, this, config.readPatience()),
            clock,
            config);
    private final Patrol patrol = new Patrol(board, List.of(resync));
    private final LoopInbox loop =
        new LoopInbox(Runnable::run, 256, board::unwatch, (owner, self) -> {});

    /** When each version was written. */
    private final Map<UploadId, NavigableMap<Long, Long>> table = new HashMap<>();

    private final Map<UploadId, Long> watched = new HashMap<>();
    private final Map<UploadId, Long> lastRead = new HashMap<>();
    private final List<ProcessingStatus> untold = new ArrayList<>();
    private final NavigableMap<Long, List<Runnable>> answers = new TreeMap<>();
    private boolean tailIsUp = true;
    private long number;
    private int underWay;

    World(Random random, Duration latency) {
      this.random = random;
      this.latency = latency.toNanos();
      freshness.listed(Set.of("s1"), 0, 0);
    }

    boolean chance(int oneIn) {
      return random.nextInt(oneIn) == 0;
    }

    void watchAnother() {
      var id = new UploadId("u" + table.size());
      ProcessingStatus first = processing(id, 1);
      table.put(id, new TreeMap<>(Map.of(clock.now(), 1L)));
      board.found(change(first), clock.now());
      board.watch(id, loop, change(first));
      watched.put(id, clock.now());
    }

    void leaveOne() {
      watched.keySet().stream()
          .findAny()
          .ifPresent(id -> {
            board.unwatch(id, loop);
            watched.remove(id);
          });
    }

    void step() {
      for (UploadId id : watched.keySet()) {
        if (chance(100)) {
          NavigableMap<Long, Long> versions = Objects.requireNonNull(table.get(id));
          long next = versions.lastEntry().getValue() + 1;
          versions.put(clock.now(), next);
          untold.add(processing(id, next));
        }
      }
      passAndTick();
      if (tailIsUp) {
        tell(() -> untold.forEach(intake::offer));
        untold.clear();
        if (clock.now() % config.heartbeatEvery().toNanos() == 0) {
          tell(this::beat);
        }
      }
    }

    /** Puts a message on the bus, which may lose it. */
    private void tell(Runnable message) {
      number++;
      if (!chance(200)) {
        if (freshness.heard(TAIL, number, clock.now())) {
          freshness.listed(Set.of("s1"), clock.now(), clock.now());
        }
        message.run();
      }
    }

    private void beat() {
      var uptime = Duration.ofNanos(clock.now());
      freshness.heartbeat(
          TAIL,
          new TailHeartbeat(uptime, Map.of("s1", Optional.of(Duration.ZERO)), Map.of()),
          clock.now());
    }

    void passAndTick() {
      long until = clock.now() + STEP;
      while (!answers.isEmpty() && answers.firstKey() <= until) {
        time.pass(Duration.ofNanos(answers.firstKey() - clock.now()));
        answers.pollFirstEntry().getValue().forEach(Runnable::run);
      }
      time.pass(Duration.ofNanos(until - clock.now()));
      int before = underWay;
      patrol.tick();
      resync.tick();
      assertThat(underWay).isBetween(before, Resync.MOST);
    }

    void check(int uploads) {
      // The requests that are under way end; then four at a time go; the last takes its time.
      int rounds = 2 + uploads / (GatheredReads.BATCH * Resync.MOST);
      long patience = (rounds + 1) * (latency + 2 * STEP);
      long now = clock.now();
      watched.forEach((id, since) -> {
        Entry held = Objects.requireNonNull(board.peek(id));
        long waitsSince =
            Math.max(Math.max(since, freshness.gapAt()), Math.min(now, readings.dueAt(held)));
        assertThat(now - waitsSince).as("how long %s waits", id).isLessThanOrEqualTo(patience);
        long asOf = now - readings.age(held).toNanos();
        long then = versionAt(id, asOf);
        assertThat(version(held)).as("%s as of %d", id, asOf).isGreaterThanOrEqualTo(then);
      });
    }

    void checkThatAllIsKnown() {
      watched
          .keySet()
          .forEach(id ->
              assertThat(version(Objects.requireNonNull(board.peek(id))))
                  .isEqualTo(versionAt(id, clock.now())));
    }

    private static long version(Entry held) {
      return Objects.requireNonNull(held.newest()).version();
    }

    /** What was written before this moment. */
    private long versionAt(UploadId id, long moment) {
      var last = Objects.requireNonNull(table.get(id)).lowerEntry(moment);
      return last == null ? 0 : last.getValue();
    }

    @Override
    public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
      return readAll(List.of(id)).thenApply(found -> Optional.ofNullable(found.get(id)));
    }

    @Override
    public CompletionStage<List<OwnedUpload>> newestOf(
        OwnerId owner, int limit, Optional<OwnedUpload> after) {
      throw new AssertionError("nobody watches an owner");
    }

    /** Sees the table at any moment between question and answer; here at the first. */
    @Override
    public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids) {
      long now = clock.now();
      assertThat(ids).hasSizeLessThanOrEqualTo(GatheredReads.BATCH);
      assertThat(new HashSet<>(ids)).hasSameSizeAs(ids);
      var found = new HashMap<UploadId, ProcessingStatus>();
      for (UploadId id : ids) {
        Long before = lastRead.put(id, now);
        if (before != null) {
          assertThat(now - before)
              .as("between two readings of %s", id)
              .isGreaterThanOrEqualTo(config.resyncEvery().toNanos() * 3 / 4);
        }
        found.put(id, processing(id, versionAt(id, now + 1)));
      }
      underWay++;
      var answer = new CompletableFuture<Map<UploadId, ProcessingStatus>>();
      answers
          .computeIfAbsent(now + latency, at -> new ArrayList<>())
          .add(() -> {
            underWay--;
            answer.complete(found);
          });
      return answer;
    }
  }
}
