package dev.headway.leads;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What can be uploaded. The extension of the name decides, as the contract says. */
enum FileFormat {
  CSV(".csv", "text/csv"),
  XLSX(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

  private final String extension;
  private final String mediaType;

  FileFormat(String extension, String mediaType) {
    this.extension = extension;
    this.mediaType = mediaType;
  }

  String extension() {
    return extension;
  }

  /** Signed into the address of an upload, whatever the browser believes the file to be. */
  String mediaType() {
    return mediaType;
  }

  /** By the end of a file's name or of an object's key, ignoring case. */
  static Optional<FileFormat> ofName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(f -> lower.endsWith(f.extension)).findFirst();
  }
}
