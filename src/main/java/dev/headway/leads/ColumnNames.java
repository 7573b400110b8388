package dev.headway.leads;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A name for every column, each only once: {@code Phone}, {@code Phone (2)}; {@code Column 3} where
 * the header has none or a row has more cells than the header.
 */
final class ColumnNames {
  static final ColumnNames NONE = new ColumnNames(List.of());

  /** A header is a label; what is longer is a text that somebody put into the first row. */
  private static final int MAX_NAME_CHARS = 100;

  private final List<String> names;

  private ColumnNames(List<String> names) {
    this.names = names;
  }

  static ColumnNames ofHeader(List<String> header) {
    Set<String> taken = new HashSet<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      String label = CellText.shortened(header.get(i).replaceAll("\\s+", " "), MAX_NAME_CHARS);
      String base = label.isEmpty() ? unnamed(i) : label;
      String name = base;
      for (int n = 2; !taken.add(name); n++) {
        name = base + " (" + n + ")";
      }
      names.add(name);
    }
    return new ColumnNames(List.copyOf(names));
  }

  /** The name of the column with this index, from 0. */
  String at(int index) {
    return index < names.size() ? names.get(index) : beyond(index);
  }

  private String beyond(int index) {
    String name = unnamed(index);
    return names.contains(name) ? name + " (beyond the header)" : name;
  }

  private static String unnamed(int index) {
    return "Column " + (index + 1);
  }
}
