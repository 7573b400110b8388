package dev.headway.leads;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Reads batches from their messages, and the rows of big ones from object storage. */
public final class BatchRows {
  private final S3Client s3;
  private final String bucket;
  private final BatchCodec codec = new BatchCodec();

  public BatchRows(S3Client s3, String bucket) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /** Throws {@link IllegalArgumentException} if the message is no batch. */
  BatchMessage decode(String message) {
    return codec.decode(message);
  }

  Optional<BatchCodec.Identity> identify(String message) {
    return codec.identify(message);
  }

  /** The same message, marked for {@link BatchDeadLetters}'s second look. */
  String buried(String message) {
    return codec.buried(message);
  }

  List<SourceRow> rowsOf(BatchMessage batch) {
    return batch.rowsKey().map(key -> stored(batch, key)).orElse(batch.rows());
  }

  /** Only the batch's own object: a message cannot name another one. */
  private List<SourceRow> stored(BatchMessage batch, String key) {
    if (!key.equals(ObjectKeys.ofBatch(batch.uploadId(), batch.batch()))) {
      throw new IllegalArgumentException("a batch refers to an object that is not its own");
    }
    return codec.decodeRows(
        s3.getObjectAsBytes(GetObjectRequest.builder().bucket(bucket).key(key).build())
            .asUtf8String());
  }
}
