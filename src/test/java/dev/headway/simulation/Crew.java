package dev.headway.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** Everybody at work in one schedule, one of whom runs at a time; keeps the story of it. */
final class Crew implements Calls {
  private final SimulatedClock clock;
  private final List<String> steps = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final Map<Worker, Consumer<Worker>> afterwards = new HashMap<>();
  private int hired;
  private @Nullable Worker running;

  Crew(SimulatedClock clock) {
    this.clock = clock;
  }

  /** Those whose work is not over, the longest there first. */
  List<Worker> workers() {
    return List.copyOf(workers);
  }

  int size() {
    return workers.size();
  }

  Worker at(int place) {
    return workers.get(place);
  }

  /** Those who are about to make such a call. */
  List<Worker> waitingFor(String call) {
    return workers.stream().filter(worker -> worker.waitingFor().equals(call)).toList();
  }

  Worker hire(String task, Runnable work) {
    return hire(task, work, _ -> {});
  }

  /**
   * Lets somebody begin.
   *
   * @param then happens when that is over, in whatever way; the scheduler's and no work
   */
  Worker hire(String task, Runnable work, Consumer<Worker> then) {
    var worker = new Worker("#" + ++hired + " " + task, work);
    workers.add(worker);
    afterwards.put(worker, then);
    note(worker.name() + " starts");
    return worker;
  }

  /**
   * Lets a worker go on to its next call or its end.
   *
   * @throws Ledger.Broken if that broke a promise
   */
  void resume(Worker worker, Fate fate) {
    if (fate != Fate.DONE || !worker.waitingFor().equals("starts")) {
      // Joined and not formatted: this is most of what is noted, and hardly ever read.
      String how = fate == Fate.DONE ? "" : ": " + fate.name().toLowerCase(Locale.ROOT);
      note(worker.name() + " " + worker.waitingFor() + how);
    }
    running = worker;
    worker.resume(fate);
    running = null;
    if (!worker.isOver()) {
      return;
    }
    workers.remove(worker);
    Throwable failure = worker.failure();
    if (failure instanceof Ledger.Broken promise) {
      throw promise;
    }
    if (failure instanceof Error || failure instanceof IllegalArgumentException) {
      throw new Ledger.Broken(worker.name() + " ended with " + failure);
    }
    Consumer<Worker> next = afterwards.remove(worker);
    if (next != null) {
      next.accept(worker);
    }
  }

  /** Lets a worker go on, and nobody else, until this holds of it or its work is over. */
  void rush(Worker worker, Predicate<Worker> there) {
    while (!worker.isOver() && !there.test(worker)) {
      resume(worker, Fate.DONE);
    }
  }

  void rushToTheEnd(Worker worker) {
    rush(worker, _ -> false);
  }

  void crashAll() {
    for (Worker worker : workers()) {
      while (!worker.isOver()) {
        resume(worker, Fate.CRASH_BEFORE);
      }
    }
  }

  /** Their threads must end, whatever they are in the middle of; nothing comes of it any more. */
  void dismissAll() {
    for (Worker worker : workers) {
      while (!worker.isOver()) {
        running = worker;
        worker.resume(Fate.CRASH_BEFORE);
      }
    }
  }

  /** Tells whether everybody has ended who works now, but for the one who asks. */
  BooleanSupplier endOfPresentWork() {
    List<Worker> present = workers.stream().filter(worker -> worker != running).toList();
    return () -> present.stream().allMatch(Worker::isOver);
  }

  void note(String step) {
    steps.add(step);
  }

  List<String> steps() {
    return steps;
  }

  @Override
  public <T> T make(String name, Supplier<T> effect, Function<String, SdkException> refusal) {
    Worker worker = running;
    if (worker == null) {
      throw new IllegalStateException("a call of nobody: " + name);
    }
    Instant madeAt = clock.lastRead();
    Fate fate = worker.pause(name);
    clock.takeEffectOf(madeAt);
    return switch (fate) {
      case DONE -> effect.get();
      case THROTTLED -> throw refusal.apply("throttled");
      case CRASH_BEFORE -> throw new Worker.Crash();
      case CRASH_AFTER -> {
        attempt(effect);
        throw new Worker.Crash();
      }
      case ANSWER_LOST -> {
        attempt(effect);
        throw SdkClientException.create("the connection broke");
      }
      case REPEATED -> {
        attempt(effect);
        yield effect.get();
      }
    };
  }

  /** A call that does nothing but take its turn. */
  void makeQuietly(String name) {
    var _ = make(name, () -> "", SdkClientException::create);
  }

  private static <T> void attempt(Supplier<T> effect) {
    try {
      var _ = effect.get();
    } catch (SdkException refused) {
      // Nobody hears of it.
    }
  }
}
