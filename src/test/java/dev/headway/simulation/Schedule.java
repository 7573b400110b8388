package dev.headway.simulation;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.headway.lambda.BatchDeadLetterHandler;
import dev.headway.lambda.DeepSeekCallerHandler;
import dev.headway.lambda.FakeContext;
import dev.headway.lambda.LeadSplitterHandler;
import dev.headway.lambda.QueueRedelivery;
import dev.headway.lambda.SplitDeadLetterHandler;
import dev.headway.leads.BatchDeadLetters;
import dev.headway.leads.BatchRows;
import dev.headway.leads.LeadSplitter;
import dev.headway.leads.LeadStandardizer;
import dev.headway.leads.LeadStore;
import dev.headway.leads.SecondLook;
import dev.headway.leads.SplitDeadLetters;
import dev.headway.leads.UploadSweep;
import dev.headway.simulation.SimulatedQueues.Message;
import dev.headway.simulation.SimulatedQueues.Queue;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.WriteOutcome;
import dev.headway.store.AwaitedFiles;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;

/**
 * One run of the simulation: a world of its own, the production workers in it, and the scheduler
 * that chooses every next step from the seed of its plan.
 *
 * <p>Calm steps: let a worker go on to its next call, deliver a message. Disturbances, as many as
 * the plan allows: everything in {@link Fate}, visibility time-outs, messages that come again after
 * they were deleted, doubled notifications, other bytes for the same upload, cancellations,
 * watchers that call an upload stalled, sweeps, reports out of order, a second creation, messages
 * of batches that do not exist, the end of a record's life. Then everything drains.
 *
 * <p>Left out: {@code UploadDesk}, which draws its ids from a random source of its own; its one
 * write is made here instead. Batches of more than one question, whose questions run on threads
 * that the scheduler does not know: files stay below the 20,000 rows where these begin.
 */
final class Schedule implements Calls {
  private static final String STATUS = "ProcessingStatus";
  private static final String LEADS = "Leads";
  private static final String BUCKET = "uploads";
  private static final int WORKERS = 4;

  /** Far ahead: DynamoDB Local, which gets these records too, deletes what is past its life. */
  private static final Instant START = Instant.parse("2100-01-01T00:00:00Z");

  private static final List<Stage> REPORTED =
      List.of(Stage.FILE_UPLOAD, Stage.FILE_PROCESSING, Stage.BATCH_PROCESSING);

  /** Far above what 50 batches can need. */
  private static final int MAX_STEPS = 200_000;

  private final Plan plan;
  private final SplittableRandom random;
  private final List<String> steps = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final List<Upload> uploads = new ArrayList<>();
  private final Map<Upload, Upload> others = new HashMap<>();
  private final List<Upload> sent = new ArrayList<>();
  private final Set<Upload> unsent = new HashSet<>();
  private final Map<Worker, Runnable> afterwards = new HashMap<>();
  private final Set<String> poisoned = new HashSet<>();
  private final SimulatedDynamoDb dynamo;
  private final SimulatedS3 s3 = new SimulatedS3(this);
  private final SimulatedQueues queues;
  private final Ledger ledger;
  private final ProcessingStatusService statuses;
  private final Map<Queue, RequestHandler<SQSEvent, SQSBatchResponse>> handlers;
  private final UploadSweep sweep;
  private Instant now = START;

  /** What the caller last read from the clock whose effect is taking place. */
  private Instant calledAt = START;

  private Instant lastRead = START;

  private int disturbancesLeft;
  private int hired;
  private @Nullable Worker running;
  private @Nullable String broken;

