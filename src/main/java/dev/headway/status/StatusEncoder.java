package dev.headway.status;

/** Turns a record into the bytes of its {@link StatusDocument}, UTF-8 JSON on one line. */
@FunctionalInterface
public interface StatusEncoder {
  /** Any thread. The same record always gives the same bytes. */
  byte[] encode(ProcessingStatus record);
}
