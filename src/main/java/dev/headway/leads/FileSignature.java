package dev.headway.leads;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the first bytes of a file give away, where they give away anything. */
enum FileSignature {
  /** An archive, as every .xlsx is. */
  ZIP,
  /** A binary workbook from before 2007. */
  OLD_WORKBOOK,
  /** An .xlsx inside an encrypted container: somebody set a password. */
  PROTECTED_WORKBOOK,
  /** Something that is certainly neither text nor a workbook. */
  FOREIGN,
  /** Nothing that contradicts text. */
  OTHER;

  private static final byte[] OLE2 = {
    (byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, (byte) 0xA1, (byte) 0xB1, 0x1A, (byte) 0xE1
  };

  /** The stream that holds the real workbook; its name is in the container's directory. */
  private static final byte[] ENCRYPTED_PACKAGE =
      "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);

  private static final List<String> FOREIGN_BEGINNINGS =
      List.of("%pdf-", "{\\rtf", "<!doctype", "<html", "<?xml");

  static FileSignature of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(32);
    }
    if (startsWith(head, OLE2)) {
      return contains(file, ENCRYPTED_PACKAGE) ? PROTECTED_WORKBOOK : OLD_WORKBOOK;
    }
    if (startsWith(head, new byte[] {'P', 'K', 3, 4})
        || startsWith(head, new byte[] {'P', 'K', 5, 6})) {
      return ZIP;
    }
    String beginning =
        new String(head, StandardCharsets.ISO_8859_1).stripLeading().toLowerCase(Locale.ROOT);
    return FOREIGN_BEGINNINGS.stream().anyMatch(beginning::startsWith) ? FOREIGN : OTHER;
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    if (bytes.length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** Looks everywhere: the directory of a container may lie in any of its sectors. */
  private static boolean contains(Path file, byte[] wanted) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      int matched = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        // Falling back to 1 or 0 is exact: the first byte of the name does not occur in it again.
        if ((byte) b == wanted[matched]) {
          matched++;
          if (matched == wanted.length) {
            return true;
          }
        } else {
          matched = (byte) b == wanted[0] ? 1 : 0;
        }
      }
      return false;
    }
  }
}