  Schedule(Plan plan, Write.Book book, Optional<Fault> fault, SimulatedDynamoDb.Watch watch) {
    this.plan = plan;
    this.random = new SplittableRandom(plan.seed());
    this.disturbancesLeft = plan.disturbances();
    // With one receive a worker soon finds its batch among the dead letters behind its back.
    this.queues = new SimulatedQueues(this, 1 + random.nextInt(2), this::endOfPresentWork, fault);
    var theLedger = new Ledger(() -> calledAt, this::lookAtLead);
    this.ledger = theLedger;
    this.dynamo =
        new SimulatedDynamoDb(
            Map.of(STATUS, List.of("uploadId"), LEADS, List.of("ownerId", "leadKey")),
            this,
            book,
            fault,
            new SimulatedDynamoDb.Watch() {
              @Override
              public void tried(
                  String table, DynamoDbRequest request, Map<String, AttributeValue> there) {
                watch.tried(table, request, there);
              }

              @Override
              public void applied(
                  String table,
                  Write write,
                  Map<String, AttributeValue> before,
                  Map<String, AttributeValue> after) {
                if (table.equals(STATUS)) {
                  theLedger.check(write.name(), before, after);
                }
              }
            });
    this.statuses =
        new ProcessingStatusService(
            dynamo, new StatusTable(STATUS), this::readClock, Promises.DEFAULT);
    this.sweep =
        new UploadSweep(
            new AwaitedFiles(dynamo, new StatusTable(STATUS)), statuses, this::readClock);
    this.handlers = handlers();
  }

  /** Of everybody who works now but the one who asks. */
  private BooleanSupplier endOfPresentWork() {
    List<Worker> present = workers.stream().filter(worker -> worker != running).toList();
    return () -> present.stream().allMatch(Worker::isOver);
  }

  /** Reading takes time too, so that a life can end between two looks at the clock. */
  private Instant readClock() {
    now = now.plusMillis(random.nextInt(30));
    lastRead = now;
    return now;
  }

  private Map<String, AttributeValue> lookAtLead(Upload upload, String key) {
    return dynamo.look(LEADS, upload.owner().value(), key);
  }

  private Map<Queue, RequestHandler<SQSEvent, SQSBatchResponse>> handlers() {
    var rows = new BatchRows(s3, BUCKET);
    var store = new LeadStore(dynamo, LEADS, this::readClock);
    var splitter =
        new LeadSplitter(
            statuses,
            s3,
            queues,
            LeadSplitter.Config.of(Queue.BATCH.name()),
            duration -> makeQuietly("waits"));
    var standardizer =
        new LeadStandardizer(statuses, rows, new SimulatedModel(this, poisoned), store, 1);
    return Map.of(
        Queue.SPLIT, new LeadSplitterHandler(splitter, new QueueRedelivery(queues, "SPLIT")),
        Queue.SPLIT_DEAD, new SplitDeadLetterHandler(new SplitDeadLetters(statuses)),
        Queue.BATCH, new DeepSeekCallerHandler(standardizer, new QueueRedelivery(queues, "BATCH")),
        Queue.BATCH_DEAD,
            new BatchDeadLetterHandler(
                new BatchDeadLetters(
                    statuses, rows, store, new SecondLook(queues, Queue.BATCH_DEAD.name()))));
  }

  /** Runs it to its end. */
  Story run() {
    try {
      begin();
      while (broken == null && step()) {
        if (steps.size() > MAX_STEPS) {
          broken = "the schedule never ends";
        }
      }
      if (broken == null) {
        checkAtRest();
      }
    } catch (Ledger.Broken e) {
      broken = e.getMessage();
    } finally {
      dismissAll();
    }
    return new Story(plan, Optional.ofNullable(broken), List.copyOf(steps));
  }

  private void begin() {
    int count = 1 + random.nextInt(2);
    for (int i = 1; i <= count; i++) {
      var upload = Upload.random(i, plan.maxBatches(), random);
      uploads.add(upload);
      Upload other = upload.otherFile(plan.maxBatches(), random);
      others.put(upload, other);
      ledger.expect(upload, other);
      if (random.nextInt(10) == 0) {
        unsent.add(upload);
      }
      if (random.nextInt(4) == 0) {
        poisoned.add(upload.id() + "#" + (1 + random.nextInt(upload.batches())));
      }
      create(upload);
    }
  }

