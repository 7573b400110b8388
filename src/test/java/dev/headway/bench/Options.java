package dev.headway.bench;

import java.util.Optional;

/** The options of measurements. */
public final class Options {
  private Options() {}

  /** The whole number behind {@code name}, else {@code otherwise}. */
  public static int number(String[] args, String name, int otherwise) {
    return text(args, name).map(Integer::parseInt).orElse(otherwise);
  }

  /** What stands behind {@code name}. */
  public static Optional<String> text(String[] args, String name) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals(name)) {
        return Optional.of(args[i + 1]);
      }
    }
    return Optional.empty();
  }
}
