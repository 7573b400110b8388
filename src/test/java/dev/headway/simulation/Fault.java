package dev.headway.simulation;

import java.util.Set;

/**
 * A fault planted into the world: conditions that DynamoDB does not look at, or something that is
 * never done at all though it says that it was.
 *
 * @param write the name of the write, as {@link Write} gives it
 * @param conditions the texts of those of its conjuncts that are gone; none for what is never done
 */
record Fault(String write, Set<String> conditions) {
  /** The dead letters that come again when every worker has ended. */
  static final String SECOND_LOOK = "second look";

  Fault {
    conditions = Set.copyOf(conditions);
  }

  /** Of {@code removeRaw}, or of {@value #SECOND_LOOK}. */
  static Fault never(String what) {
    return new Fault(what, Set.of());
  }

  /** Whether that is never done. */
  boolean suppresses(String what) {
    return conditions.isEmpty() && write.equals(what);
  }

  /** The order of {@code conditions} is not fixed, so the text sorts them. */
  @Override
  public String toString() {
    if (conditions.isEmpty()) {
      return "never " + write;
    }
    return write + " without " + String.join(" and ", conditions.stream().sorted().toList());
  }
}
