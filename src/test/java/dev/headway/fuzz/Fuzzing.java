package dev.headway.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongPredicate;

/** Runs one target over seeds. Each input is a function of its seed alone. */
final class Fuzzing<I> {
  private static final int MOST_SHRINKS = 200;

  private final FuzzTarget<I> target;

  Fuzzing(FuzzTarget<I> target) {
    this.target = target;
  }

  /**
   * What was found.
   *
   * @param input the smallest that still fails
   */
  record Find(String target, long seed, String input, Throwable failure) {}

  /**
   * Tries seed after seed, several at once.
   *
   * @param goesOn asked before each, with the number tried so far
   */
  Optional<Find> run(long firstSeed, int threads, LongPredicate goesOn, AtomicLong tried) {
    var next = new AtomicLong(firstSeed);
    var found = new AtomicReference<Optional<Find>>(Optional.empty());
    try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            lanes.submit(() -> {
              while (found.get().isEmpty() && goesOn.test(tried.get())) {
                long seed = next.getAndIncrement();
                tried.incrementAndGet();
                attempt(seed)
                    .ifPresent(find -> found.compareAndSet(Optional.empty(), Optional.of(find)));
              }
            }));
      }
      for (Future<?> lane : all) {
        lane.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the fuzzer itself failed", e);
    }
    return found.get();
  }

  Optional<Find> attempt(long seed) {
    I input = target.input(new SplittableRandom(seed));
    return failure(input).map(failure -> shrunk(seed, input, failure));
  }

  private Find shrunk(long seed, I input, Throwable failure) {
    I smallest = input;
    Throwable its = failure;
    boolean smaller = true;
    for (int tries = 0; smaller && tries < MOST_SHRINKS; ) {
      smaller = false;
      for (I candidate : target.smaller(smallest)) {
        tries++;
        Optional<Throwable> again = failure(candidate);
        // The same kind of failure: another one would be another find.
        if (again.isPresent() && again.get().getClass() == its.getClass()) {
          smallest = candidate;
          its = again.get();
          smaller = true;
          break;
        }
        if (tries >= MOST_SHRINKS) {
          break;
        }
      }
    }
    return new Find(target.name(), seed, target.show(smallest), its);
  }

  private Optional<Throwable> failure(I input) {
    try {
      target.check(input);
      return Optional.empty();
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      return Optional.of(e);
    }
  }
}
