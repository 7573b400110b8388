package dev.headway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ContractProperties {
  private static final List<Representation> ALL = List.of(Representation.values());

  @Property
  void any_accept_header_is_answered(@ForAll @Size(max = 4) List<String> headers) {
    assertThat(Negotiation.choose(headers, ALL)).isNotNull();
  }

  @Property
  void any_header_made_of_the_grammars_pieces_is_answered(@ForAll("pieces") String header) {
    Negotiation.choose(List.of(header), ALL);
    Conditional.parse(List.of(header));
  }

  @Property
  void the_heavier_weight_wins(
      @ForAll @net.jqwik.api.constraints.IntRange(min = 1, max = 999) int json,
      @ForAll @net.jqwik.api.constraints.IntRange(min = 1, max = 999) int stream) {
    String accept = "application/json;q=0.%03d, text/event-stream;q=0.%03d".formatted(json, stream);
    Representation expected = stream > json ? Representation.EVENT_STREAM : Representation.JSON;
    assertThat(Negotiation.choose(List.of(accept), ALL)).contains(expected);
  }

  @Property
  void a_version_survives_its_tag(@ForAll @LongRange(min = 1) long version) {
    Conditional strong = Conditional.parse(List.of(EntityTag.of(version)));
    Conditional weak = Conditional.parse(List.of("\"x\", W/" + EntityTag.of(version)));
    assertThat(strong.holds(version)).isTrue();
    assertThat(weak.holds(version)).isTrue();
    assertThat(weak.atLeast()).isEqualTo(version);
  }

  @Property
  void only_what_a_version_looks_like_is_one(@ForAll String text) {
    OptionalLong version = EntityTag.version(text);
    assertThat(version.isPresent())
        .isEqualTo(
            text.matches("[1-9][0-9]{0,18}")
                && new java.math.BigInteger(text).bitLength() < Long.SIZE);
    version.ifPresent(v -> assertThat(Long.toString(v)).isEqualTo(text));
  }

  @Property
  void any_path_becomes_a_reference_on_this_host(@ForAll String path) {
    String safe = SafePath.of(path);
    URI reference = URI.create(safe);
    assertThat(reference.getRawAuthority()).isNull();
    assertThat(reference.getScheme()).isNull();
    assertThat(reference.getRawPath()).isEqualTo(safe).startsWith("/").doesNotStartWith("//");
    assertThat(safe).hasSizeLessThan(410).isPrintable().isASCII();
  }

  @Property
  void random_bytes_are_refused_as_invalid(@ForAll @Size(max = 200) byte[] body) {
    Throwable thrown = catchThrowable(() -> NewUploadJson.parse(body));
    assertThat(thrown)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_REQUEST));
  }

  @Property
  void any_accepted_file_name_is_one_line_of_valid_text(@ForAll String name) {
    String clean;
    try {
      clean = FileName.clean(name);
    } catch (ProblemException refused) {
      return;
    }
    assertThat(clean).isNotBlank().doesNotContain("/", "\\").hasLineCount(1);
    assertThat(clean.codePoints()).noneMatch(Character::isISOControl);
    byte[] utf8 = clean.getBytes(StandardCharsets.UTF_8);
    assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(clean);
    assertThat(FileName.clean(clean)).isEqualTo(clean);
  }

  @Property
  void any_text_comes_back_from_CSV_and_is_no_formula(@ForAll String company) {
    String csv = LeadCsv.header() + LeadCsv.rows(List.of(withCompany(company)));
    List<CsvRecord> records = CsvReader.builder().ofCsvRecord(csv).stream().toList();
    assertThat(records).hasSize(2);
    String cell = records.getLast().getField(4);
    assertThat(cell).isIn(company, "'" + company);
    assertThat(cell).doesNotMatch("(?s)[=+\\-@\\t\\r].*");
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            "application/json",
            "text/event-stream",
            "*/*",
            "*",
            "/",
            ";q=",
            "0.5",
            "1",
            "0",
            ",",
            ";",
            "\"",
            "\\",
            " ",
            "W/",
            "\"17\"",
            "W/\"3\"",
            "=",
            "q")
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  private static Lead withCompany(String company) {
    Lead lead = Samples.lead(1);
    return new Lead(
        lead.leadId(),
        lead.firstName(),
        lead.lastName(),
        lead.title(),
        company,
        lead.email(),
        lead.phone(),
        lead.remarks(),
        lead.sourceFile(),
        lead.uploadId(),
        lead.createdAt(),
        lead.updatedAt());
  }
}
