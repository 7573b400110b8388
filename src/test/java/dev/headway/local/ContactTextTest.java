package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContactTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Jane@Example.COM | jane@example.com",
        "' jane.doe+news@mail.example.co.uk ' | jane.doe+news@mail.example.co.uk",
        "Jane Doe <JANE@example.com> | jane@example.com",
        "mailto:jane@example.com | jane@example.com",
        "a@example.com; b@example.com | a@example.com",
        "'a@example.com, b@example.com' | a@example.com",
        "jörg@müller.de | jörg@müller.de",
        "JÖRG@example.de | jörg@example.de",
      })
  void an_address_is_found_and_put_into_lower_case(String text, String email) {
    assertThat(ContactText.email(text)).contains(email);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "n/a", "jane@", "@example.com", "jane at example.com", "a@b"})
  void what_is_no_address_is_none(String text) {
    assertThat(ContactText.email(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "+49 30 123456 | +4930123456",
        "+49 (0)30 / 1234-56 | +4930123456",
        "0049 30 123456 | +4930123456",
        "030/123456 | 030123456",
        "(555) 123-4567 | 5551234567",
        "555.123.4567 | 5551234567",
        "+1 555 123 4567 ext. 89 | +15551234567 ext. 89",
        "+1 555 123 4567 x89 | +15551234567 ext. 89",
        "030 123456 Durchwahl 12 | 030123456 ext. 12",
        "+41\u00a044\u00a0668\u00a018\u00a000 | +41446681800",
        "+49 30 1234\u201156 | +4930123456",
      })
  void a_number_is_brought_into_one_form(String text, String phone) {
    assertThat(ContactText.phone(text)).contains(phone);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n/a",
        "1234",
        "2024-01-09",
        "09.01.2024",
        "call me",
        "+49 30 12x34y56",
        "1234567890123456",
        "030 123456 / 0171 4567890",
        "+49 (0)30 12",
        "++49 30 123456"
      })
  void what_is_no_number_is_none(String text) {
    assertThat(ContactText.phone(text)).isEmpty();
  }
}
