package dev.headway.simulation;

import dev.headway.simulation.SimulatedQueues.Message;
import dev.headway.simulation.SimulatedQueues.Queue;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Leads a schedule into the race that its plan aims at. Chance alone hardly ever gets there: each
 * needs one thing to happen between two certain calls of a worker who is rarely there himself.
 *
 * <p>Each strike takes whatever is at hand for it one step further, and nothing but what might have
 * happened by itself.
 */
final class Ambush {
  /** Nobody is at work for longer, so that time may pass in the middle of a call. */
  private static final Duration LONGEST_RUN = Duration.ofMinutes(15);

  /** Whose answer is looked at with the clock, and then the next write is dated. */
  private static final List<String> BEFORE_THE_LAST_LOOK =
      List.of("acceptFile", "countCompleted", "countFailed");

  private final Plan plan;
  private final SplittableRandom random;
  private final SimulatedClock clock;
  private final Crew crew;
  private final Services services;
  private final SimulatedQueues queues;
  private final Owners owners;
  private final Disturbances disturbances;

  Ambush(
      Plan plan,
      SplittableRandom random,
      SimulatedClock clock,
      Crew crew,
      Services services,
      Owners owners,
      Disturbances disturbances) {
    this.plan = plan;
    this.random = random;
    this.clock = clock;
    this.crew = crew;
    this.services = services;
    this.queues = services.queues();
    this.owners = owners;
    this.disturbances = disturbances;
  }

  /** Says whether there was anything to do for it. */
  boolean strike() {
    return switch (plan.aim()) {
      case NOWHERE -> false;
      case SWEEP -> besidesTheSweep();
      case END_OF_LIFE -> aroundTheEndOfLife();
      case LATE_BATCH -> besidesTheLateWorker();
    };
  }

  /** Between the sweep's look at an upload and its end of it. */
  private boolean besidesTheSweep() {
    List<Upload> waiting =
        owners.uploads().stream()
            .filter(upload ->
                services.record(upload).filter(r -> r.status() == Status.UPLOADING).isPresent())
            .toList();
    if (waiting.isEmpty()) {
      return false;
    }
    Upload upload = waiting.get(random.nextInt(waiting.size()));
    if (crew.waitingFor("abandon").isEmpty()) {
      crew.rush(services.sweep(), worker -> worker.waitingFor().equals("abandon"));
      return true;
    }
    switch (random.nextInt(3)) {
      case 0 -> crew.rushToTheEnd(disturbances.report(upload, Status.UPLOADING));
      case 1 -> crew.rushToTheEnd(disturbances.watch(upload));
      default -> {
        owners.sendAgain(upload);
        queues.visible().stream()
            .filter(message -> message.queue() == Queue.SPLIT)
            .findFirst()
            .flatMap(services::deliver)
            .ifPresent(crew::rushToTheEnd);
      }
    }
    return true;
  }

  /**
   * Whoever writes has mostly just seen that the record lives, and mostly prolonged its life by
   * what he wrote before. Not so when he finds done what a worker did who died a day ago, and has
   * only the rest to do.
   */
  private boolean aroundTheEndOfLife() {
    Optional<Instant> end = owners.uploads().stream().flatMap(this::nearEnd).findFirst();
    if (end.isPresent()) {
      List<Worker> late =
          BEFORE_THE_LAST_LOOK.stream().flatMap(call -> crew.waitingFor(call).stream()).toList();
      if (late.isEmpty()) {
        return false;
      }
      crew.note("a call takes its time");
      clock.passUntil(end.get().minusMillis(1 + random.nextInt(30)));
      crew.resume(late.get(random.nextInt(late.size())), Fate.DONE);
      return true;
    }
    Optional<ProcessingStatus> halfDone =
        owners.uploads().stream()
            .flatMap(upload -> services.record(upload).stream())
            .filter(this::isHalfDone)
            .findFirst();
    if (halfDone.isEmpty()) {
      return random.nextBoolean() && giveUpSomeBatch();
    }
    // Most splits are to go on, or nothing else would ever be half done.
    if (!halfDone.get().progress().isSplit() && random.nextInt(4) > 0) {
      return false;
    }
    letAlmostADayPass(halfDone.get());
    return true;
  }

