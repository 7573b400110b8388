package dev.headway.cli;

import dev.headway.status.Stage;
import dev.headway.status.StatusDocument;
import dev.headway.status.StatusDocument.ErrorDocument;
import dev.headway.status.StatusDocument.ProgressDocument;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;

/** One record in words for a terminal. Pure; nothing in the result moves a cursor. */
final class ProgressLine {
  private static final int BAR = 24;

  private ProgressLine() {}

  /** What is going on, on one line: {@code 30.0 % processing leads 3/10 batches …}. */
  static String of(StatusDocument status, Instant now) {
    ProgressDocument progress = status.progress();
    var parts = new ArrayList<String>();
    parts.add(String.format(Locale.ROOT, "%5.1f %%", progress.percentage()));
    parts.add(doing(status));
    if (progress.totalBatches() > 0) {
      String failed =
          progress.failedBatches() == 0 ? "" : " (" + progress.failedBatches() + " failed)";
      int counted = progress.completedBatches() + progress.failedBatches();
      parts.add(counted + "/" + progress.totalBatches() + " batches" + failed);
    }
    if (progress.totalLeads() > 0) {
      parts.add(progress.processedLeads() + "/" + progress.totalLeads() + " leads");
    }
    if (status.stalled()) {
      parts.add("stalled: no sign of life for too long");
    } else {
      remaining(status, now).ifPresent(parts::add);
    }
    return String.join("  ", parts);
  }

  /** A bar for a percentage; in ASCII where the terminal's character set has no blocks. */
  static String bar(double percentage, boolean blocks) {
    int full = (int) Math.clamp(percentage * BAR / 100, 0, BAR);
    String done = (blocks ? "█" : "#").repeat(full);
    String open = (blocks ? "░" : "-").repeat(BAR - full);
    return "[" + done + open + "]";
  }

  /** How the upload ended, as a sentence. */
  static String ending(StatusDocument status) {
    ProgressDocument progress = status.progress();
    return switch (status.status()) {
      case COMPLETED ->
          "Completed: "
              + counted(progress.processedLeads(), "lead")
              + ", "
              + progress.createdLeads()
              + " new and "
              + progress.updatedLeads()
              + " known before.";
      case ERROR ->
          "Failed: "
              + Optional.ofNullable(status.error())
                  .map(ProgressLine::why)
                  .orElse("no reason was given.");
      case CANCELLED -> "Cancelled after " + counted(progress.processedLeads(), "lead") + ".";
      case UPLOADING, UPLOADED, PROCESSING -> "Not over yet.";
    };
  }

  static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static String why(ErrorDocument error) {
    // null where a newer service has a code that this version does not know
    String code = Optional.ofNullable(error.code()).map(c -> " (" + c.wire() + ")").orElse("");
    return Printable.of(error.message()) + code;
  }

  private static String doing(StatusDocument status) {
    return switch (status.status()) {
      case UPLOADING -> "waiting for the file";
      case UPLOADED -> "file received";
      case PROCESSING ->
          status.stage() == Stage.BATCH_PROCESSING ? "processing leads" : "reading the file";
      case COMPLETED -> "completed";
      case ERROR -> "failed";
      case CANCELLED -> "cancelled";
    };
  }

  private static Optional<String> remaining(StatusDocument status, Instant now) {
    String estimated = status.metadata().estimatedCompletion();
    if (estimated == null || status.status().isTerminal()) {
      return Optional.empty();
    }
    try {
      Duration left = Duration.between(now, Instant.parse(estimated));
      return left.isPositive() ? Optional.of(left(left)) : Optional.empty();
    } catch (DateTimeException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  /** Coarse on purpose: an estimate to the second is a lie. */
  private static String left(Duration left) {
    long seconds = left.toSeconds();
    if (seconds < 10) {
      return "a few seconds left";
    }
    if (seconds < 90) {
      return "about " + (seconds + 5) / 10 * 10 + " s left";
    }
    long minutes = (seconds + 30) / 60;
    return minutes < 90
        ? "about " + minutes + " min left"
        : "about " + (minutes + 30) / 60 + " h left";
  }
}
