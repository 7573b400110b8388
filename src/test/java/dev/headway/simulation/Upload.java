package dev.headway.simulation;

import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One upload with one file: what the simulation knows of it from outside, however the workers come
 * to it.
 *
 * @param second whether this is not the file but other bytes, which somebody sends to the same
 *     address
 * @param emails of the rows, in their order; an empty one is none
 */
record Upload(UploadId id, OwnerId owner, boolean second, List<String> emails) {
  static final int ROWS_PER_BATCH = 10;

  /** Rows share addresses, within a file and between files, and some have none. */
  static Upload random(int number, int maxBatches, SplittableRandom random) {
    return new Upload(
        new UploadId("upload-" + number),
        new OwnerId("ada"),
        false,
        randomEmails(maxBatches, random));
  }

  /** The same upload with other bytes. */
  Upload otherFile(int maxBatches, SplittableRandom random) {
    return new Upload(id, owner, true, randomEmails(maxBatches, random));
  }

  private static List<String> randomEmails(int maxBatches, SplittableRandom random) {
    int batches = 1 + random.nextInt(maxBatches);
    int rows = 1 + (batches - 1) * ROWS_PER_BATCH + random.nextInt(ROWS_PER_BATCH);
    List<String> emails = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      emails.add(
          random.nextInt(8) == 0 ? "" : "p%d@leads.example".formatted(random.nextInt(rows * 2)));
    }
    return List.copyOf(emails);
  }

  String objectKey() {
    return "uploads/" + id + ".csv";
  }

  int rows() {
    return emails.size();
  }

  int batches() {
    return Math.ceilDiv(rows(), ROWS_PER_BATCH);
  }

  static int batchOf(int row) {
    return Math.ceilDiv(row, ROWS_PER_BATCH);
  }

  List<Integer> rowsOf(int batch) {
    List<Integer> rows = new ArrayList<>();
    for (int row = (batch - 1) * ROWS_PER_BATCH + 1;
        row <= Math.min(rows(), batch * ROWS_PER_BATCH);
        row++) {
      rows.add(row);
    }
    return rows;
  }

  String email(int row) {
    return emails.get(row - 1);
  }

  /** Tells every row of every file from every other one. */
  String name(int row) {
    return id.value().replace("upload-", "u") + (second ? "x" : "") + "r" + row;
  }

  byte[] csv() {
    var text = new StringBuilder("Name,Email\n");
    for (int row = 1; row <= rows(); row++) {
      text.append(name(row)).append(',').append(email(row)).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The lead that a row is. */
  String leadKey(int row) {
    return email(row).isEmpty() ? rawKey(row) : "e#" + sha256(email(row));
  }

  /** Where a row is kept that could not be standardized. */
  String rawKey(int row) {
    return "r#" + id + "#" + row;
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
