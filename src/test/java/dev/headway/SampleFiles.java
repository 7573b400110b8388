package dev.headway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files of leads with known contents. */
final class SampleFiles {
  static final List<String> HEADER =
      List.of("Name", "E-Mail", "Company", "Job Title", "Phone", "Notes");

  private SampleFiles() {}

  /** The row of lead {@code n}; everything in it tells its number. */
  static List<String> row(String series, int n) {
    return List.of(
        "First%d Last%d".formatted(n, n),
        "Lead%d.%s@Example.com".formatted(n, series),
        "Company, %d".formatted(n % 50),
        "Head of \"%d\"".formatted(n % 7),
        "+49 30 1%06d".formatted(n),
        n % 10 == 0 ? "two\nlines" : "");
  }

  static String email(String series, int n) {
    return "lead%d.%s@example.com".formatted(n, series);
  }

  static Path csv(Path folder, String name, String series, int leads) throws IOException {
    var text = new StringBuilder(String.join(",", HEADER)).append("\r\n");
    for (int n = 1; n <= leads; n++) {
      text.append(
              String.join(
                  ",",
                  row(series, n).stream()
                      .map(cell -> '"' + cell.replace("\"", "\"\"") + '"')
                      .toList()))
          .append("\r\n");
    }
    return Files.write(folder.resolve(name), text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A workbook with the leads spread over worksheets, numbered on from sheet to sheet. */
  static Path xlsx(Path folder, String name, String series, List<Integer> leadsPerSheet)
      throws IOException {
    var file = folder.resolve(name);
    try (var out = Files.newOutputStream(file);
        var book = new org.dhatim.fastexcel.Workbook(out, "sample", "1.0")) {
      int lead = 1;
      for (int s = 0; s < leadsPerSheet.size(); s++) {
        var sheet = book.newWorksheet("Region " + (s + 1));
        for (int column = 0; column < HEADER.size(); column++) {
          sheet.value(0, column, HEADER.get(column));
        }
        for (int row = 1; row <= leadsPerSheet.get(s); row++, lead++) {
          var cells = row(series, lead);
          for (int column = 0; column < cells.size(); column++) {
            sheet.value(row, column, cells.get(column));
          }
        }
        sheet.finish();
      }
    }
    return file;
  }
}