  /** An owner who tries until the record is there, and then sends the file. */
  private void create(Upload upload) {
    Worker worker =
        hire(
            "owner of " + upload.id(),
            () -> {
              var _ = createStatus(upload);
            });
    afterwards.put(
        worker,
        () -> {
          if (worker.hasCrashed() || worker.failure() != null) {
            create(upload);
          } else {
            send(upload);
          }
        });
  }

  /** Mostly at once, sometimes late, sometimes never. */
  private void send(Upload upload) {
    if (unsent.contains(upload)) {
      note("the file of %s will never come".formatted(upload.id()));
    } else if (random.nextInt(4) == 0) {
      Worker worker =
          hire(
              "browser with the file of " + upload.id(),
              () -> {
                for (int i = 0; i < 4; i++) {
                  makeQuietly("sends a part");
                }
              });
      afterwards.put(worker, () -> arrive(upload));
    } else {
      arrive(upload);
    }
  }

  private void arrive(Upload file) {
    String eTag = s3.store(file.objectKey(), file.csv());
    note(
        "%s file of %s arrives: %d rows"
            .formatted(file.second() ? "the other" : "the", file.id(), file.rows()));
    sent.add(file);
    announce(file, eTag);
  }

  private WriteOutcome createStatus(Upload upload) {
    return statuses.createStatus(upload.id(), upload.owner(), "leads.csv", upload.csv().length);
  }

  private void announce(Upload upload, String eTag) {
    queues.add(
        Queue.SPLIT,
        """
        {"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"%s"},\
        "object":{"key":"%s","size":%d,"eTag":"%s"}}}]}\
        """
            .formatted(BUCKET, upload.objectKey(), upload.csv().length, eTag));
  }

  /** One step; says whether there was one to take. */
  private boolean step() {
    now = now.plusMillis(1 + random.nextInt(50));
    if (disturbancesLeft > 0 && random.nextInt(12) == 0) {
      disturbancesLeft--;
      disturb();
      return true;
    }
    List<Message> deliverable = workers.size() < WORKERS ? queues.visible() : List.of();
    int choices = workers.size() * 3 + Math.min(2, deliverable.size());
    if (choices == 0) {
      return giveUp();
    }
    int choice = random.nextInt(choices);
    if (choice < workers.size() * 3) {
      resume(workers.get(choice / 3), Fate.DONE);
    } else {
      deliver(deliverable.get(random.nextInt(deliverable.size())));
    }
    return true;
  }

  /**
   * What is left to time and to owners when nobody works any more: the sweep of uploads whose file
   * never came, and the cancellation of one that was not split to its end because other bytes took
   * the place of its file in between. Whatever else has not ended hangs.
   */
  private boolean giveUp() {
    for (Upload upload : uploads) {
      Optional<ProcessingStatus> record =
          record(upload).filter(r -> !r.isTerminal() && !r.isExpired(now));
      if (unsent.contains(upload)
          && record.filter(r -> r.status() == Status.UPLOADING).isPresent()) {
        sweep();
        return true;
      }
      if (record.filter(this::lacksBatches).isPresent() && isReplaced(upload)) {
        cancel(upload);
        return true;
      }
    }
    return false;
  }

  private boolean lacksBatches(ProcessingStatus record) {
    return IntStream.rangeClosed(1, record.progress().totalBatches())
        .anyMatch(batch -> !queues.everHad(record.uploadId(), batch));
  }

  private boolean isReplaced(Upload upload) {
    return s3.look(upload.objectKey())
        .filter(eTag -> !eTag.equals(SimulatedS3.eTag(ledger.fileOf(upload.id()).csv())))
        .isPresent();
  }

  private void cancel(Upload upload) {
    var _ = hire("canceller of " + upload.id(), () -> statuses.cancel(upload.id()));
  }

  private void sweep() {
    note("three quarters of an hour pass");
    now = now.plus(Duration.ofMinutes(45));
    var _ = hire("sweep", () -> sweep.run());
  }

