package dev.headway.status;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The allow-list of what a status record may say about a failure. Nothing else reaches a reader: no
 * text of an exception, a host, a path or a lead, because a worker can only choose from here.
 */
public enum Failure {
  NOT_CSV_OR_XLSX(
      ErrorCode.INVALID_FILE_TYPE, "The file is neither a CSV nor an XLSX file. Save it as one."),
  OLD_EXCEL(
      ErrorCode.INVALID_FILE_TYPE,
      "The file is an old Excel workbook (.xls). Save it as .xlsx or .csv and upload it again."),
  TOO_LARGE(ErrorCode.FILE_TOO_LARGE, "The file is larger than allowed. Split it and try again."),
  TOO_MANY_ROWS(
      ErrorCode.FILE_TOO_LARGE, "The file has more rows than allowed. Split it and try again."),
  TOO_MANY_COLUMNS(
      ErrorCode.FILE_TOO_LARGE, "The file has more columns than allowed. Remove some of them."),
  CELL_TOO_LONG(
      ErrorCode.FILE_TOO_LARGE, "A cell of the file holds more text than allowed. Shorten it."),
  EMPTY(ErrorCode.EMPTY_FILE, "The file is empty."),
  NO_LEADS(ErrorCode.EMPTY_FILE, "The file has no rows with data below its header."),
  UNREADABLE(
      ErrorCode.UNREADABLE_FILE, "The file could not be read. It may be damaged; save it again."),
  ENCRYPTED(
      ErrorCode.UNREADABLE_FILE,
      "The workbook is protected with a password. Remove the password and upload it again."),
  SPLIT_FAILED(
      ErrorCode.FILE_PROCESSING_FAILED, "The file could not be processed. Please try again."),
  NEVER_ARRIVED(
      ErrorCode.UPLOAD_INCOMPLETE, "The file did not arrive in time. Please upload it again."),
  SOME_BATCHES_FAILED(ErrorCode.PARTIAL_FAILURE, "Some leads could not be processed."),
  ALL_BATCHES_FAILED(ErrorCode.PROCESSING_FAILED, "None of the leads could be processed.");

  /** What {@link #ofFailedBatches} says, whatever its numbers. */
  private static final Pattern OF_BATCHES =
      Pattern.compile(
          "[0-9]{1,10} of [0-9]{1,10}"
              + Pattern.quote(
                  " leads were processed; the others could not be standardized and were kept as"
                      + " they are."));

  private final ErrorCode code;
  private final String message;

  Failure(ErrorCode code, String message) {
    this.code = code;
    this.message = message;
  }

  public ErrorCode code() {
    return code;
  }

  /** Safe to show to anybody who may see the upload. */
  public String message() {
    return message;
  }

  /** How an upload ends whose every batch is counted and of which at least one failed. */
  public static StatusErrorText ofFailedBatches(Progress progress) {
    if (progress.completedBatches() == 0) {
      return new StatusErrorText(ALL_BATCHES_FAILED.code, ALL_BATCHES_FAILED.message);
    }
    return new StatusErrorText(
        SOME_BATCHES_FAILED.code,
        "%d of %d leads were processed; the others could not be standardized and were kept as they are."
            .formatted(progress.processedLeads(), progress.totalLeads()));
  }

  /**
   * What a reader may be told of a failure as it is stored. The workers can only choose from this
   * list, but a table may have other writers, and a bus other senders: of what they say nothing but
   * the code is repeated.
   */
  static String shown(ErrorCode code, String stored) {
    List<String> known =
        Arrays.stream(values()).filter(f -> f.code == code).map(Failure::message).toList();
    boolean ours =
        known.contains(stored)
            || (code == ErrorCode.PARTIAL_FAILURE && OF_BATCHES.matcher(stored).matches());
    return ours ? stored : known.getFirst();
  }

  /** A code with the text that goes with it. */
  public record StatusErrorText(ErrorCode code, String message) {}
}
