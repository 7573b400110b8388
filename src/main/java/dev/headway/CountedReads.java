package dev.headway;

import dev.headway.store.ReadMeter;
import java.util.concurrent.atomic.LongAdder;

/** Counts the records that are read from the table, for a metric. */
record CountedReads(LongAdder reads) implements ReadMeter {
  static ReadMeter into(LongAdder reads) {
    return new CountedReads(reads);
  }

  @Override
  public void asked(int records) {
    reads.add(records);
  }
}
