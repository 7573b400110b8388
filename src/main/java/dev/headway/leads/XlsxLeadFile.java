package dev.headway.leads;

import dev.headway.status.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.dhatim.fastexcel.reader.SheetVisibility;

/**
 * A workbook: every visible worksheet, one after another, each with its own header. Hidden rows
 * count (a filter hides them), hidden worksheets do not (they hold lists for drop-downs).
 */
final class XlsxLeadFile implements LeadFile {
  private final Path file;
  private final boolean hasStyles;
  private final FileLimits limits;

  private XlsxLeadFile(Path file, boolean hasStyles, FileLimits limits) {
    this.file = file;
    this.hasStyles = hasStyles;
    this.limits = limits;
  }

  static XlsxLeadFile open(Path file, FileLimits limits) throws IOException {
    return new XlsxLeadFile(file, XlsxGate.check(file, limits), limits);
  }

  /** With formats, to tell dates from numbers; a cell that cannot be parsed is an empty one. */
  private ReadingOptions options() {
    return new ReadingOptions(hasStyles, true);
  }

  @Override
  public Contents read(RowSink sink) throws IOException {
    try (ReadableWorkbook workbook = new ReadableWorkbook(file.toFile(), options())) {
      CellValue values = new CellValue(workbook.isDate1904());
      TableRows rows = new TableRows(limits, sink);
      for (Sheet sheet : visibleSheets(workbook)) {
        rows.beginTable();
        try (Stream<Row> stream = sheet.openStream()) {
          for (Iterator<Row> i = stream.iterator(); i.hasNext(); ) {
            if (!rows.record(cells(i.next(), values))) {
              return rows.contents();
            }
          }
        }
        rows.endTable();
      }
      return rows.contents();
    } catch (RejectedFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The local copy is complete and passed the gate: what fails now is what is in it. The reader
      // reports damage with whatever exception comes along.
      throw new RejectedFileException(Failure.UNREADABLE);
    }
  }

  private static List<Sheet> visibleSheets(ReadableWorkbook workbook) {
    try (Stream<Sheet> sheets = workbook.getSheets()) {
      return sheets.filter(s -> s.getVisibility() == SheetVisibility.VISIBLE).toList();
    }
  }

  private List<String> cells(Row row, CellValue values) {
    List<String> cells = new ArrayList<>(row.getCellCount());
    for (Cell cell : row) {
      // Gaps between cells are nulls.
      String text = cell == null ? "" : values.textOf(cell);
      if (text.length() > limits.maxCellChars()) {
        throw new RejectedFileException(Failure.CELL_TOO_LONG);
      }
      cells.add(CellText.cleanFromWorkbook(text));
    }
    while (!cells.isEmpty() && cells.getLast().isEmpty()) {
      cells.removeLast(); // cells that only have a colour
    }
    if (cells.size() > limits.maxColumns()) {
      throw new RejectedFileException(Failure.TOO_MANY_COLUMNS);
    }
    return cells;
  }
}
