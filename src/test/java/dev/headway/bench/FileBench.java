package dev.headway.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dhatim.fastexcel.Workbook;

/**
 * The largest files that are let in, each split by {@link SplitOnce} in a JVM of its own with the
 * heap of the function on AWS.
 */
final class FileBench {
  private static final List<String> HEADER =
      List.of("First name", "Last name", "Company", "E-Mail", "Phone", "Note");
  private static final int CSV_ROWS = 500_000;
  private static final int XLSX_ROWS = 200_000;

  private FileBench() {}

  static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("headway-bench");
    Path csv = folder.resolve("large.csv");
    Path xlsx = folder.resolve("large.xlsx");
    try {
      writeCsv(csv);
      writeXlsx(xlsx);
      System.out.println(
          "| file | size | rows | batches | of them by key | seconds | most heap in use |");
      System.out.println("|---|---|---|---|---|---|---|");
      split(csv);
      split(xlsx);
    } finally {
      Files.deleteIfExists(csv);
      Files.deleteIfExists(xlsx);
      Files.delete(folder);
    }
  }

  private static void split(Path file) throws Exception {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    // As ./headway starts this one.
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("--") || argument.startsWith("-XX"))
            .toList());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            SplitOnce.class.getName(),
            file.toString()));
    int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException(file.getFileName() + " was not split: " + exit);
    }
  }

  private static List<String> row(int n) {
    return List.of(
        "Grace" + n,
        "Hopper" + n % 997,
        "Harbour & Sons %d Ltd".formatted(n % 5_000),
        "grace%d@harbour.example".formatted(n),
        "+49 30 %07d".formatted(n),
        n % 3 == 0 ? "met at the spring fair" : "calls back");
  }

  private static void writeCsv(Path file) throws IOException {
    try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      out.write(String.join(",", HEADER) + "\n");
      for (int n = 1; n <= CSV_ROWS; n++) {
        out.write(String.join(",", row(n)) + "\n");
      }
    }
  }

  private static void writeXlsx(Path file) throws IOException {
    try (var out = Files.newOutputStream(file);
        var book = new Workbook(out, "bench", "1.0")) {
      var sheet = book.newWorksheet("Leads");
      for (int n = 0; n <= XLSX_ROWS; n++) {
        var cells = n == 0 ? HEADER : row(n);
        for (int column = 0; column < cells.size(); column++) {
          sheet.value(n, column, cells.get(column));
        }
      }
      sheet.finish();
    }
  }
}
