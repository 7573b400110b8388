package dev.headway.conformance;

/**
 * One thing that a server of the contract does.
 *
 * @param id its name, area first; stays the same from release to release
 * @param clause the part of docs/api.md that it holds
 * @param sentence what is so when it passes
 */
record Check(String id, String clause, String sentence, Body body) {
  /** Asks the server; returns when all is well. */
  @FunctionalInterface
  interface Body {
    /**
     * Finds out whether it is so.
     *
     * @throws Breach when the contract is broken
     * @throws Skip when it cannot be found out here
     */
    void run(Probe probe) throws Exception;
  }

  /** The contract is broken. */
  static final class Breach extends RuntimeException {
    private static final long serialVersionUID = 1;

    Breach(String what) {
      super(what);
    }
  }

  /** It cannot be found out, and why. */
  static final class Skip extends RuntimeException {
    private static final long serialVersionUID = 1;

    Skip(String why) {
      super(why);
    }
  }
}
