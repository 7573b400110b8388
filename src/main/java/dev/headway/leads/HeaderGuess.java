package dev.headway.leads;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a table begins with a header, and in which record. A header names fields that lists of
 * leads usually have, in the usual English and German spellings, or at least holds no values while
 * the records below it do. Pure.
 */
final class HeaderGuess {
  /** Records of a table that are looked at: titles may stand above the header. */
  static final int ROWS_TO_JUDGE = 20;

  /** A header stands at most this far down. */
  private static final int MAX_TITLE_ROWS = 8;

  private static final Pattern NOT_LETTERS = Pattern.compile("[^\\p{L}]+");
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+\\.[^\\s@]+");

  /** A number that means something has as many. */
  private static final int MANY_DIGITS = 5;

  /** An address is not longer; what a hostile cell holds behind it is not looked at. */
  private static final int LOOKED_AT = 400;

  /** Letters only, without accents, in lower case. */
  private static final Set<String> KNOWN =
      Set.of(
          // names
          "name",
          "names",
          "fullname",
          "firstname",
          "first",
          "fname",
          "givenname",
          "forename",
          "lastname",
          "last",
          "lname",
          "surname",
          "familyname",
          "middlename",
          "contact",
          "contactname",
          "contactperson",
          "person",
          "vorname",
          "nachname",
          "familienname",
          "zuname",
          "vollname",
          "vollstandigername",
          "vorundnachname",
          "namevorname",
          "vornamename",
          "vornamenachname",
          "ansprechpartner",
          "ansprechpartnerin",
          "ansprechperson",
          "kontakt",
          "kontaktperson",
          "kontaktname",
          "lead",
          "leadname",
          // how to address somebody
          "title",
          "jobtitle",
          "position",
          "role",
          "function",
          "job",
          "salutation",
          "prefix",
          "gender",
          "titel",
          "akademischertitel",
          "anrede",
          "funktion",
          "rolle",
          "beruf",
          "berufsbezeichnung",
          "stellung",
          "geschlecht",
          "department",
          "abteilung",
          // where they work
          "company",
          "companyname",
          "organisation",
          "organization",
          "account",
          "accountname",
          "employer",
          "business",
          "firm",
          "firma",
          "firmenname",
          "firmierung",
          "unternehmen",
          "unternehmensname",
          "arbeitgeber",
          "betrieb",
          "kunde",
          "kundenname",
          "customer",
          "industry",
          "branche",
          // how to reach them
          "email",
          "emailaddress",
          "emails",
          "mail",
          "mailaddress",
          "emailadresse",
          "mailadresse",
          "workemail",
          "businessemail",
          "phone",
          "phonenumber",
          "phoneno",
          "telephone",
          "telephonenumber",
          "tel",
          "telno",
          "telnr",
          "mobile",
          "mobilephone",
          "mobilenumber",
          "cell",
          "cellphone",
          "workphone",
          "businessphone",
          "directdial",
          "fax",
          "telefon",
          "telefonnummer",
          "telefonnr",
          "fon",
          "handy",
          "handynummer",
          "mobil",
          "mobilnummer",
          "mobiltelefon",
          "mobilfunk",
          "rufnummer",
          "durchwahl",
          "festnetz",
          "telefax",
          "website",
          "url",
          "web",
          "homepage",
          "webseite",
          "linkedin",
          "linkedinurl",
          "xing",
          // where they are
          "address",
          "street",
          "city",
          "town",
          "zip",
          "zipcode",
          "postcode",
          "postalcode",
          "state",
          "region",
          "country",
          "adresse",
          "anschrift",
          "strasse",
          "str",
          "hausnummer",
          "hausnr",
          "ort",
          "stadt",
          "plz",
          "postleitzahl",
          "plzort",
          "bundesland",
          "land",
          // everything else
          "id",
          "nr",
          "no",
          "number",
          "nummer",
          "kundennummer",
          "remarks",
          "remark",
          "notes",
          "note",
          "comment",
          "comments",
          "description",
          "message",
          "source",
          "leadsource",
          "status",
          "tags",
          "date",
          "created",
          "bemerkung",
          "bemerkungen",
          "notiz",
          "notizen",
          "anmerkung",
          "anmerkungen",
          "kommentar",
          "kommentare",
          "beschreibung",
          "nachricht",
          "quelle",
          "herkunft",
          "datum",
          "interesse",
          "interest",
          "birthday",
          "geburtstag",
          "geburtsdatum");

  private HeaderGuess() {}

  /** The index of the header among the first records of a table; -1 if it has none. */
  static int headerIndex(List<List<String>> records) {
    int deepest = Math.min(records.size(), MAX_TITLE_ROWS + 1);
    for (int i = 0; i < deepest; i++) {
      List<String> record = records.get(i);
      if (hasValues(record)) {
        if (i == 0) {
          return -1;
        }
        break; // the rows have begun
      }
      int known = (int) record.stream().filter(HeaderGuess::isKnown).count();
      if (i == 0 ? known >= 1 && known * 4 >= filled(record) : known >= 2) {
        return i;
      }
      if (filled(record) > 2) {
        break; // wider than a title
      }
    }
    return namesColumnsOfValues(records) ? 0 : -1;
  }

  /** Without a known name: every cell is a label, and below some of them stand values. */
  private static boolean namesColumnsOfValues(List<List<String>> records) {
    List<String> first = records.getFirst();
    if (records.size() < 2
        || filled(first) < first.size()
        || first.stream().distinct().count() < first.size()) {
      return false;
    }
    return records.stream().skip(1).filter(HeaderGuess::hasValues).count() * 2
        >= records.size() - 1;
  }

  private static boolean hasValues(List<String> record) {
    return record.stream()
        .map(cell -> cell.substring(0, Math.min(cell.length(), LOOKED_AT)))
        .anyMatch(cell -> EMAIL.matcher(cell).find() || hasManyDigits(cell));
  }

  private static boolean hasManyDigits(String cell) {
    return cell.chars().filter(c -> c >= '0' && c <= '9').limit(MANY_DIGITS).count() == MANY_DIGITS;
  }

  private static int filled(List<String> record) {
    return (int) record.stream().filter(cell -> !cell.isEmpty()).count();
  }

  private static boolean isKnown(String cell) {
    return cell.length() <= 40 && KNOWN.contains(normalized(cell));
  }

  private static String normalized(String cell) {
    String lower = cell.toLowerCase(Locale.ROOT).replace("ß", "ss");
    String plain = MARKS.matcher(Normalizer.normalize(lower, Normalizer.Form.NFD)).replaceAll("");
    return NOT_LETTERS.matcher(plain).replaceAll("");
  }
}
