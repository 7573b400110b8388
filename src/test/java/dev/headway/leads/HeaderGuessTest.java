package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderGuessTest {
  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    // records are parted by slashes, cells by semicolons
    "First Name;Last Name;E-Mail / Ann;Lee;a@b.example, 0",
    "VORNAME;nachname;e-mail-adresse / Ann;Lee;a@b.example, 0",
    "first_name;last_name / Ann;Lee, 0",
    "Name / Ann Lee / Bob Ray, 0",
    "Straße;Telefon-Nr.;PLZ / Weg 1;0511 123456;30159, 0",
    // values in the first record: the rows have begun
    "Ann;Lee;a@b.example / Bob;Ray;b@c.example, -1",
    "Firma;Ann;a@b.example / Bob;Ray;b@c.example, -1",
    "Ann;0511 1234567 / Bob;0511 7654321, -1",
    // no known name, but labels above values
    "氏名;メール / 山田;y@a.example / 佐藤;s@a.example, 0",
    "Alpha;Beta / x;12345678 / y;87654321, 0",
    // no known name and no values anywhere: all of it is data
    "Ann;Lee / Bob;Ray, -1",
    "Ann;Ann / x;12345678, -1",
    // titles above the header
    "Leads 2025 / Name;Email / Ann;a@b.example, 1",
    "Leads;Q1 / Export / Name;Email / Ann;a@b.example, 2",
    // what stands alone above values is their name
    "Contact of Acme Trading / a@b.example / c@d.example, 0",
  })
  void the_header_is_where_a_reader_would_see_it(String table, int expected) {
    List<List<String>> records =
        Arrays.stream(table.split(" / ")).map(record -> List.of(record.split(";"))).toList();
    assertThat(HeaderGuess.headerIndex(records)).isEqualTo(expected);
  }

  /** Found by the fuzzer: a stack that overflowed; and minutes for a row of such cells. */
  @ParameterizedTest
  @ValueSource(strings = {"1e9", "a", "1", "a@", "é "})
  @Timeout(10)
  void cells_as_long_as_may_be_are_looked_at_in_no_time(String piece) {
    String cell = piece.repeat(32_767 / piece.length());
    List<List<String>> records =
        Collections.nCopies(20, Collections.nCopies(FileLimits.DEFAULT.maxColumns(), cell));
    assertThat(HeaderGuess.headerIndex(records)).isLessThan(20);
  }
}
