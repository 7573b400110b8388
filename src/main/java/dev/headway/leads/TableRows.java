package dev.headway.leads;

import dev.headway.status.Failure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the raw records of one or several tables into numbered rows: finds each table's header,
 * skips blank records, names every column and numbers the rows through all tables. Any one thread.
 */
final class TableRows {
  private final FileLimits limits;
  private final RowSink sink;
  private final List<List<String>> beginning = new ArrayList<>();

  /** Names of the current table's columns; null until enough of it was seen to tell. */
  private @Nullable ColumnNames columns;

  private int rows;
  private boolean anyText;
  private boolean wantsMore = true;

  TableRows(FileLimits limits, RowSink sink) {
    this.limits = limits;
    this.sink = sink;
  }

  void beginTable() {
    beginning.clear();
    columns = null;
  }

  /** Takes one record; blank ones do not count. Says whether more are wanted. */
  boolean record(List<String> cells) {
    if (cells.stream().allMatch(String::isEmpty)) {
      return wantsMore;
    }
    anyText = true;
    if (columns != null) {
      emit(columns, cells);
    } else {
      beginning.add(List.copyOf(cells));
      if (beginning.size() == HeaderGuess.ROWS_TO_JUDGE) {
        judge();
      }
    }
    return wantsMore;
  }

  void endTable() {
    if (columns == null && !beginning.isEmpty()) {
      judge();
    }
  }

  LeadFile.Contents contents() {
    return new LeadFile.Contents(rows, anyText);
  }

  private void judge() {
    int header = HeaderGuess.headerIndex(beginning);
    ColumnNames names = header < 0 ? ColumnNames.NONE : ColumnNames.ofHeader(beginning.get(header));
    columns = names;
    for (List<String> cells : beginning.subList(header + 1, beginning.size())) {
      if (wantsMore) {
        emit(names, cells);
      }
    }
    beginning.clear();
  }

  private void emit(ColumnNames names, List<String> cells) {
    Map<String, String> fields = LinkedHashMap.newLinkedHashMap(cells.size());
    for (int i = 0; i < cells.size(); i++) {
      if (!cells.get(i).isEmpty()) {
        fields.put(names.at(i), cells.get(i));
      }
    }
    if (rows == limits.maxRows()) {
      throw new RejectedFileException(Failure.TOO_MANY_ROWS);
    }
    rows++;
    wantsMore = sink.accept(new SourceRow(rows, fields));
  }
}
