package dev.headway.simulation;

import dev.headway.simulation.SimulatedQueues.Message;
import dev.headway.simulation.SimulatedQueues.Queue;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What comes between: everything in {@link Fate}, visibility time-outs, messages that come again
 * after they were deleted, doubled notifications, other bytes for the same upload, cancellations,
 * watchers that call an upload stalled, sweeps, reports out of order, a second creation, messages
 * of batches that do not exist, the end of a record's life.
 */
final class Disturbances {
  private static final List<Stage> REPORTED =
      List.of(Stage.FILE_UPLOAD, Stage.FILE_PROCESSING, Stage.BATCH_PROCESSING);

  private final Plan plan;
  private final SplittableRandom random;
  private final SimulatedClock clock;
  private final Crew crew;
  private final Services services;
  private final SimulatedQueues queues;
  private final Owners owners;

  Disturbances(
      Plan plan,
      SplittableRandom random,
      SimulatedClock clock,
      Crew crew,
      Services services,
      Owners owners) {
    this.plan = plan;
    this.random = random;
    this.clock = clock;
    this.crew = crew;
    this.services = services;
    this.queues = services.queues();
    this.owners = owners;
  }

  /** Any one of them; it may turn out that there is nothing to disturb. */
  void disturb() {
    switch (random.nextInt(plan.lapses() ? 23 : 21)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> {
        if (crew.size() > 0) {
          crew.resume(
              crew.at(random.nextInt(crew.size())),
              Fate.DISTURBING.get(random.nextInt(Fate.DISTURBING.size())));
        }
      }
      case 8 ->
          anyOf(queues.held())
              .ifPresent(message -> {
                crew.note("the visibility of " + message + " times out");
                queues.reappear(message);
              });
      case 9 -> timeOutAll();
      case 10 -> anyOf(queues.gone()).ifPresent(this::repeat);
      case 11 ->
          anyOf(owners.sent())
              .ifPresent(file -> {
                crew.note("a second notification of " + file.id());
                services.announce(file);
              });
      case 12 -> services.cancel(owners.anyUpload());
      case 13, 14 -> {
        var _ = watch(owners.anyUpload());
      }
      case 15 -> report(owners.anyUpload());
      case 16 -> owners.createAgain("second owner of %s", owners.anyUpload());
      case 17 -> stray(owners.anyUpload());
      case 18, 19 -> owners.sendAgain(owners.anyUpload());
      case 20 -> {
        var _ = services.sweep();
      }
      case 21 -> passADay();
      default -> owners.uploads().forEach(services::deleteIfExpired);
    }
  }

  private <T> Optional<T> anyOf(List<T> list) {
    return list.isEmpty() ? Optional.empty() : Optional.of(list.get(random.nextInt(list.size())));
  }

  void timeOutAll() {
    crew.note("the visibility of all messages times out");
    queues.held().forEach(queues::reappear);
  }

  private void repeat(Message message) {
    crew.note(message + " comes again though it was deleted");
    var _ = queues.add(message.queue(), message.body());
  }

  private void passADay() {
    owners.uploads().forEach(services.ledger()::lapse);
    Optional<Instant> end = services.record(owners.anyUpload()).map(ProcessingStatus::expiresAt);
    if (end.isPresent() && random.nextBoolean()) {
      crew.note("almost a day passes");
      clock.passUntil(end.get().minusMillis(random.nextInt(400)));
      if (random.nextBoolean()) {
        // The service does just that at the end of a record's life.
        var _ = watch(owners.anyUpload());
      } else {
        var _ = services.sweepNow();
      }
      return;
    }
    // No function runs for a day, and no request of one is on its way for that long.
    crew.crashAll();
    crew.note("a day passes");
    clock.pass(Duration.ofHours(25));
    if (random.nextBoolean()) {
      Upload upload = owners.anyUpload();
      owners.createAgain("owner of %s anew", upload);
      owners.createAgain("owner of %s anew", upload);
    }
  }

  /** A node of the service that calls what it saw stalled, whatever has happened since. */
  Worker watch(Upload upload) {
    return crew.hire(
        "watcher of " + upload.id(),
        () -> {
          Optional<ProcessingStatus> seen = services.statuses().getStatus(upload.id());
          if (seen.isPresent()
              && services.statuses().markStalled(upload.id(), seen.get().version())
                  instanceof WriteOutcome.Applied(ProcessingStatus marked)) {
            Ledger.require(
                marked.version() == seen.get().version() + 1,
                "version %d is called stalled for what was seen of %d",
                marked.version() - 1,
                seen.get().version());
          }
        });
  }

  private void report(Upload upload) {
    // Who waits for a file that never comes is only found while it says so.
    Status status =
        owners.neverSends(upload) ? Status.UPLOADING : Status.active().get(random.nextInt(3));
    var _ = report(upload, status);
  }

  /** A worker of another kind, which may report whatever the contract lets it. */
  Worker report(Upload upload, Status status) {
    Stage stage = REPORTED.get(random.nextInt(REPORTED.size()));
    return crew.hire(
        "reporter of %s, %s for %s".formatted(status.wire(), stage.wire(), upload.id()),
        () -> services.statuses().updateStatus(upload.id(), status, stage));
  }

  /** A batch that its upload does not have, as a file that was cut otherwise would give. */
  private void stray(Upload upload) {
    if (services.record(upload).filter(r -> r.progress().isSplit()).isEmpty()) {
      return;
    }
    crew.note("a stray batch of " + upload.id());
    Upload file = services.ledger().fileOf(upload.id());
    int row = file.rows() + 1;
    if (random.nextBoolean()) {
      services.poison(upload, Upload.batchOf(row));
    }
    var _ =
        queues.add(
            Queue.BATCH,
            """
            {"v":1,"uploadId":"%s","batch":%d,"rows":[{"row":%d,"fields":{"Name":"%s"}}]}\
            """
                .formatted(upload.id(), file.batches() + 1, row, file.name(row)));
  }
}
