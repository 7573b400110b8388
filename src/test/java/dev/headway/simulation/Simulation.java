package dev.headway.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Many schedules, and the entry point of {@code ./headway simulate}. The schedules of one run share
 * nothing, so several run side by side; each is deterministic by itself, and what is found first is
 * by its number, not by the clock.
 */
public final class Simulation {
  private static final int DEFAULT_SCHEDULES = 20_000;

  /** Seeds tried for a shorter schedule than the one that was found. */
  private static final int SEEDS_FOR_A_SHORTER_ONE = 400;

  private final Write.Book book = new Write.Book();
  private final Optional<Fault> fault;
  private final SimulatedDynamoDb.Watch watch;

  Simulation(Optional<Fault> fault, SimulatedDynamoDb.Watch watch) {
    this.fault = fault;
    this.watch = watch;
  }

  static Simulation ofProduction() {
    return new Simulation(Optional.empty(), SimulatedDynamoDb.Watch.NOBODY);
  }

  static Simulation with(Fault fault) {
    return new Simulation(Optional.of(fault), SimulatedDynamoDb.Watch.NOBODY);
  }

  /** The workers warn of every failure that they are given here, thousands in a second. */
  static void silenceTheWorkers() {
    Configurator.setLevel("dev.headway.leads", Level.OFF);
    Configurator.setLevel("dev.headway.lambda", Level.OFF);
  }

  public static void main(String[] args) {
    System.exit(run(List.of(args), ofProduction(), System.out, System.err));
  }

  static int run(List<String> args, Simulation simulation, PrintStream out, PrintStream err) {
    long schedules = DEFAULT_SCHEDULES;
    long seed = 1;
    for (int i = 0; i < args.size(); i += 2) {
      Optional<Long> number = i + 1 < args.size() ? number(args.get(i + 1)) : Optional.empty();
      if (args.get(i).equals("--schedules") && number.filter(n -> n > 0).isPresent()) {
        schedules = number.get();
      } else if (args.get(i).equals("--seed") && number.isPresent()) {
        seed = number.get();
      } else {
        err.println("usage: headway simulate [--schedules N] [--seed S]");
        return 2;
      }
    }
    silenceTheWorkers();
    long began = System.nanoTime();
    Optional<Story> failing = simulation.firstFailing(Plan::of, seed, schedules);
    double seconds = (System.nanoTime() - began) / 1e9;
    if (failing.isEmpty()) {
      out.printf(
          "%,d schedules from seed %d: every promise holds (%.0f s, %,.0f a second)%n",
          schedules, seed, seconds, schedules / seconds);
      return 0;
    }
    out.printf(
        "seed %d broke a promise; looking for a shorter schedule…%n", failing.get().plan().seed());
    Story shortest = simulation.shortest(failing.get());
    out.print(shortest.print());
    out.println(shortest.plan());
    return 1;
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The kinds of writes that were tried so far. */
  List<Write> writes() {
    return book.writes();
  }

  Story run(Plan plan) {
    return new Schedule(plan, book, fault, watch).run();
  }

  /** The failing schedule of the lowest seed, if one fails. */
  Optional<Story> firstFailing(LongFunction<Plan> plans, long firstSeed, long schedules) {
    var next = new AtomicLong(firstSeed);
    var found = new AtomicReference<Optional<Story>>(Optional.empty());
    int threads = Runtime.getRuntime().availableProcessors();
    try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            lanes.submit(() -> {
              for (long seed = next.getAndIncrement();
                  seed < firstSeed + schedules && found.get().isEmpty();
                  seed = next.getAndIncrement()) {
                Story story = run(plans.apply(seed));
                if (story.broken().isPresent()) {
                  found.accumulateAndGet(
                      Optional.of(story),
                      (a, b) ->
                          a.isEmpty() || b.orElseThrow().plan().seed() < a.get().plan().seed()
                              ? b
                              : a);
                }
              }
            }));
      }
      for (Future<?> lane : all) {
        lane.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a schedule could not be run", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return found.get();
  }

  /**
   * The shortest failing schedule that can be found from one that fails: with fewer disturbances,
   * smaller uploads, and other seeds near it.
   */
  Story shortest(Story failing) {
    Plan plan = failing.plan();
    return LongStream.range(plan.seed(), plan.seed() + SEEDS_FOR_A_SHORTER_ONE)
        .boxed()
        .flatMap(seed ->
            LongStream.of(1, Math.min(2, plan.maxBatches()), plan.maxBatches())
                .distinct()
                .filter(size -> seed == plan.seed() || size < 3)
                .mapToObj(size -> plan.with(seed, (int) size)))
        .map(this::run)
        .filter(story -> story.broken().isPresent())
        .map(this::withFewestDisturbances)
        .min(Comparator.comparingInt(story -> story.steps().size()))
        .orElse(failing);
  }

  private Story withFewestDisturbances(Story failing) {
    Plan plan = failing.plan();
    for (int fewer = 0; fewer < plan.disturbances(); fewer++) {
      Story story = run(plan.withDisturbances(fewer));
      if (story.broken().isPresent()) {
        return story;
      }
    }
    return failing;
  }
}
