package dev.headway.simulation;

import dev.headway.simulation.SimulatedQueues.Message;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One run of the simulation: a world of its own, the production workers in it, and the scheduler
 * that chooses every next step from the seed of its plan.
 *
 * <p>Calm steps: let a worker go on to its next call, deliver a message. As many as the plan allows
 * are {@link Disturbances}, some of them an {@link Ambush}. Then everything drains.
 *
 * <p>Left out: {@code UploadDesk}, which draws its ids from a random source of its own; its one
 * write is made by the {@link Owners} instead. Batches of more than one question, whose questions
 * run on threads that the scheduler does not know: files stay below the 20,000 rows where these
 * begin.
 */
final class Schedule {
  /** At most so many at the same time; disturbances may send more. */
  private static final int WORKERS = 4;

  /** Far above what 50 batches can need. */
  private static final int MAX_STEPS = 200_000;

  private final Plan plan;
  private final SplittableRandom random;
  private final SimulatedClock clock;
  private final Crew crew;
  private final Services services;
  private final SimulatedQueues queues;
  private final Owners owners;
  private final Disturbances disturbances;
  private final Ambush ambush;
  private int disturbancesLeft;

  Schedule(Plan plan, Write.Book book, Optional<Fault> fault, SimulatedDynamoDb.Watch watch) {
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
    this.disturbancesLeft = plan.disturbances();
    this.clock = new SimulatedClock(random);
    this.crew = new Crew(clock);
    this.services = new Services(crew, clock, random, book, fault, watch);
    this.queues = services.queues();
    this.owners = new Owners(plan, random, crew, services);
    this.disturbances = new Disturbances(plan, random, clock, crew, services, owners);
    this.ambush = new Ambush(plan, random, clock, crew, services, owners, disturbances);
  }

  /** Runs it to its end. */
  Story run() {
    Optional<String> broken = Optional.empty();
    try {
      owners.begin();
      while (step()) {
        Ledger.require(crew.steps().size() <= MAX_STEPS, "the schedule never ends");
      }
      services.checkAtRest(owners.uploads());
    } catch (Ledger.Broken promise) {
      broken = Optional.of(String.valueOf(promise.getMessage()));
    } finally {
      crew.dismissAll();
    }
    return new Story(plan, broken, List.copyOf(crew.steps()));
  }

  /** One step; says whether there was one to take. */
  private boolean step() {
    clock.pass(Duration.ofMillis(1 + random.nextInt(50)));
    if (disturbancesLeft > 0 && disturb()) {
      disturbancesLeft--;
      return true;
    }
    List<Message> deliverable = crew.size() < WORKERS ? queues.visible() : List.of();
    int choices = crew.size() * 3 + Math.min(2, deliverable.size());
    if (choices == 0) {
      return giveUp();
    }
    int choice = random.nextInt(choices);
    if (choice < crew.size() * 3) {
      crew.resume(crew.at(choice / 3), Fate.DONE);
    } else {
      var _ = services.deliver(deliverable.get(random.nextInt(deliverable.size())));
    }
    return true;
  }

  private boolean disturb() {
    if (plan.aim() != Aim.NOWHERE && random.nextInt(3) == 0 && ambush.strike()) {
      return true;
    }
    if (random.nextInt(12) == 0) {
      disturbances.disturb();
      return true;
    }
    return false;
  }

  /**
   * What is left to time when nobody works any more: the sweep of uploads whose file never came.
   * Whatever else has not ended hangs.
   */
  private boolean giveUp() {
    for (Upload upload : owners.uploads()) {
      Optional<ProcessingStatus> record =
          services.record(upload).filter(r -> !r.isTerminal() && !r.isExpired(clock.now()));
      if (owners.neverSends(upload)
          && record.filter(r -> r.status() == Status.UPLOADING).isPresent()) {
        var _ = services.sweep();
        return true;
      }
    }
    return false;
  }
}
