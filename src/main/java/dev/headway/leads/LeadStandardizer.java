package dev.headway.leads;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.status.BatchResult;
import dev.headway.status.LogFields;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusWriter;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Standardizes one batch: asks the model about ten rows at a time, stores the leads of each answer,
 * then counts the batch. Every step may be repeated, so a batch that comes twice, or again after a
 * crash in the middle, leaves the same leads and is counted once.
 *
 * <p>Blocking; safe for concurrent use.
 */
public final class LeadStandardizer {
  private static final Logger log = LoggerFactory.getLogger(LeadStandardizer.class);

  private static final JsonMapper MAPPER = new JsonMapper();

  private final StatusWriter statuses;
  private final BatchRows batches;
  private final ChatModel model;
  private final LeadStore leads;
  private final int parallelQuestions;
  private final Tracing tracing;
  private final ModelAnswer answers = new ModelAnswer(MAPPER);

  /** One that traces nothing. */
  public LeadStandardizer(
      StatusWriter statuses,
      BatchRows batches,
      ChatModel model,
      LeadStore leads,
      int parallelQuestions) {
    this(statuses, batches, model, leads, parallelQuestions, Tracing.OFF);
  }

  /**
   * Puts the parts together.
   *
   * @param parallelQuestions questions about one batch that the model is asked at the same time: a
   *     batch of the largest files has 25 of them, which one after another could outlast the 15
   *     minutes of a Lambda
   */
  public LeadStandardizer(
      StatusWriter statuses,
      BatchRows batches,
      ChatModel model,
      LeadStore leads,
      int parallelQuestions,
      Tracing tracing) {
    if (parallelQuestions < 1) {
      throw new IllegalArgumentException("at least one question is asked at a time");
    }
    this.statuses = statuses;
    this.batches = batches;
    this.model = model;
    this.leads = leads;
    this.parallelQuestions = parallelQuestions;
    this.tracing = tracing;
  }

  /**
   * Works one message off. Ends quietly if nobody wants the batch any more.
   *
   * @throws RuntimeException if it has to be tried again: the model gave no answer that can be
   *     trusted, or a service cannot be reached
   */
  public void standardize(String message, RemainingTime time) {
    BatchMessage batch = batches.decode(message);
    var span = tracing.follow("standardize", SpanKind.CONSUMER, batch.trace());
    span.setAttribute(Tracing.UPLOAD, batch.uploadId().value())
        .setAttribute(Tracing.BATCH, batch.batch());
    try (var _ = MDC.putCloseable(LogFields.UPLOAD, batch.uploadId().value())) {
      Tracing.doing(span, () -> standardize(batch, time));
    }
  }

  private void standardize(BatchMessage batch, RemainingTime time) {
    Optional<ProcessingStatus> wanted = wanted(batch);
    if (wanted.isEmpty()) {
      log.debug("batch {} is not wanted any more", batch.batch());
      return;
    }
    ProcessingStatus status = wanted.get();
    List<SourceRow> rows = batches.rowsOf(batch);
    Work work =
        new Work(
            new LeadStore.Origin(
                status.ownerId(),
                status.uploadId(),
                status.createdAt(),
                status.file().fileName(),
                batch.batch()),
            status.progress().failedBatches() > 0,
            time,
            () -> wanted(batch).isPresent());
    Optional<Tally> tally = askAll(ModelQuestion.about(rows), work);
    if (tally.isPresent()) {
      statuses.completeBatch(batch.uploadId(), batch.batch(), tally.get().result(rows.size()));
    }
  }

  private Optional<ProcessingStatus> wanted(BatchMessage batch) {
    return statuses.getStatus(batch.uploadId()).filter(record -> !record.isTerminal());
  }

  /**
   * What all questions of one batch have in common.
   *
   * @param mayHaveRaw whether a batch of this upload failed before: then rows of this one may have
   *     been kept as they were, and these copies have to go. Of one that fails from now on {@link
   *     BatchDeadLetters} takes care
   */
  private record Work(
      LeadStore.Origin origin, boolean mayHaveRaw, RemainingTime time, BooleanSupplier wanted) {}

  /** How each lead of a batch was stored, each once however many rows it has. */
  private static final class Tally {
    private final Map<String, LeadStore.Stored> stored = new HashMap<>();

    void add(LeadKey key, LeadStore.Stored how) {
      stored.put(key.value(), how);
    }

    void addAll(Tally other) {
      stored.putAll(other.stored);
    }

    BatchResult result(int processed) {
      int created =
          (int) stored.values().stream().filter(s -> s == LeadStore.Stored.CREATED).count();
      return new BatchResult(processed, created, stored.size() - created);
    }
  }

  /** Empty if the upload ended meanwhile. */
  private Optional<Tally> askAll(List<ModelQuestion> questions, Work work) {
    if (questions.size() == 1) {
      return ask(questions.getFirst(), work);
    }
    List<Future<Optional<Tally>>> pending = new ArrayList<>();
    Context here = Context.current();
    Map<String, String> fields = MDC.getCopyOfContextMap();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            parallelQuestions, Thread.ofVirtual().name("standardize-", 0).factory())) {
      for (ModelQuestion question : questions) {
        pending.add(threads.submit(here.wrap(() -> askAs(fields, question, work))));
      }
      return join(pending);
    } finally {
      pending.forEach(future -> future.cancel(true));
    }
  }

  private static Optional<Tally> join(List<Future<Optional<Tally>>> pending) {
    Tally all = new Tally();
    for (Future<Optional<Tally>> future : pending) {
      try {
        Optional<Tally> one = future.get();
        if (one.isEmpty()) {
          pending.forEach(other -> other.cancel(true));
          return Optional.empty();
        }
        all.addAll(one.get());
      } catch (ExecutionException e) {
        pending.forEach(other -> other.cancel(true));
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new IllegalStateException("a question could not be asked", e.getCause());
      } catch (InterruptedException e) {
        pending.forEach(other -> other.cancel(true));
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a batch was being standardized", e);
      }
    }
    return Optional.of(all);
  }

  /** On a thread that lives for this batch alone. */
  private Optional<Tally> askAs(Map<String, String> fields, ModelQuestion question, Work work) {
    MDC.setContextMap(fields);
    return ask(question, work);
  }

  private Optional<Tally> ask(ModelQuestion question, Work work) {
    String answer =
        Tracing.as(
            tracing.within("model", SpanKind.CLIENT),
            () -> model.ask(ModelQuestion.INSTRUCTIONS, question.document(MAPPER), work.time()));
    List<LeadFields> standardized = answers.leads(answer, question);
    // The model takes its time: somebody may have cancelled meanwhile.
    if (!work.wanted().getAsBoolean()) {
      return Optional.empty();
    }
    Tally tally = new Tally();
    for (int i = 0; i < standardized.size(); i++) {
      LeadFields fields = standardized.get(i);
      int row = question.rows().get(i).number();
      LeadStore.Stored how = leads.put(work.origin(), row, fields);
      tally.add(LeadKey.of(fields, work.origin().upload(), row), how);
      if (work.mayHaveRaw() && fields.identity().isPresent()) {
        leads.removeRaw(work.origin().owner(), work.origin().upload(), row);
      }
    }
    return Optional.of(tally);
  }
}
