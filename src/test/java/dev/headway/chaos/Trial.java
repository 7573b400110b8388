package dev.headway.chaos;

import dev.headway.chaos.Ledger.Write;
import dev.headway.status.UploadId;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * One row: fresh uploads and viewers, steady writes, the fault, its end, the wait until all is well
 * again, the end of every upload, the judgement.
 */
final class Trial {
  /** What must have been quick for the cluster to count as well, up to now. */
  private static final long LOOK_BACK = Duration.ofSeconds(2).toNanos();

  private static final long QUICK = Duration.ofMillis(300).toNanos();
  private static final double MOST = 0.99;

  private final Cluster cluster;
  private final Fault fault;
  private final Ledger ledger = new Ledger();

  Trial(Cluster cluster, Fault fault) {
    this.cluster = cluster;
    this.fault = fault;
  }

  Outcome run() throws Exception {
    Settings settings = cluster.settings();
    fault.prepare(cluster);
    cluster.awaitWell();
    var table =
        new ProcessingStatusService(
            cluster.client(),
            new StatusTable("ProcessingStatus"),
            InstantSource.system(),
            Promises.DEFAULT);
    var random = new Random(1);
    try (var workload = new Workload(table, ledger, settings.writesPerSecond(), random)) {
      List<UploadId> uploads = workload.create(settings.uploads());
      try (var audience = new Audience(cluster, uploads, ledger)) {
        cluster.awaitWell();
        audience.open();
        cluster.awaitWell();
        workload.start();
        Moments.hold(settings.before());
        long readsBefore = cluster.reads();
        workload.endSome(true);
        long beganAt = Moments.now();
        var injection = fault.inject(cluster);
        Moments.hold(fault.held(settings));
        injection.healing().heal();
        long healedAt = Moments.now();
        workload.endSome(false);
        Optional<Duration> wellAfter = awaitWell(audience, healedAt);
        workload.finish();
        // Whoever misses the last event then has missed it.
        var _ = Moments.until(settings.lastEventsWithin(), audience::isDone);
        var span = new Judgement.Span(beganAt, healedAt);
        return new Judgement(fault, ledger, injection.hit(), span)
            .of(
                audience.streams(),
                audience.polls(),
                new Judgement.Course(
                    cluster.reads() - readsBefore,
                    wellAfter,
                    workload.failed(),
                    audience.reconnectPeak(beganAt)));
      }
    }
  }

  /** How long after the end of the fault everything had been well for two seconds. */
  private Optional<Duration> awaitWell(Audience audience, long healedAt)
      throws InterruptedException {
    Map<UploadId, List<Sighting>> streams =
        audience.streams().stream().collect(Collectors.groupingBy(Sighting::upload));
    boolean well =
        Moments.until(
            cluster.settings().patience(),
            () ->
                Moments.now() - healedAt > LOOK_BACK + QUICK
                    && cluster.isWell()
                    && isQuick(streams));
    return well
        ? Optional.of(Duration.ofNanos(Moments.now() - healedAt - LOOK_BACK - QUICK))
        : Optional.empty();
  }

  private boolean isQuick(Map<UploadId, List<Sighting>> streams) {
    long to = Moments.now() - QUICK;
    int all = 0;
    int quick = 0;
    for (Write write : ledger.between(to - LOOK_BACK, to)) {
      for (Sighting stream : streams.getOrDefault(write.upload(), List.of())) {
        all++;
        quick +=
            stream
                    .firstOf(write.version())
                    .filter(arrival -> arrival.at() - write.endedAt() < QUICK)
                    .isPresent()
                ? 1
                : 0;
      }
    }
    return all > 0 && quick >= MOST * all;
  }
}
