package dev.headway.local;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One row, standardized by rules. Nothing of the row is lost: what fits no field, and what fits one
 * that is taken, ends in the remarks with its header.
 *
 * @param row the number that the row was asked under
 */
@JsonPropertyOrder({
  "row",
  "firstName",
  "lastName",
  "title",
  "company",
  "email",
  "phone",
  "remarks"
})
record StandInLead(
    int row,
    String firstName,
    String lastName,
    String title,
    String company,
    String email,
    String phone,
    String remarks) {

  static StandInLead of(int row, Map<String, String> cells) {
    var fields = new EnumMap<LeadField, String>(LeadField.class);
    var remarks = new ArrayList<String>();
    var unknown = new ArrayList<Map.Entry<String, String>>();
    cells.forEach((header, value) -> {
      var text = value.strip();
      if (!text.isEmpty()) {
        place(header, text, fields, remarks, unknown);
      }
    });
    boolean headerless = fields.isEmpty();
    for (var cell : unknown) {
      if (!guess(cell.getValue(), headerless, fields)) {
        remarks.add(cell.getKey() + ": " + cell.getValue());
      }
    }
    return of(row, fields, remarks);
  }

  private static void place(
      String header,
      String text,
      Map<LeadField, String> fields,
      List<String> remarks,
      List<Map.Entry<String, String>> unknown) {
    var field = LeadField.of(header);
    if (field.isEmpty()) {
      unknown.add(Map.entry(header, text));
    } else if (field.get() == LeadField.REMARKS) {
      remarks.addFirst(text);
    } else {
      var standard = standard(field.get(), text);
      if (standard.isEmpty() || fields.putIfAbsent(field.get(), standard.get()) != null) {
        remarks.add(header + ": " + text);
      } else if (field.get() == LeadField.EMAIL && !text.equalsIgnoreCase(standard.get())) {
        remarks.add(header + ": " + text); // a second address, or a name around it
      }
    }
  }

  private static Optional<String> standard(LeadField field, String text) {
    return switch (field) {
      case EMAIL -> ContactText.email(text);
      // A number that follows no rule is still the best there is.
      case PHONE ->
          ContactText.phone(text).or(() -> Optional.of(text).filter(ContactText::hasDigit));
      case FIRST_NAME, LAST_NAME, FULL_NAME, TITLE, COMPANY, REMARKS -> Optional.of(text);
    };
  }

  /**
   * What a value under a header that says nothing is. Only an address is unmistakable; numbers and
   * names are guessed where no header says anything.
   */
  private static boolean guess(String text, boolean headerless, Map<LeadField, String> fields) {
    var email = ContactText.email(text);
    if (email.isPresent()) {
      return email.get().equalsIgnoreCase(text)
          && fields.putIfAbsent(LeadField.EMAIL, email.get()) == null;
    }
    if (!headerless) {
      return false;
    }
    var phone = ContactText.phone(text);
    if (phone.isPresent()) {
      return fields.putIfAbsent(LeadField.PHONE, phone.get()) == null;
    }
    boolean wordsOnly = text.contains(" ") && text.chars().noneMatch(Character::isDigit);
    return wordsOnly && fields.putIfAbsent(LeadField.FULL_NAME, text) == null;
  }

  private static StandInLead of(int row, Map<LeadField, String> fields, List<String> remarks) {
    var first = fields.getOrDefault(LeadField.FIRST_NAME, "");
    var last = fields.getOrDefault(LeadField.LAST_NAME, "");
    var full = fields.getOrDefault(LeadField.FULL_NAME, "");
    var title = fields.getOrDefault(LeadField.TITLE, "");
    if (!full.isEmpty() && !first.isEmpty() && last.isEmpty()) {
      last = full; // "Vorname" beside "Name": then that is the last name
    } else if (!full.isEmpty() && last.isEmpty()) {
      var name = PersonName.of(full);
      first = name.first();
      last = name.last();
      var titles = tidy(name.honorific() + " " + name.suffix()).strip();
      if (title.isEmpty()) {
        title = titles;
      } else if (!titles.isEmpty()) {
        remarks.add(titles);
      }
    } else if (!full.isEmpty() && !full.equals(first + " " + last)) {
      remarks.add("Name: " + full);
    }
    return new StandInLead(
        row,
        tidy(first),
        tidy(last),
        tidy(title),
        tidy(fields.getOrDefault(LeadField.COMPANY, "")),
        fields.getOrDefault(LeadField.EMAIL, ""),
        fields.getOrDefault(LeadField.PHONE, ""),
        String.join("; ", remarks));
  }

  private static String tidy(String text) {
    return text.replaceAll("[\\s\\h]+", " ");
  }
}