  private Stream<Instant> nearEnd(Upload upload) {
    return services.record(upload).stream()
        .map(ProcessingStatus::expiresAt)
        .filter(end -> end.isAfter(clock.now()))
        .filter(end -> end.isBefore(clock.now().plus(LONGEST_RUN)));
  }

  /** Accepted and not split, all counted and not ended, or not ended with a batch that failed. */
  private boolean isHalfDone(ProcessingStatus record) {
    Progress counts = record.progress();
    return !record.isTerminal()
        && record.status() != Status.UPLOADING
        && (!counts.isSplit() || counts.isFinished() || counts.failedBatches() > 0);
  }

  private void letAlmostADayPass(ProcessingStatus record) {
    owners.uploads().forEach(services.ledger()::lapse);
    crew.crashAll();
    crew.note("almost a day passes");
    disturbances.timeOutAll();
    if (random.nextInt(4) == 0) {
      clock.passUntil(record.expiresAt().minusMillis(1 + random.nextInt(30)));
      owners.uploads().stream()
          .filter(upload -> upload.id().equals(record.uploadId()))
          .forEach(upload -> crew.rushToTheEnd(disturbances.watch(upload)));
      return;
    }
    clock.passUntil(record.expiresAt().minusMillis(random.nextInt(3_000)));
    if (record.progress().failedBatches() > 0) {
      List.copyOf(queues.gone()).stream()
          .filter(message -> message.queue() == Queue.BATCH_DEAD)
          .filter(message -> message.body().contains("\"%s\"".formatted(record.uploadId())))
          .filter(message -> !message.body().contains("\"buried\""))
          .findFirst()
          .ifPresent(message -> {
            crew.note(message + " is driven back to where it came from");
            var _ = queues.add(Queue.BATCH, message.body());
          });
    }
  }

  /** First the batch is given up behind somebody's back; then he is not alone in completing it. */
  private boolean besidesTheLateWorker() {
    for (Worker late : crew.waitingFor("moveToCompleted")) {
      if (random.nextBoolean()) {
        crew.resume(late, Fate.REPEATED);
      } else {
        services.inHandOf(late).ifPresent(this::letAnotherWorkItOff);
      }
      return true;
    }
    return giveUpSomeBatch();
  }

  private boolean giveUpSomeBatch() {
    for (Worker worker : crew.workers()) {
      Optional<Message> batch =
          services
              .inHandOf(worker)
              .filter(message -> message.queue() == Queue.BATCH)
              .filter(this::isOneOfSeveral);
      if (batch.isPresent()) {
        giveUp(batch.get());
        if (random.nextBoolean()) {
          crew.rush(worker, one -> one.waitingFor().equals("moveToCompleted"));
        }
        return true;
      }
    }
    return false;
  }

  /** Of an upload that does not end by its failure. */
  private boolean isOneOfSeveral(Message batch) {
    return owners.uploads().stream()
        .filter(upload -> batch.body().contains("\"%s\"".formatted(upload.id())))
        .flatMap(upload -> services.record(upload).stream())
        .anyMatch(
            record -> record.progress().totalBatches() - record.progress().countedBatches() > 1);
  }

  private void letAnotherWorkItOff(Message message) {
    crew.note(message + " was there twice");
    services.deliver(queues.add(Queue.BATCH, message.body())).ifPresent(crew::rushToTheEnd);
  }

  private void giveUp(Message batch) {
    crew.note("the visibility of " + batch + " times out until it is dead");
    do {
      queues.reappear(batch);
    } while (queues.receive(batch));
    services.deliver(batch).ifPresent(crew::rushToTheEnd);
  }
}
