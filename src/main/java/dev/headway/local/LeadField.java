package dev.headway.local;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a column of a list of leads can be, with the usual English and German headers for it. */
enum LeadField {
  FIRST_NAME(
      """
      first firstname fname givenname forename vorname rufname
      """),
  LAST_NAME(
      """
      last lastname lname surname familyname nachname familienname zuname
      """),
  FULL_NAME(
      """
      name names fullname contact contactname contactperson person lead leadname
      vollname vollstandigername vorundnachname vornamename vornamenachname namevorname
      ansprechpartner ansprechpartnerin ansprechperson kontakt kontaktperson kontaktname
      """),
  TITLE(
      """
      title jobtitle position role jobrole function job
      titel akademischertitel funktion rolle beruf berufsbezeichnung stellung
      """),
  COMPANY(
      """
      company companyname organisation organization org account accountname employer business firm
      firma firmenname firmierung unternehmen unternehmensname arbeitgeber betrieb gesellschaft
      """),
  EMAIL(
      """
      email emails mail emailaddress mailaddress workemail businessemail
      emailadresse mailadresse
      """),
  PHONE(
      """
      phone phonenumber phoneno telephone telephonenumber tel telno telnr
      mobile mobilephone mobilenumber cell cellphone workphone businessphone directdial
      telefon telefonnummer telefonnr fon handy handynummer mobil mobilnummer mobiltelefon mobilfunk
      rufnummer durchwahl festnetz
      """),
  REMARKS(
      """
      remarks remark notes note comment comments description
      bemerkung bemerkungen notiz notizen anmerkung anmerkungen kommentar kommentare beschreibung
      """);

  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern NOT_LETTERS = Pattern.compile("[^\\p{L}]+");
  private static final Map<String, LeadField> BY_HEADER =
      Arrays.stream(values())
          .flatMap(field -> SPACES.splitAsStream(field.headers).map(h -> Map.entry(h, field)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final String headers;

  LeadField(String headers) {
    this.headers = headers;
  }

  /** What the header says, whatever its case, accents, punctuation and numbering. */
  static Optional<LeadField> of(String header) {
    var lower = header.toLowerCase(Locale.ROOT).replace("ß", "ss");
    var plain = MARKS.matcher(Normalizer.normalize(lower, Normalizer.Form.NFD)).replaceAll("");
    return Optional.ofNullable(BY_HEADER.get(NOT_LETTERS.matcher(plain).replaceAll("")));
  }
}
