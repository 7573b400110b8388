package dev.headway.leads;

import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance.Accepted;
import dev.headway.status.LogFields;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.StatusWriter;
import dev.headway.status.TraceParent;
import dev.headway.status.UploadId;
import dev.headway.status.WriteOutcome;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Cuts an uploaded file into batches: counts first, announces the totals, then sends. The same
 * object always gives the same batches under the same numbers, so a redelivered notification, also
 * one that comes after a crash between two sends, sends them again and each is still counted once.
 *
 * <p>Blocking; safe for concurrent use. Needs disk for a copy of the file, and memory that does not
 * grow with it.
 */
public final class LeadSplitter {
  private static final Logger log = LoggerFactory.getLogger(LeadSplitter.class);

  /** What S3 answers when the object is not the one that the notification is about. */
  private static final int PRECONDITION_FAILED = 412;

  private final StatusWriter statuses;
  private final S3Client s3;
  private final SqsClient sqs;
  private final Config config;
  private final Pause pause;
  private final Tracing tracing;
  private final BatchCodec codec = new BatchCodec();

  /**
   * Where the splitter works.
   *
   * @param batchQueueUrl takes the batches
   * @param workDirectory for local copies, each deleted when its split ends
   */
  public record Config(String batchQueueUrl, Path workDirectory, FileLimits limits) {
    public Config {
      if (batchQueueUrl.isBlank()) {
        throw new IllegalArgumentException("the splitter needs a queue for its batches");
      }
    }

    /** With the limits of {@link FileLimits#DEFAULT}, in the system's temporary directory. */
    public static Config of(String batchQueueUrl) {
      return new Config(
          batchQueueUrl, Path.of(System.getProperty("java.io.tmpdir")), FileLimits.DEFAULT);
    }

    public Config withLimits(FileLimits other) {
      return new Config(batchQueueUrl, workDirectory, other);
    }
  }

  /** One that traces nothing. */
  public LeadSplitter(
      StatusWriter statuses, S3Client s3, SqsClient sqs, Config config, Pause pause) {
    this(statuses, s3, sqs, config, pause, Tracing.OFF);
  }

  public LeadSplitter(
      StatusWriter statuses,
      S3Client s3,
      SqsClient sqs,
      Config config,
      Pause pause,
      Tracing tracing) {
    this.tracing = tracing;
    this.statuses = statuses;
    this.s3 = s3;
    this.sqs = sqs;
    this.config = config;
    this.pause = pause;
  }

  /**
   * Splits one object. Ends quietly where there is nothing to do: a key that is no upload's, an
   * upload that is over, an object that was replaced since, another object than the one that was
   * accepted first. A file that cannot become leads ends its upload with the reason.
   *
   * @throws WorkInHandException if the rest of the work is another splitter's, or nobody's; the
   *     notification should come again when every splitter of now has ended
   * @throws RuntimeException if a service cannot be reached; the notification should come again
   */
  public void split(UploadedObject object) {
    Optional<UploadId> id = ObjectKeys.uploadOf(object.key());
    Optional<FileFormat> format = FileFormat.ofName(object.key());
    if (id.isEmpty() || format.isEmpty()) {
      log.warn("an object that is no upload was announced; ignored");
      return;
    }
    try (var _ = MDC.putCloseable(LogFields.UPLOAD, id.get().value())) {
      split(id.get(), format.get(), object);
    }
  }

  private void split(UploadId id, FileFormat format, UploadedObject object) {
    Optional<ProcessingStatus> before =
        statuses.getStatus(id).filter(record -> !record.isTerminal());
    if (before.isEmpty()) {
      log.info("the upload is over or unknown; its file is left alone");
      return;
    }
    var span = tracing.follow("split", SpanKind.CONSUMER, before.get().trace());
    span.setAttribute(Tracing.UPLOAD, id.value());
    Tracing.doing(span, () -> splitOrReject(before.get(), format, object));
  }

  private void splitOrReject(ProcessingStatus before, FileFormat format, UploadedObject object) {
    UploadId id = before.uploadId();
    try {
      split(before, format, object);
    } catch (RejectedFileException e) {
      log.info("the file is rejected: {}", e.failure());
      statuses.setError(id, e.failure());
    } catch (IOException e) {
      throw new UncheckedIOException("the local copy of an upload failed", e);
    }
  }

