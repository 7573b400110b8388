package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CsvLeadFileProperties {
  @Property(tries = 300)
  void what_was_written_is_read_back(
      @ForAll("tables") List<List<String>> table,
      @ForAll("delimiters") char delimiter,
      @ForAll("charsets") String charset,
      @ForAll("lineEnds") String lineEnd)
      throws IOException {
    // With an address in every row the guess of the separator has something to go by.
    StringBuilder text = new StringBuilder("\uFEFF");
    text.append(String.join(String.valueOf(delimiter), "Email", "Note", "Company")).append(lineEnd);
    for (List<String> cells : table) {
      text.append(
              cells.stream()
                  .map(CsvLeadFileProperties::quoted)
                  .collect(Collectors.joining(String.valueOf(delimiter))))
          .append(lineEnd);
    }
    Path file = Files.createTempFile("leads", ".csv");
    try {
      Files.write(file, text.toString().getBytes(Charset.forName(charset)));
      List<Map<String, String>> expected =
          table.stream().map(CsvLeadFileProperties::fields).filter(f -> !f.isEmpty()).toList();
      assertThat(Rows.fields(file)).isEqualTo(expected);
    } finally {
      Files.delete(file);
    }
  }

  private static Map<String, String> fields(List<String> cells) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      String clean = CellText.clean(cells.get(i));
      if (!clean.isEmpty()) {
        fields.put(List.of("Email", "Note", "Company").get(i), clean);
      }
    }
    return fields;
  }

  private static String quoted(String cell) {
    return '"' + cell.replace("\"", "\"\"") + '"';
  }

  @Provide
  Arbitrary<List<List<String>>> tables() {
    Arbitrary<String> cell =
        Arbitraries.strings()
            .withChars("abcäöü€ß\"',;|\t\n 0123456789@.日🙂".toCharArray())
            .ofMaxLength(12)
            // Half of a character cannot be written in any encoding.
            .map(text -> text.replaceAll("[\\uD800-\\uDFFF]", "🙂"));
    return cell.list().ofSize(3).list().ofMaxSize(30);
  }

  @Provide
  Arbitrary<Character> delimiters() {
    return Arbitraries.of(',', ';', '\t', '|');
  }

  @Provide
  Arbitrary<String> charsets() {
    return Arbitraries.of("UTF-8", "UTF-16LE", "UTF-16BE");
  }

  @Provide
  Arbitrary<String> lineEnds() {
    return Arbitraries.of("\n", "\r\n", "\r");
  }
}
