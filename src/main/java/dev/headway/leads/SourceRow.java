package dev.headway.leads;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One row of a file, with every column that has a value, in the order of the file.
 *
 * @param number 1 for the first row with data, counted over all worksheets; the same file always
 *     gives the same numbers
 * @param fields column name to value, neither blank
 */
record SourceRow(@JsonProperty("row") int number, Map<String, String> fields) {
  SourceRow {
    if (number < 1) {
      throw new IllegalArgumentException("rows are counted from 1, not " + number);
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a row has at least one value");
    }
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** Hides the values: they are personal data, and this is what a log line would show. */
  @Override
  public String toString() {
    return "SourceRow[" + number + "]";
  }
}
