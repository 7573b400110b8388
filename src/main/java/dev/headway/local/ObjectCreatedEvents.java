package dev.headway.local;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Tells of every object created under a prefix, in the JSON that S3 itself sends to a queue.
 *
 * <p>S3 tells at least once, some time after it answered the writer. This one tells before it
 * answers, so that an event that cannot be sent fails the write, and nothing is stored unnoticed.
 */
final class ObjectCreatedEvents extends ForwardingBlobStore {
  /** Room for this many events in one millisecond before the order rests on the counter alone. */
  private static final int EVENTS_A_MILLISECOND_BITS = 16;

  private final String prefix;
  private final Consumer<String> queue;
  private final InstantSource clock;
  private final AtomicLong sequencer = new AtomicLong();
  private final JsonMapper json = new JsonMapper();

  /**
   * Tells the queue.
   *
   * @param prefix of the keys that count, as in a bucket's notification configuration
   * @param queue takes one event notification; what it throws fails the write
   */
  ObjectCreatedEvents(BlobStore store, String prefix, Consumer<String> queue, InstantSource clock) {
    super(store);
    this.prefix = prefix;
    this.queue = queue;
    this.clock = clock;
  }

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
    var response = super.putBlob(request, payload);
    tell("ObjectCreated:Put", request.bucket(), request.key());
    return response;
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    var response = super.copyBlob(request);
    tell("ObjectCreated:Copy", request.destinationBucket(), request.destinationKey());
    return response;
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    var response = super.completeMultipartUpload(upload, request);
    tell("ObjectCreated:CompleteMultipartUpload", upload.containerName(), upload.blobName());
    return response;
  }

  private void tell(String event, String bucket, String key) {
    if (key.startsWith(prefix)) {
      queue.accept(notification(event, bucket, key).toString());
    }
  }

  private ObjectNode notification(String event, String bucket, String key) {
    // Asked of the store, not taken from the request: a chunked one carries no length.
    var stored = blobMetadata(bucket, key);
    var now = clock.instant();
    var notification = json.createObjectNode();
    var entry = notification.putArray("Records").addObject();
    entry.put("eventVersion", "2.1");
    entry.put("eventSource", "aws:s3");
    entry.put("awsRegion", LocalAws.REGION.id());
    entry.put("eventTime", now.truncatedTo(ChronoUnit.MILLIS).toString());
    entry.put("eventName", event);
    entry.putObject("userIdentity").put("principalId", "local");
    entry.putObject("requestParameters").put("sourceIPAddress", LocalConfig.HOST);
    entry.putObject("responseElements").put("x-amz-request-id", UUID.randomUUID().toString());
    var s3 = entry.putObject("s3");
    s3.put("s3SchemaVersion", "1.0");
    s3.put("configurationId", "local");
    var where = s3.putObject("bucket");
    where.put("name", bucket);
    where.putObject("ownerIdentity").put("principalId", "local");
    where.put("arn", "arn:aws:s3:::" + bucket);
    var what = s3.putObject("object");
    what.put("key", encoded(key));
    what.put("size", stored.contentLength());
    what.put("eTag", stored.eTag().replace("\"", ""));
    what.put("sequencer", "%016X".formatted(next(now.toEpochMilli())));
    return notification;
  }

  /** As S3 does it: like a form field, a space becoming a plus, but slashes stay. */
  private static String encoded(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/");
  }

  /** Rises with every event, also over a restart. */
  private long next(long millis) {
    return sequencer.updateAndGet(last -> Math.max(last + 1, millis << EVENTS_A_MILLISECOND_BITS));
  }
}
