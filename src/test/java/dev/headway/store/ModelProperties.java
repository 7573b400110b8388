package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.BatchResult;
import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Random sequences of operations, as several workers with redelivered messages give them, against
 * the table and against a model that knows nothing of conditions: after each step the two agree.
 */
class ModelProperties {
  private static @Nullable DynamoDbLocal dynamoDb;

  private final TestClock clock = new TestClock();

  @BeforeContainer
  static void start() {
    dynamoDb = DynamoDbLocal.start();
  }

  @AfterContainer
  static void stop() {
    if (dynamoDb != null) {
      dynamoDb.close();
    }
  }

  @Property(tries = 120)
  void the_table_does_what_the_model_says(@ForAll("steps") List<Step> steps) {
    if (dynamoDb == null) {
      throw new IllegalStateException("not started");
    }
    // Two instances, as two Lambdas would have: nothing may hang on one's memory.
    var workers =
        List.of(
            new ProcessingStatusService(
                dynamoDb.client(), dynamoDb.statusTable(), clock, Promises.DEFAULT),
            new ProcessingStatusService(
                dynamoDb.client(), dynamoDb.statusTable(), clock, Promises.DEFAULT));
    var id = UploadId.random();
    var model = new StatusModel();
    Optional<ProcessingStatus> last = Optional.empty();
    for (Step step : steps) {
      clock.advance(Duration.ofMillis(250));
      var worker = workers.get(step.worker);

      Outcome outcome = run(step.operation, worker, id, model.version());
      StatusModel.Effect effect = apply(step.operation, model);

      assertThat(outcome.name()).isEqualTo(effect.outcome());
      Optional<ProcessingStatus> now = worker.getStatus(id);
      assertThat(outcome.current()).isEqualTo(now);
      assertThat(now.map(StatusModel.View::of)).isEqualTo(model.view());
      assertLawful(last, now, effect.writes());
      last = now;
    }
  }

  /** What holds between any two states that follow each other, whatever the model thinks. */
  private static void assertLawful(
      Optional<ProcessingStatus> before, Optional<ProcessingStatus> after, int writes) {
    if (before.isEmpty() || after.isEmpty()) {
      assertThat(before).isEmpty();
      return;
    }
    ProcessingStatus old = before.get();
    ProcessingStatus now = after.get();
    assertThat(now.version()).isEqualTo(old.version() + writes);
    assertThat(now.stage()).isGreaterThanOrEqualTo(old.stage());
    if (old.isTerminal() || writes == 0) {
      assertThat(now).isEqualTo(old);
    } else if (now.status() != old.status()) {
      assertThat(old.status().canBecome(now.status())).isTrue();
    }
    Progress counts = now.progress();
    assertThat(counts.countedBatches()).isGreaterThanOrEqualTo(old.progress().countedBatches());
    assertThat(counts.completedBatches()).isGreaterThanOrEqualTo(old.progress().completedBatches());
    assertThat(now.deadline().isPresent()).isNotEqualTo(now.isTerminal());
  }

  /** What the two kinds of outcome have in common. */
  private record Outcome(String name, Optional<ProcessingStatus> current) {
    static Outcome of(WriteOutcome outcome) {
      return new Outcome(outcome.getClass().getSimpleName(), outcome.current());
    }

    static Outcome of(FileAcceptance outcome) {
      return new Outcome(outcome.getClass().getSimpleName(), outcome.current());
    }
  }

  private static Outcome run(
      Operation operation, ProcessingStatusService worker, UploadId id, long version) {
    return switch (operation) {
      case Operation.Create() ->
          Outcome.of(worker.createStatus(id, new OwnerId("ada"), "leads.csv", 1));
      case Operation.Update(Status status, Stage stage) ->
          Outcome.of(worker.updateStatus(id, status, stage));
      case Operation.Split(int total) -> Outcome.of(worker.splitInto(id, total, total * 10));
      case Operation.Complete(int batch) ->
          Outcome.of(worker.completeBatch(id, batch, resultOf(batch)));
      case Operation.Fail(int batch) -> Outcome.of(worker.failBatch(id, batch));
      case Operation.Finish() -> Outcome.of(worker.completeProcessing(id));
      case Operation.Break() -> Outcome.of(worker.setError(id, Failure.SPLIT_FAILED));
      case Operation.Cancel() -> Outcome.of(worker.cancel(id));
      case Operation.Stall(int behind) -> Outcome.of(worker.markStalled(id, version - behind));
      case Operation.Accept(String eTag) -> Outcome.of(worker.acceptFile(id, eTag));
      case Operation.ConfirmSent(String eTag) -> Outcome.of(worker.confirmSent(id, eTag));
      case Operation.Abandon(int behind) -> Outcome.of(worker.abandon(id, version - behind));
    };
  }

