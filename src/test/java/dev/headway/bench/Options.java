package dev.headway.bench;

/** The options of measurements. */
public final class Options {
  private Options() {}

  /** The whole number behind {@code name}, else {@code otherwise}. */
  public static int number(String[] args, String name, int otherwise) {
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals(name)) {
        return Integer.parseInt(args[i + 1]);
      }
    }
    return otherwise;
  }
}
