package dev.headway.sse;

/** How the streams of a node are doing. Any thread; each number is about right at any moment. */
public interface StreamCounters {
  /** Streams that are open, or ending and not yet taken whole by their reader. */
  long open();

  /** {@code status} events that were written, since the start. */
  long delivered();

  /** Versions that a reader did not get because a newer one took their place, since the start. */
  long conflated();

  /** Streams that were cut because their reader took nothing, since the start. */
  long cut();
}
