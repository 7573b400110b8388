package dev.headway.leads;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Locale;
import java.util.regex.Pattern;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;

/**
 * The value of a workbook's cell as a person would type it: dates in ISO form, numbers without
 * exponent (a phone number is not 1.2E10), leading zeros where the format shows them, formulas by
 * the value that was last calculated.
 */
final class CellValue {
  /** Excel calculates with 15 digits; what a file has beyond them is binary noise. */
  private static final MathContext EXCEL_PRECISION = new MathContext(15, RoundingMode.HALF_UP);

  /** 9999-12-31, the last day that Excel knows. */
  private static final BigDecimal LAST_DAY = BigDecimal.valueOf(2_958_466);

  /** Beyond this many zeros a number is not written out: nobody means it. */
  private static final int MAX_EXPONENT = 40;

  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  /** Texts, colours, locales and escaped characters of a format, none of which make a date. */
  private static final Pattern LITERALS = Pattern.compile("\"[^\"]*\"|\\[[^\\]]*\\]|\\\\.|_.|\\*.");

  private static final Pattern DATE_LETTERS = Pattern.compile("[ydhs]|(?<![a-z])m");
  private static final Pattern ONLY_ZEROS = Pattern.compile("0{2,20}");

  private final LocalDate dayZero;

  CellValue(boolean from1904) {
    // Excel believes that 1900 was a leap year, so day 60 and later count from a day earlier.
    dayZero = from1904 ? LocalDate.of(1904, 1, 1) : LocalDate.of(1899, 12, 30);
  }

  String textOf(Cell cell) {
    if (cell.getType() == CellType.ERROR) {
      return ""; // #N/A and its like
    }
    Object value = cell.getValue();
    if (value instanceof BigDecimal number) {
      String format = cell.getDataFormatString();
      return numberText(number, format == null ? "" : format);
    }
    if (value instanceof Boolean flag) {
      return flag ? "TRUE" : "FALSE";
    }
    return value == null ? "" : isErrorText(value.toString()) ? "" : value.toString();
  }

  /** A formula that failed has its error as text. */
  private static boolean isErrorText(String text) {
    return switch (text) {
      case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!" -> true;
      default -> false;
    };
  }

  String numberText(BigDecimal number, String format) {
    if (isDateFormat(format) && number.signum() >= 0 && number.compareTo(LAST_DAY) < 0) {
      return dateText(number);
    }
    BigDecimal value = number.stripTrailingZeros();
    if (Math.abs((long) value.scale()) > MAX_EXPONENT) {
      return value.toString();
    }
    if (value.scale() > 0) {
      value = value.round(EXCEL_PRECISION).stripTrailingZeros();
    }
    String plain = value.toPlainString();
    boolean padded = ONLY_ZEROS.matcher(format).matches() && value.scale() <= 0;
    return padded && value.signum() >= 0 && plain.length() < format.length()
        ? "0".repeat(format.length() - plain.length()) + plain
        : plain;
  }

  static boolean isDateFormat(String format) {
    if (format.isEmpty() || format.equalsIgnoreCase("general")) {
      return false;
    }
    String letters = LITERALS.matcher(format.toLowerCase(Locale.ROOT)).replaceAll("");
    return DATE_LETTERS.matcher(letters).find();
  }

  private String dateText(BigDecimal number) {
    long day = number.longValue();
    long nanos =
        number
            .subtract(BigDecimal.valueOf(day))
            .multiply(BigDecimal.valueOf(NANOS_PER_DAY))
            .longValue();
    // Times are fractions of a day: rounded to seconds, or 12:00 becomes 11:59:59.999.
    long seconds = (nanos + 500_000_000L) / 1_000_000_000L;
    if (day == 0 && seconds < 86_400) {
      return LocalTime.ofSecondOfDay(seconds).toString();
    }
    LocalDateTime moment = dayZero.plusDays(day).atStartOfDay().plusSeconds(seconds);
    return moment.toLocalTime().equals(LocalTime.MIDNIGHT)
        ? moment.toLocalDate().toString()
        : moment.toLocalDate() + " " + moment.toLocalTime();
  }
}
