package dev.headway.store;

/**
 * Told what reading the table costs. Called on threads of the SDK, several at once; must not block.
 */
public interface ReadMeter {
  /** Counts nothing. */
  ReadMeter NONE = new ReadMeter() {};

  /** So many records were asked for in one call of DynamoDB. */
  default void asked(int records) {}

  /** DynamoDB left so many of them out of its answer; they will be asked for again, or given up. */
  default void leftOut(int records) {}

  /** A record was there and could not be decoded. */
  default void undecodable() {}
}