  private void disturb() {
    switch (random.nextInt(plan.lapses() ? 23 : 21)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> {
        if (!workers.isEmpty()) {
          resume(
              workers.get(random.nextInt(workers.size())),
              Fate.DISTURBING.get(random.nextInt(Fate.DISTURBING.size())));
        }
      }
      case 8 ->
          anyOf(queues.held())
              .ifPresent(message -> {
                note("the visibility of " + message + " times out");
                queues.reappear(message);
              });
      case 9 -> {
        note("the visibility of all messages times out");
        queues.held().forEach(queues::reappear);
      }
      case 10 ->
          anyOf(queues.gone())
              .ifPresent(message -> {
                note(message + " comes again though it was deleted");
                queues.add(message.queue(), message.body());
              });
      case 11 ->
          anyOf(sent)
              .ifPresent(file -> {
                note("a second notification of " + file.id());
                announce(file, SimulatedS3.eTag(file.csv()));
              });
      case 12 -> cancel(anyUpload());
      case 13, 14 -> watch(anyUpload());
      case 15 -> report(anyUpload());
      case 16 -> {
        Upload upload = anyUpload();
        var _ = hire("second owner of " + upload.id(), () -> createStatus(upload));
      }
      case 17 -> stray(anyUpload());
      case 18, 19 -> {
        Upload upload = anyUpload();
        if (!unsent.contains(upload)) {
          arrive(random.nextInt(3) == 0 ? upload : others.getOrDefault(upload, upload));
        }
      }
      case 20 -> sweep();
      case 21 -> passADay();
      default -> deleteExpired();
    }
  }

  private void passADay() {
    uploads.forEach(ledger::lapse);
    Optional<Instant> end = record(anyUpload()).map(ProcessingStatus::expiresAt);
    if (end.isPresent() && random.nextBoolean()) {
      note("almost a day passes");
      Instant almost = end.get().minusMillis(random.nextInt(400));
      now = almost.isAfter(now) ? almost : now;
      if (random.nextBoolean()) {
        watch(anyUpload()); // the service does just that at the end of a record's life
      } else {
        var _ = hire("sweep", () -> sweep.run());
      }
      return;
    }
    // No function runs for a day, and no request of one is on its way for that long.
    for (Worker worker : List.copyOf(workers)) {
      while (!worker.isOver()) {
        resume(worker, Fate.CRASH_BEFORE);
      }
    }
    note("a day passes");
    now = now.plus(Duration.ofHours(25));
    if (random.nextBoolean()) {
      Upload upload = anyUpload();
      var _ = hire("owner of " + upload.id() + " anew", () -> createStatus(upload));
      var _ = hire("owner of " + upload.id() + " anew", () -> createStatus(upload));
    }
  }

  private Upload anyUpload() {
    return uploads.get(random.nextInt(uploads.size()));
  }

  private <T> Optional<T> anyOf(List<T> list) {
    return list.isEmpty() ? Optional.empty() : Optional.of(list.get(random.nextInt(list.size())));
  }

  /** A node of the service that calls what it saw stalled, whatever has happened since. */
  private void watch(Upload upload) {
    var _ =
        hire(
            "watcher of " + upload.id(),
            () -> {
              Optional<ProcessingStatus> seen = statuses.getStatus(upload.id());
              if (seen.isPresent()
                  && statuses.markStalled(upload.id(), seen.get().version())
                      instanceof WriteOutcome.Applied(ProcessingStatus marked)) {
                Ledger.require(
                    marked.version() == seen.get().version() + 1,
                    "version %d is called stalled for what was seen of %d",
                    marked.version() - 1,
                    seen.get().version());
              }
            });
  }

  /** A worker of another kind, which may report whatever the contract lets it. */
  private void report(Upload upload) {
    // Who waits for a file that never comes is only found while it says so.
    Status status =
        unsent.contains(upload) ? Status.UPLOADING : Status.active().get(random.nextInt(3));
    Stage stage = REPORTED.get(random.nextInt(REPORTED.size()));
    var _ =
        hire(
            "reporter of %s, %s for %s".formatted(status.wire(), stage.wire(), upload.id()),
            () -> statuses.updateStatus(upload.id(), status, stage));
  }

