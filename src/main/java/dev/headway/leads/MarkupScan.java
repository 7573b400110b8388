package dev.headway.leads;

import dev.headway.status.Failure;

/**
 * Looks at the bytes of one part of a workbook for what would make its reader collect without
 * bound: document types and CDATA (no program that writes workbooks uses them), texts far longer
 * than a cell, rows of more cells than a worksheet has columns, columns beyond the last.
 *
 * <p>It needs no parser because of what it refuses: without NULs the part is in an encoding whose
 * markup is ASCII, and without document types and CDATA every {@code <} opens a tag, a comment or
 * an instruction.
 */
final class MarkupScan {
  /** Excel's own last column is XFD. */
  private static final int MAX_COLUMN_LETTERS = 3;

  private static final int MAX_COLUMNS = 16_384;

  /** A character in a text takes at most this many bytes, as a numeric reference. */
  private static final int BYTES_PER_CHAR = 10;

  private static final int OVERHEAD_BYTES = 1 << 16;

  private enum State {
    TEXT,
    /** Behind {@code <}, reading the name. */
    NAME,
    TAG,
    /** Behind {@code <!}. */
    BANG,
    COMMENT,
    INSTRUCTION
  }

  private final long maxRun;
  private State state = State.TEXT;
  private final StringBuilder name = new StringBuilder();

  /** The last three bytes, newest lowest. */
  private int recent;

  /** Whether a cell or a shared string is open: its text is what the reader collects. */
  private boolean collecting;

  /** Bytes since that began. */
  private long run;

  private int cellsInRow;
  private int columnLetters = -1;

  MarkupScan(FileLimits limits) {
    maxRun = (long) limits.maxCellChars() * BYTES_PER_CHAR + OVERHEAD_BYTES;
  }

  void accept(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      int b = bytes[i];
      if (b == 0) {
        throw new RejectedFileException(Failure.UNREADABLE); // UTF-16, or no markup at all
      }
      step(b);
      recent = ((recent << 8) | (b & 0xFF)) & 0xFFFFFF;
      if (collecting && ++run > maxRun) {
        throw new RejectedFileException(Failure.CELL_TOO_LONG);
      }
    }
  }

  private void step(int b) {
    switch (state) {
      case TEXT -> {
        if (b == '<') {
          state = State.NAME;
          name.setLength(0);
        }
      }
      case NAME -> readName(b);
      case TAG -> {
        if (b == '>') {
          state = State.TEXT;
        } else {
          countColumnLetters(b);
        }
      }
      case BANG -> {
        // "<!--" and nothing else may follow "<!".
        if (b != '-') {
          throw new RejectedFileException(Failure.UNREADABLE);
        }
        if ((recent & 0xFF) == '-') {
          state = State.COMMENT;
        }
      }
      case COMMENT -> {
        if (b == '>' && (recent & 0xFFFF) == (('-' << 8) | '-')) {
          state = State.TEXT;
        }
      }
      case INSTRUCTION -> {
        if (b == '>' && (recent & 0xFF) == '?') {
          state = State.TEXT;
        }
      }
    }
  }

  private void readName(int b) {
    if (name.isEmpty() && b == '!') {
      state = State.BANG;
    } else if (name.isEmpty() && b == '?') {
      state = State.INSTRUCTION;
    } else if (b == '>' || b == ' ' || b == '\t' || b == '\r' || b == '\n' || isClosing(b)) {
      opened(name.toString());
      state = b == '>' ? State.TEXT : State.TAG;
    } else if (name.length() < 40) {
      name.append((char) b);
    }
  }

  /** A slash behind a name; one before it belongs to it. */
  private boolean isClosing(int b) {
    return b == '/' && !name.isEmpty();
  }

  private void opened(String qualified) {
    boolean end = qualified.startsWith("/");
    // Some programs write every element with a prefix.
    String local = qualified.substring(Math.max(qualified.indexOf(':') + 1, end ? 1 : 0));
    switch (local) {
      case "row" -> {
        collecting = false;
        cellsInRow = 0;
      }
      case "c" -> {
        collect(!end);
        if (!end && ++cellsInRow > MAX_COLUMNS) {
          throw new RejectedFileException(Failure.TOO_MANY_COLUMNS);
        }
      }
      case "si" -> collect(!end);
      default -> {}
    }
    columnLetters = -1;
  }

  private void collect(boolean begins) {
    collecting = begins;
    run = 0;
  }

  /** In {@code <c r="AB12">}. */
  private void countColumnLetters(int b) {
    boolean quote = b == '"' || b == '\'';
    if (columnLetters < 0) {
      boolean reference = (recent & 0xFFFF) == (('r' << 8) | '=') && isSpace((recent >> 16) & 0xFF);
      if (quote && reference && isCell()) {
        columnLetters = 0;
      }
    } else if ((b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z')) {
      if (++columnLetters > MAX_COLUMN_LETTERS) {
        throw new RejectedFileException(Failure.TOO_MANY_COLUMNS);
      }
    } else if (quote) {
      columnLetters = -1;
    }
  }

  private boolean isCell() {
    return name.length() == 1 ? name.charAt(0) == 'c' : name.toString().endsWith(":c");
  }

  private static boolean isSpace(int b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
