package dev.headway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables of variables in {@code docs/configuration.md}, for tests that compare. */
public final class VariableTable {
  private VariableTable() {}

  /** One line, by the names of its columns. */
  public record Row(Map<String, String> cells) {
    public String variable() {
      return cell("variable").replace("`", "");
    }

    public String cell(String column) {
      return cells.getOrDefault(column, "");
    }
  }

  /** The rows under the heading that begins so. */
  public static List<Row> of(String heading) {
    try {
      List<List<String>> lines =
          Files.readString(Path.of("docs/configuration.md"))
              .lines()
              .dropWhile(line -> !line.startsWith("## " + heading))
              .skip(1)
              .takeWhile(line -> !line.startsWith("## "))
              .filter(line -> line.startsWith("|") && !line.startsWith("|---"))
              .map(VariableTable::cells)
              .toList();
      return lines.stream().skip(1).map(cells -> row(lines.getFirst(), cells)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> cells(String line) {
    String[] parts = line.strip().split("\\|", -1);
    return Arrays.stream(parts, 1, parts.length - 1).map(String::strip).toList();
  }

  private static Row row(List<String> columns, List<String> cells) {
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      named.put(columns.get(i), cells.get(i));
    }
    return new Row(named);
  }
}
