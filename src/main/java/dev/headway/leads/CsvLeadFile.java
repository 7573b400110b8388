package dev.headway.leads;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.headway.status.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A text of separated cells, in whatever encoding and with whatever separator it came. */
final class CsvLeadFile implements LeadFile {
  /** What a first line may name. */
  private static final String DELIMITERS = ",;\t|:^~";

  private static final int SAMPLE_CHARS = 1 << 16;

  /** A cell up to this length gets the answer that it is too long; a buffer never grows beyond. */
  private static final int MAX_BUFFER_CHARS = 4 << 20;

  private final Path file;
  private final TextEncoding encoding;
  private final Style style;
  private final FileLimits limits;

  /**
   * How the text is written.
   *
   * @param namedInFirstLine whether the first line says which the delimiter is
   * @param spacedQuotes whether quotations stand behind a delimiter and a space
   */
  private record Style(char delimiter, boolean namedInFirstLine, boolean spacedQuotes) {
    static Style of(String sample, boolean complete) {
      // Excel's own way to name the separator, in a line of its own.
      boolean named =
          sample.length() > 5
              && sample.regionMatches(true, 0, "sep=", 0, 4)
              && (sample.charAt(5) == '\r' || sample.charAt(5) == '\n')
              && DELIMITERS.indexOf(sample.charAt(4)) >= 0;
      char delimiter = named ? sample.charAt(4) : Delimiter.of(sample, complete);
      return new Style(delimiter, named, sample.contains(delimiter + " \""));
    }
  }

  private CsvLeadFile(Path file, TextEncoding encoding, Style style, FileLimits limits) {
    this.file = file;
    this.encoding = encoding;
    this.style = style;
    this.limits = limits;
  }

  static CsvLeadFile open(Path file, FileLimits limits) throws IOException {
    TextEncoding encoding = TextEncoding.of(file);
    char[] buffer = new char[SAMPLE_CHARS];
    int length = 0;
    try (Reader reader = reader(file, encoding)) {
      for (int n = 0; n >= 0 && length < buffer.length; ) {
        length += n;
        n = reader.read(buffer, length, buffer.length - length);
      }
    }
    String sample = new String(buffer, 0, length);
    return new CsvLeadFile(file, encoding, Style.of(sample, length < buffer.length), limits);
  }

  private static Reader reader(Path file, TextEncoding encoding) throws IOException {
    InputStream in = Files.newInputStream(file);
    in.skipNBytes(encoding.bomLength());
    // Replaces what is malformed instead of failing: the rest of the row is still somebody's lead.
    return new BufferedReader(new InputStreamReader(in, encoding.charset()), 1 << 16);
  }

  /** Takes what people's programs write: ragged rows, and text behind a quotation. */
  // removal: there is no other way to have one careless quote not refuse a whole file.
  @SuppressWarnings("removal")
  private CsvReader<List<String>> reader() throws IOException {
    return CsvReader.builder()
        .fieldSeparator(style.delimiter())
        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
        .allowExtraCharsAfterClosingQuote(!style.spacedQuotes())
        .trimWhitespacesAroundQuotes(style.spacedQuotes())
        .allowUnclosedQuote(false)
        .detectBomHeader(false)
        .maxBufferSize(Math.max(MAX_BUFFER_CHARS, limits.maxCellChars() + 1))
        .build(new Cells(limits), reader(file, encoding));
  }

  @Override
  public Contents read(RowSink sink) throws IOException {
    TableRows rows = new TableRows(limits, sink);
    try (CsvReader<List<String>> csv = reader()) {
      if (style.namedInFirstLine()) {
        csv.skipLines(1);
      }
      rows.beginTable();
      for (List<String> cells : csv) {
        if (!rows.record(cells)) {
          return rows.contents();
        }
      }
      rows.endTable();
      return rows.contents();
    } catch (CsvParseException e) {
      throw rejection(e);
    }
  }

  /**
   * The reader wraps what the cells threw. Of its own complaints one means a cell beyond any
   * buffer; the other a quotation that never ends, which has swallowed the rows behind it.
   */
  private static RejectedFileException rejection(CsvParseException e) {
    if (e.getCause() instanceof RejectedFileException rejected) {
      return rejected;
    }
    String message = String.valueOf(e.getMessage());
    return new RejectedFileException(
        message.contains("maximum buffer size") ? Failure.CELL_TOO_LONG : Failure.UNREADABLE);
  }

  /** Collects one record, within the limits. */
  private static final class Cells extends AbstractBaseCsvCallbackHandler<List<String>> {
    private final FileLimits limits;
    private List<String> cells = new ArrayList<>();

    Cells(FileLimits limits) {
      this.limits = limits;
    }

    @Override
    protected void handleBegin(long startingLineNumber) {
      cells = new ArrayList<>(cells.size());
    }

    @Override
    protected void handleField(int index, char[] buffer, int from, int length, boolean quoted) {
      if (index >= limits.maxColumns()) {
        throw new RejectedFileException(Failure.TOO_MANY_COLUMNS);
      }
      if (length > limits.maxCellChars()) {
        throw new RejectedFileException(Failure.CELL_TOO_LONG);
      }
      cells.add(CellText.clean(new String(buffer, from, length)));
    }

    @Override
    protected List<String> buildRecord() {
      return cells;
    }
  }
}