  private static StatusModel.Effect apply(Operation operation, StatusModel model) {
    return switch (operation) {
      case Operation.Create() -> model.create();
      case Operation.Update(Status status, Stage stage) -> model.update(status, stage);
      case Operation.Split(int total) -> model.split(total, total * 10);
      case Operation.Complete(int batch) -> model.complete(batch, resultOf(batch));
      case Operation.Fail(int batch) -> model.fail(batch);
      case Operation.Finish() -> model.finishOnly();
      case Operation.Break() -> model.end(Status.ERROR);
      case Operation.Cancel() -> model.end(Status.CANCELLED);
      case Operation.Stall(int behind) -> model.stall(model.version() - behind);
      case Operation.Accept(String eTag) -> model.accept(eTag);
      case Operation.ConfirmSent(String eTag) -> model.confirmSent(eTag);
      case Operation.Abandon(int behind) -> model.abandon(model.version() - behind);
    };
  }

  /** Each batch has leads of its own, so that one counted for another would show. */
  private static BatchResult resultOf(int batch) {
    return new BatchResult(batch * 100 + 3, batch * 100, 2);
  }

  record Step(int worker, Operation operation) {}

  sealed interface Operation {
    record Create() implements Operation {}

    record Update(Status status, Stage stage) implements Operation {}

    record Split(int totalBatches) implements Operation {}

    record Complete(int batch) implements Operation {}

    record Fail(int batch) implements Operation {}

    record Finish() implements Operation {}

    record Break() implements Operation {}

    record Cancel() implements Operation {}

    record Stall(int behind) implements Operation {}

    record Accept(String eTag) implements Operation {}

    record ConfirmSent(String eTag) implements Operation {}

    record Abandon(int behind) implements Operation {}
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    var batches = Arbitraries.integers().between(1, 5);
    Arbitrary<Operation> updates =
        Combinators.combine(
                Arbitraries.of(Status.active()),
                Arbitraries.of(Stage.class).filter(stage -> stage != Stage.COMPLETED))
            .as(Operation.Update::new);
    Arbitrary<Operation> operations =
        Arbitraries.frequencyOf(
            Tuple.of(12, batches.map(Operation.Complete::new)),
            Tuple.of(6, batches.map(Operation.Fail::new)),
            Tuple.of(4, Arbitraries.of(4, 4, 4, 2).map(Operation.Split::new)),
            Tuple.of(4, updates),
            Tuple.of(2, Arbitraries.of(0, 0, 1).map(Operation.Stall::new)),
            Tuple.of(4, Arbitraries.of("one", "one", "two").map(Operation.Accept::new)),
            Tuple.of(2, Arbitraries.of("one", "one", "two").map(Operation.ConfirmSent::new)),
            Tuple.of(1, Arbitraries.of(0, 1).map(Operation.Abandon::new)),
            Tuple.of(1, Arbitraries.just(new Operation.Create())),
            Tuple.of(1, Arbitraries.just(new Operation.Finish())),
            Tuple.of(1, rarely(new Operation.Break())),
            Tuple.of(1, rarely(new Operation.Cancel())));
    // Mostly a record is there from the first step on; sometimes the workers come too early.
    return Combinators.combine(
            Combinators.combine(Arbitraries.integers().between(0, 1), operations)
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30),
            Arbitraries.integers().between(0, 9))
        .as((steps, early) -> {
          var all = new ArrayList<>(steps);
          if (early > 0) {
            all.addFirst(new Step(0, new Operation.Create()));
          }
          return all;
        });
  }

  private static Arbitrary<Operation> rarely(Operation end) {
    return Arbitraries.of(end, new Operation.Finish(), new Operation.Finish());
  }
}
