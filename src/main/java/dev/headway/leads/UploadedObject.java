package dev.headway.leads;

import java.util.Optional;

/**
 * An object that object storage says was created.
 *
 * @param key decoded
 * @param size in bytes
 * @param eTag as the notification has it, usually without quotes; empty if it has none
 */
public record UploadedObject(String bucket, String key, long size, Optional<String> eTag) {
  public UploadedObject {
    if (bucket.isEmpty() || key.isEmpty() || size < 0) {
      throw new IllegalArgumentException("an object has a bucket, a key and a size");
    }
  }

  /** The entity tag as a record keeps it: object storage puts it into quotes only in headers. */
  static String unquoted(String eTag) {
    return eTag.replace("\"", "");
  }

  /** The validator of an {@code If-Match}. */
  Optional<String> quotedETag() {
    return eTag.filter(t -> !t.isBlank()).map(t -> t.startsWith("\"") ? t : "\"" + t + "\"");
  }
}
