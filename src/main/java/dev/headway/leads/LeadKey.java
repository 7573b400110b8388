package dev.headway.leads;

import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Which of an owner's leads a row is, from the row alone: by its e-mail address, or by its place in
 * its file where it has none. So the same row always means the same item, and nothing has to be
 * looked up before it is written. The address is hashed: keys end up in cursors, and DynamoDB takes
 * at most 1,024 bytes.
 */
record LeadKey(String value) {
  static LeadKey of(LeadFields fields, UploadId upload, int row) {
    return fields.identity().map(LeadKey::ofEmail).orElseGet(() -> ofRow(upload, row));
  }

  /** Of an address in lower case, as {@link LeadFields} has it. */
  static LeadKey ofEmail(String email) {
    return new LeadKey("e#" + HexFormat.of().formatHex(sha256(email)));
  }

  static LeadKey ofRow(UploadId upload, int row) {
    return new LeadKey("r#" + upload + "#" + row);
  }

  /** The id that readers see; the same for ever, and different for every owner. */
  String leadId(OwnerId owner) {
    byte[] hash = sha256(owner.value() + '\n' + value);
    hash[6] = (byte) ((hash[6] & 0x0F) | 0x80); // version 8: made by our own rule
    hash[8] = (byte) ((hash[8] & 0x3F) | 0x80);
    ByteBuffer bytes = ByteBuffer.wrap(hash);
    return new UUID(bytes.getLong(), bytes.getLong()).toString();
  }

  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
