package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StandInLeadTest {
  @Test
  void a_row_with_english_headers_is_standardized() {
    assertThat(
            lead(
                "First Name", "Jane",
                "Last Name", "Doe",
                "Job Title", "CTO",
                "Company", "Example Inc.",
                "E-Mail", "JANE@example.com",
                "Phone #", "(555) 123-4567",
                "Notes", "Met at the fair"))
        .isEqualTo(
            new StandInLead(
                1,
                "Jane",
                "Doe",
                "CTO",
                "Example Inc.",
                "jane@example.com",
                "5551234567",
                "Met at the fair"));
  }

  @Test
  void a_row_with_german_headers_is_standardized() {
    assertThat(
            lead(
                "Ansprechpartner", "Dr. Jörg van der Müller",
                "Firma", "Müller & Söhne GmbH",
                "E-Mail-Adresse", "Joerg@Mueller.de",
                "Telefon-Nr.", "+49 (0)30 123456",
                "Straße", "Hauptstr. 1",
                "Bemerkung", "Rückruf"))
        .isEqualTo(
            new StandInLead(
                1,
                "Jörg",
                "van der Müller",
                "Dr.",
                "Müller & Söhne GmbH",
                "joerg@mueller.de",
                "+4930123456",
                "Rückruf; Straße: Hauptstr. 1"));
  }

  @ParameterizedTest
  @CsvSource({
    "VORNAME, FIRST_NAME",
    "given-name, FIRST_NAME",
    "Nachname, LAST_NAME",
    "Surname, LAST_NAME",
    "Name, FULL_NAME",
    "Vollständiger Name, FULL_NAME",
    "'Name, Vorname', FULL_NAME",
    "Contact Person, FULL_NAME",
    "Titel, TITLE",
    "Position, TITLE",
    "Unternehmen, COMPANY",
    "Organisation, COMPANY",
    "e-mail, EMAIL",
    "Mailadresse, EMAIL",
    "Email Address, EMAIL",
    "Tel., PHONE",
    "Handy, PHONE",
    "Phone (2), PHONE",
    "Mobile Phone, PHONE",
    "Kommentar, REMARKS"
  })
  void headers_are_known_in_their_usual_spellings(String header, LeadField field) {
    assertThat(LeadField.of(header)).contains(field);
  }

  @ParameterizedTest
  @CsvSource({"Column 1", "Anrede", "City", "''", "42", "Umsatz"})
  void other_headers_say_nothing(String header) {
    assertThat(LeadField.of(header)).isEmpty();
  }

  @Test
  void a_name_beside_a_first_name_is_the_last_name() {
    var lead = lead("Vorname", "Hans", "Name", "Müller");
    assertThat(lead.firstName()).isEqualTo("Hans");
    assertThat(lead.lastName()).isEqualTo("Müller");
    assertThat(lead.remarks()).isEmpty();
  }

  @Test
  void a_title_of_the_name_goes_to_the_remarks_where_the_position_has_its_place() {
    var lead = lead("Name", "Dr. Jane Doe, MBA", "Position", "CTO");
    assertThat(lead.title()).isEqualTo("CTO");
    assertThat(lead.remarks()).isEqualTo("Dr. MBA");
  }

  @Test
  void a_second_number_and_a_second_address_are_not_lost() {
    var lead =
        lead(
            "Phone",
            "030 123456",
            "Mobile",
            "0171 4567890",
            "Email",
            "a@example.com; b@example.com");
    assertThat(lead.phone()).isEqualTo("030123456");
    assertThat(lead.email()).isEqualTo("a@example.com");
    assertThat(lead.remarks())
        .contains("Mobile: 0171 4567890")
        .contains("Email: a@example.com; b@example.com");
  }

  @Test
  void what_is_in_the_wrong_place_goes_to_the_remarks() {
    var lead = lead("Name", "Jane Doe", "Email", "none", "Phone", "n/a");
    assertThat(lead.email()).isEmpty();
    assertThat(lead.phone()).isEmpty();
    assertThat(lead.remarks()).isEqualTo("Email: none; Phone: n/a");
  }

  @Test
  void without_headers_it_guesses_by_the_look() {
    assertThat(
            lead(
                "Column 1", "Jane Doe",
                "Column 2", "JANE@example.com",
                "Column 3", "+1 555 123 4567",
                "Column 4", "Springfield"))
        .isEqualTo(
            new StandInLead(
                1,
                "Jane",
                "Doe",
                "",
                "",
                "jane@example.com",
                "+15551234567",
                "Column 4: Springfield"));
  }

  @Test
  void an_empty_row_makes_an_empty_lead() {
    assertThat(lead("Name", " ", "Email", ""))
        .isEqualTo(new StandInLead(1, "", "", "", "", "", "", ""));
  }

  private static StandInLead lead(String... headersAndValues) {
    Map<String, String> cells = new LinkedHashMap<>();
    for (int i = 0; i < headersAndValues.length; i += 2) {
      cells.put(headersAndValues[i], headersAndValues[i + 1]);
    }
    return StandInLead.of(1, cells);
  }
}
