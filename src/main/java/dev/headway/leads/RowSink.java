package dev.headway.leads;

/** Takes the rows of a file one after another. */
@FunctionalInterface
interface RowSink {
  /** Whether more rows are wanted after this one. */
  boolean accept(SourceRow row);
}
