package dev.headway.leads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads files for tests, and makes rows. */
final class Rows {
  private Rows() {}

  static Path resource(String name) {
    return Path.of("src/test/resources/leads", name);
  }

  static Path file(Path directory, String name, byte[] bytes) {
    try {
      return Files.write(directory.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path csv(Path directory, String text, Charset charset) {
    return file(directory, "leads.csv", text.getBytes(charset));
  }

  static List<SourceRow> all(Path file) {
    return all(file, FileLimits.DEFAULT);
  }

  static List<SourceRow> all(Path file, FileLimits limits) {
    try {
      List<SourceRow> rows = new ArrayList<>();
      FileFormat format = FileFormat.ofName(file.toString()).orElseThrow();
      LeadFile.Contents contents = LeadFile.open(file, format, limits).read(rows::add);
      if (contents.rows() != rows.size()) {
        throw new AssertionError("counted " + contents.rows() + " rows, saw " + rows.size());
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Map<String, String>> fields(Path file) {
    return all(file).stream().map(SourceRow::fields).toList();
  }

  /** A row of column, value, column, value. */
  static SourceRow row(int number, String... columnsAndValues) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < columnsAndValues.length; i += 2) {
      fields.put(columnsAndValues[i], columnsAndValues[i + 1]);
    }
    return new SourceRow(number, fields);
  }
}
