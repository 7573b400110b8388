package dev.headway.leads;

import dev.headway.status.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * In which encoding a text was written, from its bytes alone: a byte order mark decides; without
 * one, NULs on every other byte mean UTF-16, well-formed UTF-8 is UTF-8, and everything else is
 * what Excel writes on a Western Windows.
 *
 * @param bomLength bytes to skip
 */
record TextEncoding(Charset charset, int bomLength) {
  private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

  /** Enough to tell text from anything else. */
  private static final int HEAD_BYTES = 8192;

  static TextEncoding of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
        return new TextEncoding(StandardCharsets.UTF_8, 3);
      }
      if (startsWith(head, 0xFF, 0xFE)) {
        return new TextEncoding(StandardCharsets.UTF_16LE, 2);
      }
      if (startsWith(head, 0xFE, 0xFF)) {
        return new TextEncoding(StandardCharsets.UTF_16BE, 2);
      }
      int even = nuls(head, 0);
      int odd = nuls(head, 1);
      int pairs = head.length / 2;
      if (odd * 3 > pairs && even * 20 < pairs) {
        return new TextEncoding(StandardCharsets.UTF_16LE, 0);
      }
      if (even * 3 > pairs && odd * 20 < pairs) {
        return new TextEncoding(StandardCharsets.UTF_16BE, 0);
      }
      if (even + odd > 0 || controls(head) * 50 > head.length) {
        throw new RejectedFileException(Failure.NOT_CSV_OR_XLSX);
      }
      Utf8Tally tally = new Utf8Tally();
      tally.count(head, head.length);
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        tally.count(buffer, n);
      }
      return new TextEncoding(tally.looksLikeUtf8() ? StandardCharsets.UTF_8 : WINDOWS_1252, 0);
    }
  }

  private static boolean startsWith(byte[] head, int... prefix) {
    if (head.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if ((head[i] & 0xFF) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static int nuls(byte[] head, int from) {
    int count = 0;
    for (int i = from; i < head.length; i += 2) {
      if (head[i] == 0) {
        count++;
      }
    }
    return count;
  }

  private static int controls(byte[] head) {
    int count = 0;
    for (byte b : head) {
      if (b >= 0 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x0B) {
        count++;
      }
    }
    return count;
  }

  /**
   * Counts characters of several bytes, well-formed and not. One damaged character in a long text
   * does not make the other umlauts Windows-1252: in that encoding sequences that happen to be
   * well-formed UTF-8 are rare.
   */
  private static final class Utf8Tally {
    private long wellFormed;
    private long malformed;
    private int expected;
    private int low = 0x80;
    private int high = 0xBF;

    void count(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        int b = bytes[i] & 0xFF;
        if (expected > 0) {
          if (b >= low && b <= high) {
            low = 0x80;
            high = 0xBF;
            expected--;
            if (expected == 0) {
              wellFormed++;
            }
            continue;
          }
          malformed++;
          expected = 0;
        }
        if (b >= 0x80) {
          lead(b);
        }
      }
    }

    private void lead(int b) {
      low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
      high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
      if (b >= 0xC2 && b <= 0xDF) {
        expected = 1;
      } else if (b >= 0xE0 && b <= 0xEF) {
        expected = 2;
      } else if (b >= 0xF0 && b <= 0xF4) {
        expected = 3;
      } else {
        malformed++;
      }
    }

    boolean looksLikeUtf8() {
      // A sequence cut off by the end of the file counts as malformed.
      long bad = malformed + (expected > 0 ? 1 : 0);
      return bad == 0 || wellFormed > 10 * bad;
    }
  }
}
