package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class StandInLeadProperties {
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

  @Property(tries = 500)
  void nothing_is_invented_and_nothing_is_lost(@ForAll("rows") Map<String, String> row) {
    var lead = StandInLead.of(1, row);

    var all = String.join(" ", row.values()).toLowerCase(Locale.ROOT);
    Stream.of(lead.firstName(), lead.lastName(), lead.title(), lead.company())
        .flatMap(StandInLeadProperties::words)
        .forEach(word -> assertThat(all).contains(word));
    assertThat(all).contains(lead.email());
    assertThat(digits(all)).contains(digits(lastDigits(lead.phone())));

    var found =
        String.join(
                " ",
                lead.firstName(),
                lead.lastName(),
                lead.title(),
                lead.company(),
                lead.email(),
                lead.phone(),
                lead.remarks())
            .toLowerCase(Locale.ROOT);
    row.values().stream()
        .flatMap(StandInLeadProperties::words)
        .filter(word -> digits(word).isEmpty()) // numbers change their form
        .filter(word -> !word.equals("x") && !word.equals("ext"))
        .forEach(word -> assertThat(found).contains(word));
  }

  private static Stream<String> words(String text) {
    return BETWEEN_WORDS
        .splitAsStream(text.toLowerCase(Locale.ROOT))
        .filter(word -> !word.isEmpty());
  }

  /** The zero of national dialling and the zeros before a country code may be gone. */
  private static String lastDigits(String phone) {
    var digits = digits(phone);
    return digits.substring(Math.max(0, digits.length() - 6));
  }

  private static String digits(String text) {
    return text.replaceAll("[^0-9]", "");
  }

  @Provide
  Arbitrary<Map<String, String>> rows() {
    var headers =
        Arbitraries.of(
            "Name",
            "Vorname",
            "Last Name",
            "Title",
            "Firma",
            "E-Mail",
            "Phone",
            "Mobile",
            "Notes",
            "City",
            "Column 1",
            "Column 2",
            "Email (2)");
    var values =
        Arbitraries.oneOf(
            Arbitraries.of(
                "Dr. Ludwig van der Berg",
                "Doe, Jane, Jr.",
                "Anna Schmidt MBA",
                "jane@example.com",
                "Jane <JANE@Example.com>",
                "a@example.com; b@example.com",
                "+49 (0)30 123456",
                "0049 30 1234567 ext. 12",
                "n/a",
                "2024-01-09",
                "",
                "  ",
                ",",
                "Herr"),
            Arbitraries.strings()
                .withChars("aB zé.,;@<>-+0123456789()/'\"{}\\\n\u00a0")
                .ofMaxLength(30));
    return Arbitraries.maps(headers, values)
        .ofMaxSize(8)
        .<Map<String, String>>map(LinkedHashMap::new);
  }
}
