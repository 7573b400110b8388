package dev.headway.leads;

import dev.headway.api.AcceptedUpload;
import dev.headway.api.FileName;
import dev.headway.api.NewUpload;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Uploads;
import dev.headway.status.LogFields;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import dev.headway.traces.Tracing;
import io.opentelemetry.api.trace.SpanKind;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;
import software.amazon.awssdk.services.s3.presigner.model.PutObjectPresignRequest;

/**
 * Accepts uploads: checks what is asked for, creates the status record, and signs an address to
 * which the browser sends the file itself. The size and the type are part of the signature, so
 * nothing larger than what was declared can arrive there.
 *
 * <p>Blocking; safe for concurrent use.
 */
public final class UploadDesk implements Uploads {
  private static final Logger log = LoggerFactory.getLogger(UploadDesk.class);

  private final StatusWriter statuses;
  private final S3Presigner presigner;
  private final String bucket;
  private final UploadRules rules;
  private final Tracing tracing;

  /** One that traces nothing. */
  public UploadDesk(
      StatusWriter statuses, S3Presigner presigner, String bucket, UploadRules rules) {
    this(statuses, presigner, bucket, rules, Tracing.OFF);
  }

  public UploadDesk(
      StatusWriter statuses,
      S3Presigner presigner,
      String bucket,
      UploadRules rules,
      Tracing tracing) {
    this.statuses = statuses;
    this.presigner = presigner;
    this.bucket = bucket;
    this.rules = rules;
    this.tracing = tracing;
  }

  /** With region, credentials and endpoint from where the SDK looks for them by itself. */
  public static S3Presigner presigner() {
    return presigner(S3Presigner.builder());
  }

  /**
   * One that signs addresses of the region's own host everywhere. In us-east-1 the SDK's default is
   * a host without a region, which is another origin than the one that pages are allowed to send
   * to.
   */
  static S3Presigner presigner(S3Presigner.Builder builder) {
    String setting = SdkSystemSetting.AWS_S3_US_EAST_1_REGIONAL_ENDPOINT.property();
    // Read by the SDK when the presigner is built; there is no other way to tell it.
    if (System.getProperty(setting) == null) {
      System.setProperty(setting, "regional");
    }
    return builder.build();
  }

  /** Begins the trace of the upload, where it is to have one. */
  @Override
  public AcceptedUpload accept(OwnerId owner, NewUpload upload) {
    var request = tracing.begin("POST /uploads", SpanKind.SERVER);
    return Tracing.as(
        request,
        () -> {
          AcceptedUpload accepted = record(owner, upload);
          request.setAttribute(Tracing.UPLOAD, accepted.status().uploadId().value());
          return accepted;
        });
  }

  private AcceptedUpload record(OwnerId owner, NewUpload upload) {
    String name = FileName.clean(upload.fileName());
    FileFormat format = formatOf(name);
    if (upload.fileSize() < 0) {
      throw invalid("fileSize must not be negative.");
    }
    if (upload.fileSize() > rules.maxBytes()) {
      throw new ProblemException(
          ProblemCode.FILE_TOO_LARGE,
          "A file may have at most %,d bytes. Split it and try again.".formatted(rules.maxBytes()));
    }
    UploadId id = UploadId.random();
    // First, because signing needs nobody: a record without an address would wait for ever.
    AcceptedUpload.Target target = sign(id, format, upload.fileSize());
    return new AcceptedUpload(create(id, owner, name, upload.fileSize()), target);
  }

  /**
   * The name as people will see it: without a folder in front, and with a replacement for every
   * character that could disturb what is shown around it.
   */
  private static FileFormat formatOf(String name) {
    Optional<FileFormat> format = FileFormat.ofName(name);
    if (format.isPresent()) {
      return format.get();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    boolean workbook = List.of(".xls", ".xlsm", ".xlsb", ".ods").stream().anyMatch(lower::endsWith);
    throw new ProblemException(
        ProblemCode.INVALID_FILE_TYPE,
        workbook
            ? "This kind of workbook is not accepted. Save it as .xlsx or .csv and upload it again."
            : "Only .csv and .xlsx files are accepted.");
  }

  private ProcessingStatus create(UploadId id, OwnerId owner, String name, long size) {
    try {
      return statuses
          .createStatus(id, owner, name, size)
          .current()
          .filter(record -> record.isOwnedBy(owner))
          .orElseThrow(() -> new IllegalStateException("a new upload's record is not there"));
    } catch (SdkException e) {
      log.atWarn()
          .addKeyValue(LogFields.UPLOAD, id)
          .setCause(e)
          .log("an upload cannot be recorded");
      throw new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE, "Uploads cannot be accepted just now. Try again soon.");
    }
  }

  private AcceptedUpload.Target sign(UploadId id, FileFormat format, long size) {
    PresignedPutObjectRequest signed =
        presigner.presignPutObject(
            PutObjectPresignRequest.builder()
                .signatureDuration(rules.validity())
                .putObjectRequest(
                    PutObjectRequest.builder()
                        .bucket(bucket)
                        .key(ObjectKeys.ofUpload(id, format))
                        .contentLength(size)
                        .contentType(format.mediaType())
                        .build())
                .build());
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    signed.signedHeaders().forEach((name, values) -> headers.put(name, String.join(",", values)));
    // Every sender states these by itself, and a browser lets nobody else state them.
    headers.remove("host");
    headers.remove("content-length");
    return new AcceptedUpload.Target(
        signed.httpRequest().method().name(), URI.create(signed.url().toString()), headers);
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
  }
}
