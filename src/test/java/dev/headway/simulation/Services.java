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
import dev.headway.store.AwaitedFiles;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.StatusTable;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;

/** The services in memory and the production workers over them, wired as they are in earnest. */
final class Services {
  private static final String STATUS = "ProcessingStatus";
  private static final String LEADS = "Leads";
  private static final String BUCKET = "uploads";

  private final Crew crew;
  private final SimulatedClock clock;
  private final SimulatedDynamoDb dynamo;
  private final SimulatedS3 s3;
  private final SimulatedQueues queues;
  private final Ledger ledger;
  private final ProcessingStatusService statuses;
  private final UploadSweep sweep;
  private final Map<Queue, RequestHandler<SQSEvent, SQSBatchResponse>> handlers;
  private final Set<String> poisoned = new HashSet<>();
  private final Map<Worker, Message> inHand = new HashMap<>();

  Services(
      Crew crew,
      SimulatedClock clock,
      SplittableRandom random,
      Write.Book book,
      Optional<Fault> fault,
      SimulatedDynamoDb.Watch watch) {
    this.crew = crew;
    this.clock = clock;
    this.s3 = new SimulatedS3(crew);
    // With one receive a worker soon finds its batch among the dead letters behind its back.
    this.queues = new SimulatedQueues(crew, 1 + random.nextInt(2), crew::endOfPresentWork, fault);
    var theLedger = new Ledger(clock::calledAt, this::lookAtLead, queues::everHad);
    this.ledger = theLedger;
    this.dynamo =
        new SimulatedDynamoDb(
            Map.of(STATUS, List.of("uploadId"), LEADS, List.of("ownerId", "leadKey")),
            crew,
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
        new ProcessingStatusService(dynamo, new StatusTable(STATUS), clock, Promises.DEFAULT);
    this.sweep =
        new UploadSweep(new AwaitedFiles(dynamo, new StatusTable(STATUS)), statuses, clock);
    this.handlers = handlers();
  }

  private Map<Queue, RequestHandler<SQSEvent, SQSBatchResponse>> handlers() {
    var rows = new BatchRows(s3, BUCKET);
    var store = new LeadStore(dynamo, LEADS, clock);
    var splitter =
        new LeadSplitter(
            statuses,
            s3,
            queues,
            LeadSplitter.Config.of(Queue.BATCH.name()),
            duration -> crew.makeQuietly("waits"));
    var standardizer =
        new LeadStandardizer(statuses, rows, new SimulatedModel(crew, poisoned), store, 1);
    return Map.of(
        Queue.SPLIT, new LeadSplitterHandler(splitter, new QueueRedelivery(queues, "SPLIT")),
        Queue.SPLIT_DEAD, new SplitDeadLetterHandler(new SplitDeadLetters(statuses)),
        Queue.BATCH, new DeepSeekCallerHandler(standardizer, new QueueRedelivery(queues, "BATCH")),
        Queue.BATCH_DEAD,
            new BatchDeadLetterHandler(
                new BatchDeadLetters(
                    statuses, rows, store, new SecondLook(queues, Queue.BATCH_DEAD.name()))));
  }

  private Map<String, AttributeValue> lookAtLead(Upload upload, String key) {
    return dynamo.look(LEADS, upload.owner().value(), key);
  }

  ProcessingStatusService statuses() {
    return statuses;
  }

  SimulatedQueues queues() {
    return queues;
  }

  Ledger ledger() {
    return ledger;
  }

  /** From now on the model never answers about this batch. */
  void poison(Upload upload, int batch) {
    poisoned.add(upload.id() + "#" + batch);
  }

  /** Stores a file and tells the splitter of it. */
  void put(Upload file) {
    String eTag = s3.store(file.objectKey(), file.csv());
    announce(file, eTag);
  }

  void announce(Upload file) {
    announce(file, SimulatedS3.eTag(file.csv()));
  }

  private void announce(Upload upload, String eTag) {
    var _ =
        queues.add(
            Queue.SPLIT,
            """
            {"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"%s"},\
            "object":{"key":"%s","size":%d,"eTag":"%s"}}}]}\
            """
                .formatted(BUCKET, upload.objectKey(), upload.csv().length, eTag));
  }

  /** Hands a message to its worker, if it is not one that nobody could work off. */
  Optional<Worker> deliver(Message message) {
    if (!queues.receive(message)) {
      crew.note(message + " is dead");
      return Optional.empty();
    }
    Queue queue = message.queue();
    var handler = handlers.get(queue);
    if (handler == null) {
      throw new IllegalStateException("nobody works on " + queue);
    }
    SQSEvent event = SimulatedQueues.event(List.of(message));
    boolean[] worked = {false};
    Worker worker =
        crew.hire(
            "worker on " + message,
            () ->
                worked[0] =
                    handler
                        .handleRequest(event, new FakeContext(600_000))
                        .getBatchItemFailures()
                        .isEmpty(),
            over -> {
              inHand.remove(over);
              if (worked[0]) {
                queues.delete(message, queue);
              } else {
                queues.reappear(message);
              }
            });
    inHand.put(worker, message);
    return Optional.of(worker);
  }

  /** What a worker was given to work off. */
  Optional<Message> inHandOf(Worker worker) {
    return Optional.ofNullable(inHand.get(worker));
  }

  /** The service's look for files that never came, long after they were due. */
  Worker sweep() {
    crew.note("three quarters of an hour pass");
    clock.pass(Duration.ofMinutes(45));
    return sweepNow();
  }

  Worker sweepNow() {
    return crew.hire("sweep", sweep::run);
  }

  void cancel(Upload upload) {
    var _ = crew.hire("canceller of " + upload.id(), () -> statuses.cancel(upload.id()));
  }

  Optional<ProcessingStatus> record(Upload upload) {
    return Optional.of(dynamo.look(STATUS, upload.id().value()))
        .filter(item -> !item.isEmpty())
        .map(Ledger::decode);
  }

  /** DynamoDB deletes a record whose life is over, some time after that. */
  void deleteIfExpired(Upload upload) {
    if (record(upload).filter(r -> r.isExpired(clock.now())).isPresent()) {
      crew.note("the expired record of " + upload.id() + " is deleted");
      dynamo.remove(STATUS, upload.id().value());
      ledger.deleted(upload);
    }
  }

  void checkAtRest(List<Upload> uploads) {
    for (Upload upload : uploads) {
      ledger.checkAtRest(upload.id(), dynamo.look(STATUS, upload.id().value()));
    }
    dynamo.forEach(LEADS, (key, item) -> ledger.checkLead(item));
  }
}
