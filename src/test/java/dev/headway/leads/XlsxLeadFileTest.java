package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.headway.status.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XlsxLeadFileTest {
  private static final String HEADER_ROW =
      "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Name</t></is></c>"
          + "<c r=\"B1\" t=\"inlineStr\"><is><t>Phone</t></is></c></row>";

  @TempDir private Path directory;

  private Path file(byte[] bytes) {
    return Rows.file(directory, "leads.xlsx", bytes);
  }

  private List<Map<String, String>> read(XlsxFixture workbook) {
    return Rows.fields(file(workbook.bytes()));
  }

  private Failure rejection(byte[] bytes) {
    Path file = file(bytes);
    return catchThrowableOfType(RejectedFileException.class, () -> Rows.all(file)).failure();
  }

  /** The value of one cell below a header. */
  private Map<String, String> cell(String markup) {
    return read(new XlsxFixture()
            .sheet(
                HEADER_ROW
                    + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Ann</t></is></c>"
                    + markup
                    + "</row>"))
        .getFirst();
  }

  @Test
  void texts_are_read_with_their_columns() {
    assertThat(
            read(
                new XlsxFixture()
                    .texts(
                        List.of(
                            List.of("Name", "E-Mail", "", "Firma"),
                            List.of(" Ann & Co <x> ", "ann@a.example", "stray", ""),
                            List.of("", "", "", ""),
                            List.of("Bob\r\nRay", "", "", "Ray GmbH")))))
        .containsExactly(
            Map.of("Name", "Ann & Co <x>", "E-Mail", "ann@a.example", "Column 3", "stray"),
            Map.of("Name", "Bob\nRay", "Firma", "Ray GmbH"));
  }

  @Test
  void every_visible_worksheet_counts_with_its_own_header() {
    XlsxFixture workbook =
        new XlsxFixture()
            .texts(List.of(List.of("Name"), List.of("Ann")))
            .sheet("hidden", HEADER_ROW + HEADER_ROW)
            .sheet("")
            .texts(List.of(List.of("Firma", "Ort"), List.of("Acme", "Ulm")))
            .sheet("veryHidden", HEADER_ROW);
    List<SourceRow> rows = Rows.all(file(workbook.bytes()));
    assertThat(rows).extracting(SourceRow::number).containsExactly(1, 2);
    assertThat(rows)
        .extracting(SourceRow::fields)
        .containsExactly(Map.of("Name", "Ann"), Map.of("Firma", "Acme", "Ort", "Ulm"));
  }

  @Test
  void a_number_that_is_a_telephone_number_has_no_exponent() {
    assertThat(cell("<c r=\"B2\"><v>4.9511123456E10</v></c>"))
        .containsEntry("Phone", "49511123456");
    assertThat(cell("<c r=\"B2\"><v>49511123456</v></c>")).containsEntry("Phone", "49511123456");
    assertThat(cell("<c r=\"B2\"><v>0.30000000000000004</v></c>")).containsEntry("Phone", "0.3");
  }

  @Test
  void leading_zeros_that_a_format_shows_are_kept() {
    assertThat(cell("<c r=\"B2\" s=\"3\"><v>1067</v></c>")).containsEntry("Phone", "01067");
  }

  @Test
  void dates_are_dates() {
    assertThat(cell("<c r=\"B2\" s=\"1\"><v>45741</v></c>")).containsEntry("Phone", "2025-03-25");
    assertThat(cell("<c r=\"B2\" s=\"6\"><v>45741</v></c>")).containsEntry("Phone", "2025-03-25");
    assertThat(cell("<c r=\"B2\" s=\"2\"><v>45741.60416666667</v></c>"))
        .containsEntry("Phone", "2025-03-25 14:30");
    assertThat(cell("<c r=\"B2\" s=\"5\"><v>0.5</v></c>")).containsEntry("Phone", "12:00");
    // A number whose format only mentions days is a number.
    assertThat(cell("<c r=\"B2\" s=\"4\"><v>45741</v></c>")).containsEntry("Phone", "45741");
  }

  @Test
  void workbooks_from_a_Mac_may_count_days_from_1904() {
    XlsxFixture workbook =
        new XlsxFixture()
            .from1904()
            .sheet(HEADER_ROW + "<row r=\"2\"><c r=\"B2\" s=\"1\"><v>44279</v></c></row>");
    assertThat(read(workbook)).containsExactly(Map.of("Phone", "2025-03-25"));
  }

  @Test
  void a_formula_has_the_value_that_was_calculated_last() {
    assertThat(cell("<c r=\"B2\" t=\"str\"><f>A2&amp;\"x\"</f><v>Annx</v></c>"))
        .containsEntry("Phone", "Annx");
    assertThat(cell("<c r=\"B2\" s=\"1\"><f>TODAY()</f><v>45741</v></c>"))
        .containsEntry("Phone", "2025-03-25");
    assertThat(cell("<c r=\"B2\" t=\"b\"><v>1</v></c>")).containsEntry("Phone", "TRUE");
    assertThat(cell("<c r=\"B2\" t=\"e\"><f>1/0</f><v>#DIV/0!</v></c>")).doesNotContainKey("Phone");
    assertThat(cell("<c r=\"B2\"><f>NOW()</f></c>")).doesNotContainKey("Phone");
  }

  @Test
  void escaped_characters_are_unescaped() {
    assertThat(cell("<c r=\"B2\" t=\"inlineStr\"><is><t>a_x000D_\nb</t></is></c>"))
        .containsEntry("Phone", "a\nb");
  }

  @Test
  void cells_without_a_reference_follow_each_other() {
    XlsxFixture workbook =
        new XlsxFixture()
            .sheet(
                "<row><c t=\"inlineStr\"><is><t>Name</t></is></c><c t=\"inlineStr\"><is><t>Ort</t></is></c></row>"
                    + "<row><c t=\"inlineStr\"><is><t>Ann</t></is></c><c t=\"inlineStr\"><is><t>Ulm</t></is></c></row>");
    assertThat(read(workbook)).containsExactly(Map.of("Name", "Ann", "Ort", "Ulm"));
  }

  @Test
  void a_workbook_needs_no_styles() {
    XlsxFixture workbook =
        new XlsxFixture().texts(List.of(List.of("Name"), List.of("Ann"))).withoutStyles();
    assertThat(read(workbook)).containsExactly(Map.of("Name", "Ann"));
  }

  @Test
  void an_empty_workbook_and_a_lonely_header_are_told_apart() throws IOException {
    assertThat(contents(new XlsxFixture().sheet(""))).isEqualTo(new LeadFile.Contents(0, false));
    assertThat(contents(new XlsxFixture().sheet(HEADER_ROW)))
        .isEqualTo(new LeadFile.Contents(0, true));
  }

  private LeadFile.Contents contents(XlsxFixture workbook) throws IOException {
    return LeadFile.open(file(workbook.bytes()), FileFormat.XLSX, FileLimits.DEFAULT)
        .read(row -> true);
  }

  @Test
  void what_is_no_workbook_is_refused() {
    byte[] whole = new XlsxFixture().sheet(HEADER_ROW).bytes();
    assertThat(rejection("Name,Email\nAnn,a@b.example\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(Failure.UNREADABLE);
    assertThat(rejection(Arrays.copyOf(whole, whole.length / 2))).isEqualTo(Failure.UNREADABLE);
    assertThat(rejection(XlsxFixture.zip(Map.of("a.txt", new byte[10]))))
        .isEqualTo(Failure.NOT_CSV_OR_XLSX);
    assertThat(
            rejection(XlsxFixture.zip(Map.of("[Content_Types].xml", XlsxFixture.xml("<Types/>")))))
        .isEqualTo(Failure.UNREADABLE);
    byte[] broken = new XlsxFixture().sheet("<row r=\"1\"><c r=\"A1\"><v>1</row>").bytes();
    assertThat(rejection(broken)).isEqualTo(Failure.UNREADABLE);
  }

  @Test
  void an_old_or_encrypted_workbook_that_was_renamed_gets_the_advice_that_fits() {
    byte[] container = Arrays.copyOf(HexFormat.of().parseHex("d0cf11e0a1b11ae1"), 4096);
    assertThat(rejection(container)).isEqualTo(Failure.OLD_EXCEL);
    byte[] name = "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);
    System.arraycopy(name, 0, container, 2048, name.length);
    assertThat(rejection(container)).isEqualTo(Failure.ENCRYPTED);
  }

  @Test
  void of_merged_cells_the_first_has_the_text() {
    byte[] sheet =
        XlsxFixture.xml(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
                + HEADER_ROW
                + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Ann</t></is></c><c r=\"B2\"/></row>"
                + "</sheetData><mergeCells count=\"1\"><mergeCell ref=\"A2:B2\"/></mergeCells></worksheet>");
    XlsxFixture workbook = new XlsxFixture().sheet("").part("xl/worksheets/sheet1.xml", sheet);
    assertThat(read(workbook)).containsExactly(Map.of("Name", "Ann"));
  }

  @Test
  void a_part_may_not_declare_a_document_type() {
    byte[] sheet =
        XlsxFixture.xml(
            "<!DOCTYPE worksheet [<!ENTITY leak SYSTEM \"file:///etc/hostname\">]>"
                + "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&leak;</t></is></c></row></sheetData></worksheet>");
    assertThat(
            rejection(
                new XlsxFixture()
                    .sheet(HEADER_ROW)
                    .part("xl/worksheets/sheet1.xml", sheet)
                    .bytes()))
        .isEqualTo(Failure.UNREADABLE);
  }

  @Test
  void outside_of_the_gate_an_entity_is_not_resolved_either() {
    byte[] types =
        XlsxFixture.xml(
            "<!DOCTYPE Types [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><Types>&a;</Types>");
    assertThat(
            rejection(
                new XlsxFixture().sheet(HEADER_ROW).part("[Content_Types].xml", types).bytes()))
        .isEqualTo(Failure.UNREADABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/image1.png"})
  void a_zip_bomb_is_refused_before_it_is_read(String part) throws IOException {
    Path bomb = directory.resolve("bomb.xlsx");
    Map<String, byte[]> parts = new LinkedHashMap<>();
    parts.put("[Content_Types].xml", XlsxFixture.xml("<Types/>"));
    try (OutputStream out = Files.newOutputStream(bomb);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
      zip.putNextEntry(new ZipEntry(part));
      byte[] spaces = " ".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 100; i++) {
        zip.write(spaces);
      }
    }
    assertThat(Files.size(bomb)).isLessThan(1 << 20);
    assertThat(catchThrowableOfType(RejectedFileException.class, () -> Rows.all(bomb)).failure())
        .isEqualTo(Failure.TOO_LARGE);
  }

  @Test
  void a_text_without_end_is_too_long_for_a_cell() {
    String endless = "x".repeat(500_000);
    assertThat(rejection(new XlsxFixture().texts(List.of(List.of(endless))).bytes()))
        .isEqualTo(Failure.CELL_TOO_LONG);
    assertThat(rejection(new XlsxFixture().texts(List.of(List.of("x".repeat(32_768)))).bytes()))
        .isEqualTo(Failure.CELL_TOO_LONG);
  }

  @Test
  void a_long_part_outside_of_cells_is_no_cell() {
    String links = "<hyperlink ref=\"A1\"/>".repeat(50_000);
    byte[] sheet =
        XlsxFixture.xml(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
                + HEADER_ROW
                + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Ann</t></is></c><c r=\"B2\" s=\"1\"/></row></sheetData><hyperlinks>"
                + links
                + "</hyperlinks></worksheet>");
    XlsxFixture workbook = new XlsxFixture().sheet("").part("xl/worksheets/sheet1.xml", sheet);
    assertThat(read(workbook)).containsExactly(Map.of("Name", "Ann"));
  }

  @Test
  void columns_beyond_the_last_are_refused_before_memory_is_taken_for_them() {
    assertThat(rejection(oneCellAt("ZZZZZZ1"))).isEqualTo(Failure.TOO_MANY_COLUMNS);
    assertThat(rejection(oneCellAt("XFD1"))).isEqualTo(Failure.TOO_MANY_COLUMNS);
    String unnumbered = "<row>" + "<c/>".repeat(20_000) + "</row>";
    assertThat(rejection(new XlsxFixture().sheet(unnumbered).bytes()))
        .isEqualTo(Failure.TOO_MANY_COLUMNS);
  }

  private static byte[] oneCellAt(String reference) {
    return new XlsxFixture()
        .sheet(
            "<row r=\"1\"><c s=\"1\" r=\""
                + reference
                + "\" t=\"inlineStr\"><is><t>x</t></is></c></row>")
        .bytes();
  }

  @Test
  void many_rows_stream_by() throws IOException {
    StringBuilder rows = new StringBuilder(HEADER_ROW);
    for (int r = 2; r <= 60_001; r++) {
      rows.append("<row r=\"%1$d\"><c r=\"A%1$d\"><v>%1$d</v></c></row>".formatted(r));
    }
    assertThat(contents(new XlsxFixture().sheet(rows.toString())).rows()).isEqualTo(60_000);
  }

  @Test
  void the_limit_of_rows_holds_over_all_worksheets() {
    FileLimits limits = new FileLimits(1 << 20, 3, 10, 100, 1 << 20, 1 << 20, 100);
    List<List<String>> two = List.of(List.of("Name"), List.of("Ann"), List.of("Bob"));
    Path file = file(new XlsxFixture().texts(two).texts(two).bytes());
    assertThat(
            catchThrowableOfType(RejectedFileException.class, () -> Rows.all(file, limits))
                .failure())
        .isEqualTo(Failure.TOO_MANY_ROWS);
  }
}
