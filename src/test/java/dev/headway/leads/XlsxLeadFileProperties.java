package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class XlsxLeadFileProperties {
  private static final List<String> HEADER = List.of("Name", "Firma", "Notiz", "Ort");

  @Property(tries = 100)
  void what_was_written_is_read_back(@ForAll("tables") List<List<String>> table)
      throws IOException {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    rows.addAll(table);
    Path file = Files.createTempFile("leads", ".xlsx");
    try {
      Files.write(file, new XlsxFixture().texts(rows).bytes());
      List<Map<String, String>> expected =
          table.stream().map(XlsxLeadFileProperties::fields).filter(f -> !f.isEmpty()).toList();
      assertThat(Rows.fields(file)).isEqualTo(expected);
      assertThat(Rows.all(file)).isEqualTo(Rows.all(file)); // and again the same
    } finally {
      Files.delete(file);
    }
  }

  private static Map<String, String> fields(List<String> cells) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      String clean = CellText.clean(cells.get(i));
      if (!clean.isEmpty()) {
        fields.put(HEADER.get(i), clean);
      }
    }
    return fields;
  }

  @Provide
  Arbitrary<List<List<String>>> tables() {
    Arbitrary<String> cell =
        Arbitraries.strings()
            .withChars("abcäß&<>\"'\n\r 019@._x日🙂".toCharArray())
            .ofMaxLength(15)
            // Two surrogates of different characters are no text at all.
            .map(text -> text.replaceAll("[\\uD800-\\uDFFF]", "🙂"));
    return cell.list().ofSize(4).list().ofMaxSize(20);
  }
}