  private void split(ProcessingStatus before, FileFormat format, UploadedObject object)
      throws IOException {
    UploadId id = before.uploadId();
    Path copy = Files.createTempFile(config.workDirectory(), "upload-", format.extension());
    try {
      Optional<Fetched> fetched = fetch(object, copy);
      if (fetched.isEmpty()) {
        replaced(before, object);
        return;
      }
      // Only now, with its bytes at hand: an object accepted before it was read could be replaced
      // in between, and the upload would be left with a file that nobody can read any more.
      if (!(statuses.acceptFile(id, fetched.get().eTag()) instanceof Accepted)) {
        log.info("the upload has another file, is split or is over; this one is left alone");
        return;
      }
      if (fetched.get().size() == 0) {
        throw new RejectedFileException(Failure.EMPTY);
      }
      if (fetched.get().size() > config.limits().maxBytes()) {
        throw new RejectedFileException(Failure.TOO_LARGE);
      }
      if (splitCopy(id, LeadFile.open(copy, format, config.limits()), object.bucket())) {
        statuses.confirmSent(id, fetched.get().eTag());
      }
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  /**
   * What object storage gave.
   *
   * @param eTag of exactly the bytes that were read
   * @param size as it is, whatever was declared or announced
   */
  private record Fetched(String eTag, long size) {}

  /**
   * Copies the object that was announced, unless it is too large; empty if another one is in its
   * place.
   */
  private Optional<Fetched> fetch(UploadedObject object, Path copy) {
    GetObjectRequest.Builder get =
        GetObjectRequest.builder().bucket(object.bucket()).key(object.key());
    object.quotedETag().ifPresent(get::ifMatch);
    try {
      return Optional.of(
          s3.getObject(get.build(), (response, content) -> keep(response, content, copy)));
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Fetched keep(GetObjectResponse object, AbortableInputStream content, Path copy)
      throws IOException {
    long size = object.contentLength();
    if (size > config.limits().maxBytes()) {
      content.abort(); // closing it would read it to its end
    } else {
      // Replaces what an attempt that the SDK repeats has left.
      size = Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    return new Fetched(UploadedObject.unquoted(object.eTag()), size);
  }

  /**
   * The object that was announced is no longer there. Usually another one took its place before any
   * was accepted, and has a notification of its own. But if this is the one that the upload was to
   * be split from, and it was not, then nobody ever will. Nor can anybody who begins now send the
   * rest of its batches; but another splitter may have a copy and be sending them.
   */
  private void replaced(ProcessingStatus before, UploadedObject object) {
    UploadId id = before.uploadId();
    if (before.status() == Status.UPLOADING
        || object.eTag().isEmpty()
        || !(statuses.acceptFile(id, UploadedObject.unquoted(object.eTag().get()))
            instanceof Accepted(ProcessingStatus record))) {
      log.info("a file was replaced and is left alone");
    } else if (record.progress().isSplit()) {
      throw new WorkInHandException("the file of upload " + id + " was replaced while it was sent");
    } else {
      log.warn("the file was replaced before it was split");
      statuses.setError(id, Failure.SPLIT_FAILED);
    }
  }

  /** Says whether every batch is sent. */
  private boolean splitCopy(UploadId id, LeadFile file, String bucket) throws IOException {
    LeadFile.Contents contents = file.read(row -> true);
    if (contents.rows() == 0) {
      throw new RejectedFileException(contents.anyText() ? Failure.NO_LEADS : Failure.EMPTY);
    }
    BatchPlan plan = new BatchPlan(contents.rows());
    WriteOutcome split = statuses.splitInto(id, plan.batches(), plan.leads());
    if (!mayGoOn(split)) {
      log.info("the upload ended while its file was being counted");
      return false;
    }
    if (!announces(split, plan)) {
      // By a release that cuts files differently: its numbers are other rows than ours.
      log.warn("the upload was split before into other batches; they are left alone");
      return false;
    }
    BatchSender sender =
        new BatchSender(
            sqs,
            s3,
            new BatchSender.Target(bucket, config.batchQueueUrl()),
            codec,
            new Backoff(
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                () -> ThreadLocalRandom.current().nextLong()),
            pause,
            () -> statuses.getStatus(id).filter(record -> !record.isTerminal()).isPresent());
    Span.current().setAttribute(Tracing.BATCHES, plan.batches());
    if (!sendAll(id, file, plan, sender)) {
      log.info("the upload ended while its batches were being sent");
      return false;
    }
    log.info("the file is split into {} batches", plan.batches());
    return true;
  }

  private static boolean sendAll(UploadId id, LeadFile file, BatchPlan plan, BatchSender sender)
      throws IOException {
    List<SourceRow> batch = new ArrayList<>(plan.leadsPerBatch());
    Optional<TraceParent> trace = Tracing.of(Span.current());
    file.read(row -> {
      batch.add(row);
      if (batch.size() < plan.leadsPerBatch() && row.number() < plan.leads()) {
        return true;
      }
      int number = Math.ceilDiv(row.number(), plan.leadsPerBatch());
      boolean more = sender.send(BatchMessage.of(id, number, batch).from(trace));
      batch.clear();
      return more;
    });
    return sender.flush();
  }

  private static boolean mayGoOn(WriteOutcome outcome) {
    return outcome.current().filter(record -> !record.isTerminal()).isPresent();
  }

  private static boolean announces(WriteOutcome outcome, BatchPlan plan) {
    return outcome
        .current()
        .map(ProcessingStatus::progress)
        .filter(p -> p.totalBatches() == plan.batches() && p.totalLeads() == plan.leads())
        .isPresent();
  }
}
