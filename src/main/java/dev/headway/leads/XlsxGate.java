package dev.headway.leads;

import dev.headway.status.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Locale;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Looks through an archive before the reader of workbooks does, with the same library, so that both
 * see the same entries. It inflates every part once and throws it away: only that proves how large
 * a part is, and that its markup holds nothing which would make the reader collect without bound.
 */
final class XlsxGate {
  private static final String CONTENT_TYPES = "[Content_Types].xml";

  /** The type of the part that says how cells are formatted. A workbook may do without. */
  private static final String STYLES = "styles+xml";

  private XlsxGate() {}

  /** Whether the workbook has styles, which the reader has to be told before it opens it. */
  static boolean check(Path file, FileLimits limits) throws IOException {
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      long unpacked = 0;
      int parts = 0;
      for (ZipArchiveEntry part : Collections.list(zip.getEntries())) {
        parts++;
        if (parts > FileLimits.MAX_PARTS) {
          throw new RejectedFileException(Failure.TOO_LARGE);
        }
        unpacked += inflate(zip, part, limits, limits.maxUnpackedBytes() - unpacked);
      }
      // An archive of something else, or a workbook in one of the binary formats.
      ZipArchiveEntry types = zip.getEntry(CONTENT_TYPES);
      if (types == null || zip.getEntry("xl/workbook.bin") != null) {
        throw new RejectedFileException(Failure.NOT_CSV_OR_XLSX);
      }
      try (InputStream in = zip.getInputStream(types)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8).contains(STYLES);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new RejectedFileException(Failure.UNREADABLE); // damaged or cut off
    }
  }

  private static long inflate(ZipFile zip, ZipArchiveEntry part, FileLimits limits, long allowance)
      throws IOException {
    if (part.getGeneralPurposeBit().usesEncryption()) {
      throw new RejectedFileException(Failure.ENCRYPTED);
    }
    if (!zip.canReadEntryData(part)) {
      throw new RejectedFileException(Failure.UNREADABLE);
    }
    String name = part.getName().toLowerCase(Locale.ROOT);
    boolean streamed = name.startsWith("xl/worksheets/") && name.endsWith(".xml");
    long most = streamed ? allowance : Math.min(allowance, limits.maxResidentPartBytes());
    // The rest is pictures, printer settings and other programs' own: bounded, but not markup.
    boolean markup = name.startsWith("xl/") && name.endsWith(".xml");
    MarkupScan scan = markup ? new MarkupScan(limits) : null;
    byte[] buffer = new byte[1 << 16];
    long size = 0;
    try (InputStream in = zip.getInputStream(part)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        size += n;
        boolean bomb =
            size > FileLimits.RATIO_FROM_BYTES
                && size / limits.maxRatio() > Math.max(1, part.getCompressedSize());
        if (size > most || bomb) {
          throw new RejectedFileException(Failure.TOO_LARGE);
        }
        if (scan != null) {
          scan.accept(buffer, n);
        }
      }
    }
    return size;
  }
}
