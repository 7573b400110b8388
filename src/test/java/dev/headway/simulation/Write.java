package dev.headway.simulation;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One kind of conditional write, read from the expressions of its requests.
 *
 * @param name of the method that builds it, in {@code StatusWrites} or {@code LeadStore}
 */
record Write(String name, Expressions.Condition condition, List<Expressions.Action> actions) {
  /** Parsing is much dearer than evaluating, and there are a few dozen texts in all. */
  static final class Book {
    private final ConcurrentHashMap<List<String>, Write> writes = new ConcurrentHashMap<>();

    List<Write> writes() {
      return List.copyOf(writes.values());
    }

    Write of(String kind, String condition, String update) {
      return writes.computeIfAbsent(
          List.of(kind, condition, update),
          _ ->
              new Write(
                  name(kind, condition, update),
                  Expressions.condition(condition),
                  Expressions.update(update)));
    }
  }

  private static String name(String kind, String condition, String update) {
    return switch (kind) {
      case "put" -> condition.contains("attribute_not_exists") ? "create" : "replace";
      case "delete" -> "removeRaw";
      case "update" -> update.contains("#rank") ? "write" : statusUpdate(condition, update);
      case String other -> throw new IllegalArgumentException("no kind of write: " + other);
    };
  }

  private static String statusUpdate(String condition, String update) {
    if (update.contains("#stalled = :true")) {
      return "stall";
    }
    if (!update.contains("#deadline = ")) {
      boolean error = update.contains("#error");
      if (condition.contains("#status = :uploading")) {
        return "abandon";
      }
      if (condition.contains("completedBatches")) {
        return error ? "finish as error" : "finish as completed";
      }
      return error ? "fail" : "cancel";
    }
    if (update.contains("#splitAt")) {
      return "split";
    }
    if (update.contains("#allSent")) {
      return "confirmSent";
    }
    if (update.contains("#objectETag")) {
      return "acceptFile";
    }
    if (update.contains("ADD #doneBatches")) {
      return update.contains("DELETE") ? "moveToCompleted" : "countCompleted";
    }
    return update.contains("ADD #failedBatches") ? "countFailed" : "advance";
  }
}
