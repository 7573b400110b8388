package dev.headway.leads;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.status.Failure;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvLeadFileTest {
  private static final Charset WINDOWS = Charset.forName("windows-1252");
  private static final FileLimits TIGHT = new FileLimits(1 << 20, 5, 4, 20, 1 << 20, 1 << 20, 100);

  @TempDir private Path directory;

  private List<Map<String, String>> read(String text, Charset charset) {
    return Rows.fields(Rows.csv(directory, text, charset));
  }

  private Failure rejection(byte[] bytes, FileLimits limits) {
    Path file = Rows.file(directory, "leads.csv", bytes);
    return catchThrowableOfType(RejectedFileException.class, () -> Rows.all(file, limits))
        .failure();
  }

  private Failure rejection(String text) {
    return rejection(text.getBytes(UTF_8), TIGHT);
  }

  @Test
  void a_file_from_a_german_Excel_keeps_its_umlauts_quotes_and_line_breaks() {
    assertThat(Rows.fields(Rows.resource("excel-german.csv")))
        .containsExactly(
            Map.of(
                "Anrede", "Frau",
                "Vorname", "Jürgen-Änne",
                "Nachname", "Müßig",
                "Firma", "Käse & Söhne \"GmbH\"",
                "E-Mail", "A.Muessig@Kaese.example",
                "Telefon", "0511/123-4567",
                "Bemerkung", "Ruft zurück,\nmöglichst früh"),
            Map.of(
                "Anrede", "Herr",
                "Vorname", "Max",
                "Nachname", "Groß",
                "E-Mail", "max@gross.example"));
  }

  @Test
  void a_byte_order_mark_is_not_part_of_the_first_column() {
    assertThat(Rows.fields(Rows.resource("english.csv")))
        .first()
        .isEqualTo(
            Map.of(
                "First Name", "Jane",
                "Last Name", "O'Neil, Jr.",
                "Company", "Acme Inc",
                "Email", "jane@acme.example",
                "Phone", "+1 555 0100",
                "Job Title", "CTO"));
  }

  @Test
  void Excels_Unicode_text_is_read() {
    assertThat(Rows.fields(Rows.resource("unicode-text.csv")))
        .containsExactly(
            Map.of("Name", "Zoë Ñandú", "Email", "zoe@nandu.example", "Note", "日本語 🙂"));
  }

  @Test
  void without_a_header_columns_are_named_by_their_place() {
    assertThat(Rows.fields(Rows.resource("no-header.csv")))
        .containsExactly(
            Map.of(
                "Column 1", "Max Muster",
                "Column 2", "max@muster.example",
                "Column 3", "+49 511 1234567"),
            Map.of("Column 1", "Erika Beispiel", "Column 2", "erika@beispiel.example"));
  }

  @Test
  void ragged_blank_and_oddly_headed_rows_lose_nothing() {
    List<SourceRow> rows = Rows.all(Rows.resource("awkward.csv"));
    assertThat(rows).extracting(SourceRow::number).containsExactly(1, 2, 3);
    assertThat(rows)
        .extracting(SourceRow::fields)
        .containsExactly(
            Map.of(
                "Name", "Ann",
                "Email", "ann@a.example",
                "Email (2)", "ann2@a.example",
                "Column 4", "x",
                "Phone", "1",
                "Column 6", "surplus"),
            Map.of("Name", "Bob", "Email", "bob@b.example"),
            Map.of("Name", "5\" pipe Ltd", "Email", "quoted tail"));
  }

  @Test
  void columns_stay_in_the_order_of_the_file() {
    assertThat(Rows.all(Rows.resource("english.csv")).getFirst().fields().keySet())
        .containsExactly("First Name", "Last Name", "Company", "Email", "Phone", "Job Title");
  }

  @Test
  void a_line_that_names_the_separator_is_obeyed() {
    assertThat(Rows.fields(Rows.resource("separator-line.csv")))
        .containsExactly(Map.of("Name", "Pipe | Inc", "Email", "pipe@p.example"));
  }

  @Test
  void a_space_between_delimiter_and_quotation_is_no_part_of_either() {
    assertThat(read("Name, Email, Company\n\"Lee, Ann\", a@b.example, \"Lee, Ltd\"\n", UTF_8))
        .containsExactly(Map.of("Name", "Lee, Ann", "Email", "a@b.example", "Company", "Lee, Ltd"));
  }

  @Test
  void lines_may_end_as_on_an_old_Mac() {
    assertThat(Rows.fields(Rows.resource("old-mac.csv")))
        .containsExactly(
            Map.of("Name", "Ann", "Email", "ann@a.example"),
            Map.of("Name", "Bob", "Email", "bob@b.example"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "windows-1252", "UTF-16LE", "UTF-16BE"})
  void an_encoding_needs_no_byte_order_mark(String charset) {
    assertThat(read("Name;Firma\nJörg Größe;Bäckerei Süß\n", Charset.forName(charset)))
        .containsExactly(Map.of("Name", "Jörg Größe", "Firma", "Bäckerei Süß"));
  }

  @Test
  void a_byte_order_mark_decides_for_every_Unicode_encoding() {
    for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
      assertThat(read("\uFEFFName,Email\nÄnne,a@b.example\n", charset))
          .as(charset.name())
          .containsExactly(Map.of("Name", "Änne", "Email", "a@b.example"));
    }
  }

  @Test
  void one_damaged_character_does_not_spoil_the_other_umlauts() throws IOException {
    byte[] text =
        ("Name,Email\n" + "Jörg,a@b.example\n".repeat(20) + "X~,c@d.example\n").getBytes(UTF_8);
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '~') {
        text[i] = (byte) 0xE4;
      }
    }
    List<Map<String, String>> rows = Rows.fields(Rows.file(directory, "a.csv", text));
    assertThat(rows.getFirst()).containsEntry("Name", "Jörg");
    assertThat(rows.getLast()).containsEntry("Name", "X\uFFFD");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '´',
      delimiter = '~',
      value = {
        // a list with decimal commas is still a list with semicolons
        "Name;Betrag|Ann;1,50|Bob;2,75~;",
        "Name,Note|Ann,a;b|Bob,c;d;e~,",
        "Name\tNote|Ann\ta, b, c|Bob\td, e, f~\t",
        // separators inside of quotes do not count
        "Name,Note|Ann,\"a;b;c\"|Bob,\"d;e;f\"~,",
        "Name~,",
      })
  void the_separator_is_the_one_that_makes_a_table(String lines, String separator) {
    String text = lines.replace('|', '\n').replace("\\t", "\t");
    String expected = separator == null || separator.equals("\\t") ? "\t" : separator;
    assertThat(Delimiter.of(text, true)).isEqualTo(expected.charAt(0));
  }

  @Test
  void rows_are_numbered_through_and_reading_stops_when_the_sink_has_enough() throws IOException {
    Path file = Rows.csv(directory, "Name\n" + "Ann\n".repeat(1000), US_ASCII);
    LeadFile opened = LeadFile.open(file, FileFormat.CSV, FileLimits.DEFAULT);
    LeadFile.Contents contents = opened.read(row -> row.number() < 70);
    assertThat(contents.rows()).isEqualTo(70);
    // Also while the beginning is still being judged.
    assertThat(opened.read(row -> false).rows()).isEqualTo(1);
  }

  @Test
  void nothing_at_all_and_a_lonely_header_are_told_apart() throws IOException {
    assertThat(contents("")).isEqualTo(new LeadFile.Contents(0, false));
    assertThat(contents("\uFEFF\r\n \r\n,,\r\n")).isEqualTo(new LeadFile.Contents(0, false));
    assertThat(contents("Name,Email\r\n")).isEqualTo(new LeadFile.Contents(0, true));
  }

  private LeadFile.Contents contents(String text) throws IOException {
    Path file = Rows.csv(directory, text, UTF_8);
    return LeadFile.open(file, FileFormat.CSV, FileLimits.DEFAULT).read(row -> true);
  }

  @Test
  void each_limit_has_its_own_answer() {
    assertThat(rejection("Name\n" + "Ann\n".repeat(6))).isEqualTo(Failure.TOO_MANY_ROWS);
    assertThat(rejection("Name,b,c,d,e\nAnn,b,c,d,e\n")).isEqualTo(Failure.TOO_MANY_COLUMNS);
    assertThat(rejection("Name\n" + "x".repeat(21) + "\n")).isEqualTo(Failure.CELL_TOO_LONG);
    assertThat(read("Name\n" + "Ann\n".repeat(5), UTF_8)).hasSize(5);
  }

  @Test
  void three_hundred_columns_pass() {
    String header = "Name" + ",c".repeat(299);
    assertThat(read(header + "\nAnn" + ",v".repeat(299) + "\n", UTF_8).getFirst()).hasSize(300);
  }

  @Test
  void a_cell_larger_than_any_buffer_is_too_long_and_not_unreadable() {
    String huge = "Name\n\"" + "x".repeat(9 << 20) + "\"\n";
    assertThat(rejection(huge.getBytes(UTF_8), FileLimits.DEFAULT))
        .isEqualTo(Failure.CELL_TOO_LONG);
  }

  @Test
  void a_cell_of_a_million_characters_is_too_long() {
    String million = "Name,Note\nAnn," + "x".repeat(1_000_000) + "\n";
    assertThat(rejection(million.getBytes(UTF_8), FileLimits.DEFAULT))
        .isEqualTo(Failure.CELL_TOO_LONG);
  }

  @Test
  void the_only_row_needs_no_line_break_at_its_end() {
    assertThat(read("Name,Email\nAnn,ann@a.example", UTF_8))
        .containsExactly(Map.of("Name", "Ann", "Email", "ann@a.example"));
  }

  @Test
  void a_nul_among_the_first_bytes_means_no_text_and_a_later_one_is_dropped() {
    assertThat(rejection("Name,Email\nA\0nn,ann@a.example\n")).isEqualTo(Failure.NOT_CSV_OR_XLSX);
    String late = "Name\n" + "Bob\n".repeat(5_000) + "A\0nn\n";
    assertThat(read(late, UTF_8).getLast()).isEqualTo(Map.of("Name", "Ann"));
  }

  @Test
  void a_quotation_that_never_ends_is_damage() {
    assertThat(rejection("Name,Note\nAnn,\"oops\nBob,b\n")).isEqualTo(Failure.UNREADABLE);
  }

  @Test
  void what_is_no_text_is_refused_as_such() {
    byte[] picture = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    byte[] zip = {'P', 'K', 3, 4, 20, 0, 0, 0, 8, 0, 0, 0};
    assertThat(rejection(picture, TIGHT)).isEqualTo(Failure.NOT_CSV_OR_XLSX);
    assertThat(rejection(zip, TIGHT)).isEqualTo(Failure.NOT_CSV_OR_XLSX);
    assertThat(rejection("%PDF-1.7\n1 0 obj")).isEqualTo(Failure.NOT_CSV_OR_XLSX);
    assertThat(rejection("  <!DOCTYPE html><table>")).isEqualTo(Failure.NOT_CSV_OR_XLSX);
  }

  @Test
  void old_and_encrypted_workbooks_get_the_advice_that_fits() {
    byte[] ole2 = new byte[4096];
    byte[] magic = {
      (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
    };
    System.arraycopy(magic, 0, ole2, 0, magic.length);
    assertThat(rejection(ole2, TIGHT)).isEqualTo(Failure.OLD_EXCEL);
    byte[] name = "EncryptedPackage".getBytes(UTF_16LE);
    System.arraycopy(name, 0, ole2, 3001, name.length);
    assertThat(rejection(ole2, TIGHT)).isEqualTo(Failure.ENCRYPTED);
  }

  @Test
  void fifty_megabytes_are_read_row_by_row() throws IOException {
    Path file = directory.resolve("large.csv");
    try (var out = Files.newBufferedWriter(file)) {
      out.write("First name,Last name,Company,Email,Phone\n");
      for (int i = 0; i < 500_000; i++) {
        out.write(
            "Erika,Beispiel,Töchter GmbH,erika" + i + "@beispiel.example,+49 511 1234567890\n");
      }
    }
    long[] seen = {0, 0};
    LeadFile.Contents contents =
        LeadFile.open(file, FileFormat.CSV, FileLimits.DEFAULT)
            .read(row -> {
              seen[0]++;
              seen[1] += row.fields().size();
              return true;
            });
    assertThat(contents.rows()).isEqualTo(500_000);
    assertThat(seen).containsExactly(500_000, 2_500_000);
  }

  @Test
  void windows_characters_beyond_Latin_1_survive() {
    assertThat(read("Name;Note\nAnn;„80 €“ – ok\n", WINDOWS))
        .containsExactly(Map.of("Name", "Ann", "Note", "„80 €“ – ok"));
  }
}
