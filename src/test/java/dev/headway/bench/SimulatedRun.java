package dev.headway.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/** Batches in a queue and workers who take them, in simulated seconds; the same for one seed. */
final class SimulatedRun {
  private static final double MEAN_SECONDS = 3;

  /** How much one batch differs from another. */
  private static final double DEVIATION = 0.3;

  /** A standard queue keeps the order only roughly. */
  private static final int OUT_OF_ORDER = 20;

  /** What may happen to a run. */
  enum Shape {
    STEADY("steady"),
    LOCKSTEP("all batches take the same time, so they end in waves"),
    SLOW_START("slow start (each worker is cold for 5–15 s)"),
    SLOW_BATCH("one batch takes twenty times as long"),
    BURSTS("throttled: pauses of 5–20 s, about every 30 s"),
    RETRIES("5 % of the batches come again after 5–20 s"),
    SPEED_UP("2.5 times as fast from the middle on"),
    SLOW_DOWN("2.5 times as slow from the middle on");

    private final String description;

    Shape(String description) {
      this.description = description;
    }

    @Override
    public String toString() {
      return description;
    }
  }

  private record Waiting(int batch, double from, boolean again) {}

  private final Shape shape;
  private final int batches;
  private final Random random;
  private final List<Waiting> queue = new ArrayList<>();
  private final PriorityQueue<Waiting> redelivered =
      new PriorityQueue<>(Comparator.comparingDouble(Waiting::from));
  private final List<double[]> pauses = new ArrayList<>();
  private final int slowBatch;

  private SimulatedRun(Shape shape, int batches, Random random) {
    this.shape = shape;
    this.batches = batches;
    this.random = random;
    slowBatch = 1 + random.nextInt(batches);
    for (int batch = 1; batch <= batches; batch++) {
      queue.add(new Waiting(batch, 0, false));
    }
    double end = 0;
    for (int i = 0; shape == Shape.BURSTS && i < 10_000; i++) {
      double from = end + 10 + 40 * random.nextDouble();
      end = from + 5 + 15 * random.nextDouble();
      pauses.add(new double[] {from, end});
    }
  }

  static RecordedRun of(Shape shape, int batches, int workers, long seed) {
    return new SimulatedRun(shape, batches, new Random(seed)).run(workers);
  }

  private RecordedRun run(int workers) {
    var free = new PriorityQueue<Double>(); // when each worker can take its next batch
    for (int i = 0; i < workers; i++) {
      free.add((shape == Shape.SLOW_START ? 5 + 10 * random.nextDouble() : 0.3) + i * 0.01);
    }
    var done = new ArrayList<RecordedRun.Completion>();
    int started = 0;
    while (done.size() < batches) {
      double now = free.remove();
      for (double[] pause : pauses) {
        if (now >= pause[0] && now < pause[1]) {
          now = pause[1] + random.nextDouble() * 0.1;
        }
      }
      while (!redelivered.isEmpty() && redelivered.element().from() <= now) {
        queue.addFirst(redelivered.remove());
      }
      if (queue.isEmpty()) {
        if (redelivered.isEmpty()) {
          continue; // this worker is needed no more
        }
        free.add(redelivered.element().from());
        continue;
      }
      var next = queue.remove(random.nextInt(Math.min(OUT_OF_ORDER, queue.size())));
      double end = now + seconds(next, started++);
      free.add(end);
      if (shape == Shape.RETRIES && !next.again() && random.nextInt(20) == 0) {
        double back = end + 5 + 15 * random.nextDouble();
        redelivered.add(new Waiting(next.batch(), back, true));
      } else {
        done.add(new RecordedRun.Completion(end, next.batch()));
      }
    }
    done.sort(Comparator.comparingDouble(RecordedRun.Completion::seconds));
    return new RecordedRun(batches, done);
  }

  private double seconds(Waiting next, int startedBefore) {
    double deviation = shape == Shape.LOCKSTEP ? 0.003 : DEVIATION;
    double spread = Math.exp(deviation * random.nextGaussian());
    boolean late = startedBefore >= batches / 2;
    double factor =
        switch (shape) {
          case STEADY, LOCKSTEP, SLOW_START, BURSTS, RETRIES -> 1;
          case SLOW_BATCH -> next.batch() == slowBatch ? 20 : 1;
          case SPEED_UP -> late ? 1 / 2.5 : 1;
          case SLOW_DOWN -> late ? 2.5 : 1;
        };
    return MEAN_SECONDS * spread * factor;
  }
}