  /** A batch that its upload does not have, as a file that was cut otherwise would give. */
  private void stray(Upload upload) {
    ProcessingStatus record = record(upload).orElse(null);
    if (record != null && record.progress().isSplit()) {
      note("a stray batch of " + upload.id());
      Upload file = ledger.fileOf(upload.id());
      int row = file.rows() + 1;
      if (random.nextBoolean()) {
        poisoned.add(upload.id() + "#" + Upload.batchOf(row));
      }
      queues.add(
          Queue.BATCH,
          """
          {"v":1,"uploadId":"%s","batch":%d,"rows":[{"row":%d,"fields":{"Name":"%s"}}]}\
          """
              .formatted(upload.id(), file.batches() + 1, row, file.name(row)));
    }
  }

  private Optional<ProcessingStatus> record(Upload upload) {
    return Optional.of(dynamo.look(STATUS, upload.id().value()))
        .filter(item -> !item.isEmpty())
        .map(Ledger::decode);
  }

  private void deleteExpired() {
    for (Upload upload : uploads) {
      if (record(upload).filter(r -> r.isExpired(now)).isPresent()) {
        note("the expired record of " + upload.id() + " is deleted");
        dynamo.remove(STATUS, upload.id().value());
        ledger.deleted(upload);
      }
    }
  }

  private void deliver(Message message) {
    if (!queues.receive(message)) {
      note(message + " is dead");
      return;
    }
    Queue queue = message.queue();
    var handler = handlers.get(queue);
    if (handler == null) {
      throw new IllegalStateException("nobody works on " + queue);
    }
    SQSEvent event = SimulatedQueues.event(List.of(message));
    boolean[] worked = {false};
    Worker worker =
        hire(
            "worker on " + message,
            () ->
                worked[0] =
                    handler
                        .handleRequest(event, new FakeContext(600_000))
                        .getBatchItemFailures()
                        .isEmpty());
    afterwards.put(
        worker,
        () -> {
          if (worked[0]) {
            queues.delete(message, queue);
          } else {
            queues.reappear(message);
          }
        });
  }

  private Worker hire(String task, Runnable work) {
    var worker = new Worker("#" + ++hired + " " + task, work);
    workers.add(worker);
    note(worker.name() + " starts");
    return worker;
  }

  private void resume(Worker worker, Fate fate) {
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
    if (failure instanceof Ledger.Broken) {
      broken = failure.getMessage();
    } else if (failure instanceof Error || failure instanceof IllegalArgumentException) {
      broken = "%s ended with %s".formatted(worker.name(), failure);
    }
    Runnable next = afterwards.remove(worker);
    if (next != null && broken == null) {
      next.run();
    }
  }

  @Override
  public <T> T make(String name, Supplier<T> effect, Function<String, SdkException> refusal) {
    Worker worker = running;
    if (worker == null) {
      throw new IllegalStateException("a call of nobody: " + name);
    }
    Instant madeAt = lastRead;
    Fate fate = worker.pause(name);
    calledAt = madeAt;
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

  private static <T> void attempt(Supplier<T> effect) {
    try {
      var _ = effect.get();
    } catch (SdkException refused) {
      // Nobody hears of it.
    }
  }

  private void makeQuietly(String name) {
    var _ = make(name, () -> "", SdkClientException::create);
  }

  private void checkAtRest() {
    for (Upload upload : uploads) {
      ledger.checkAtRest(upload.id(), dynamo.look(STATUS, upload.id().value()));
    }
    dynamo.forEach(LEADS, (key, item) -> ledger.checkLead(item));
  }

  private void note(String step) {
    steps.add(step);
  }

  /** Their threads must end, whatever they are in the middle of. */
  private void dismissAll() {
    for (Worker worker : workers) {
      while (!worker.isOver()) {
        running = worker;
        worker.resume(Fate.CRASH_BEFORE);
      }
    }
  }
}
