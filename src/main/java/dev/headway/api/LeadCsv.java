package dev.headway.api;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Leads as CSV, RFC 4180: lines end with CR LF, a cell is quoted where it has to be. A cell that a
 * spreadsheet would run as a formula gets an apostrophe in front of it.
 */
public final class LeadCsv {
  private static final String END_OF_LINE = "\r\n";

  /**
   * What makes a formula of a cell when it comes first. Tab and line ends are skipped by
   * spreadsheets before they look; the full-width forms count in East Asian versions.
   */
  private static final String FORMULA_STARTS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

  private LeadCsv() {}

  /** The first line. */
  public static String header() {
    return line(
        Stream.of(
            "leadId",
            "firstName",
            "lastName",
            "title",
            "company",
            "email",
            "phone",
            "remarks",
            "sourceFile",
            "uploadId",
            "createdAt",
            "updatedAt"));
  }

  /** One line for each lead; nothing for none. */
  public static String rows(List<Lead> leads) {
    return leads.stream().map(LeadCsv::row).collect(Collectors.joining());
  }

  private static String row(Lead lead) {
    return line(
        Stream.of(
            lead.leadId(),
            lead.firstName(),
            lead.lastName(),
            lead.title(),
            lead.company(),
            lead.email(),
            lead.phone(),
            lead.remarks(),
            lead.sourceFile(),
            lead.uploadId().value(),
            lead.createdAt(),
            lead.updatedAt()));
  }

  private static String line(Stream<String> cells) {
    return cells.map(LeadCsv::cell).collect(Collectors.joining(",", "", END_OF_LINE));
  }

  private static String cell(String text) {
    String harmless =
        !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    boolean quote = harmless.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
    return quote ? '"' + harmless.replace("\"", "\"\"") + '"' : harmless;
  }
}
