package dev.headway.leads;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A standardized lead: what somebody is called, where they work and how to reach them. Every text
 * is trimmed and bounded, and empty where nothing is known. The e-mail address is in lower case, or
 * empty if it is none.
 */
record LeadFields(
    String firstName,
    String lastName,
    String title,
    String company,
    String email,
    String phone,
    String remarks) {
  /** Longer than any real name; what is cut off a field stays in the remarks. */
  static final int MAX_FIELD_CHARS = 500;

  /**
   * DynamoDB takes 400 KB for an item; the remarks are in it twice (as they are and for search), in
   * up to 3 bytes for a character.
   */
  static final int MAX_REMARKS_CHARS = 50_000;

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private static final Pattern EMAIL =
      Pattern.compile("[^\\s@<>\"(),;:]{1,64}@[^\\s@<>\"(),;:]{1,253}");

  LeadFields {
    firstName = field(firstName);
    lastName = field(lastName);
    title = field(title);
    company = field(company);
    email = email(email);
    phone = field(phone);
    remarks = CellText.shortened(CellText.clean(remarks), MAX_REMARKS_CHARS);
  }

  private static String field(String text) {
    return CellText.shortened(
        SPACES.matcher(CellText.clean(text)).replaceAll(" "), MAX_FIELD_CHARS);
  }

  private static String email(String text) {
    String lower = CellText.clean(text).toLowerCase(Locale.ROOT);
    return EMAIL.matcher(lower).matches() ? lower : "";
  }

  /** What makes two rows the same lead. */
  Optional<String> identity() {
    return email.isEmpty() ? Optional.empty() : Optional.of(email);
  }

  LeadFields withRemarks(String other) {
    return new LeadFields(firstName, lastName, title, company, email, phone, other);
  }

  /** What a search looks through: everything, in lower case. */
  String searchText() {
    return String.join("\n", firstName, lastName, title, company, email, phone, remarks)
        .toLowerCase(Locale.ROOT);
  }

  /** Hides the values: they are personal data, and this is what a log line would show. */
  @Override
  public String toString() {
    return "LeadFields[…]";
  }
}
