package dev.headway.leads;

import dev.headway.status.UploadId;
import java.util.Optional;

/**
 * Where objects lie in the bucket. A key names the upload and nothing about its owner or file: keys
 * end up in logs and bills.
 */
final class ObjectKeys {
  private static final String UPLOADS = "uploads/";

  private ObjectKeys() {}

  static String ofUpload(UploadId id, FileFormat format) {
    return UPLOADS + id + format.extension();
  }

  static String ofBatch(UploadId id, int batchNumber) {
    return batchPrefix(id) + batchNumber + ".json";
  }

  private static String batchPrefix(UploadId id) {
    return "batches/" + id + "/";
  }

  /** The upload whose object this is; empty for any other key. */
  static Optional<UploadId> uploadOf(String key) {
    return FileFormat.ofName(key)
        .filter(format -> key.startsWith(UPLOADS))
        .flatMap(format ->
            UploadId.parse(
                key.substring(UPLOADS.length(), key.length() - format.extension().length())));
  }
}
