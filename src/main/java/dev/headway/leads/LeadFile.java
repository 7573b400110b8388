package dev.headway.leads;

import dev.headway.status.Failure;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An uploaded file as rows. Reading it twice gives the same rows with the same numbers, which is
 * what makes a second split of the same object harmless. Memory does not grow with the file. Any
 * one thread.
 */
sealed interface LeadFile permits CsvLeadFile, XlsxLeadFile {
  /**
   * Reads from the beginning until the end or until the sink has enough.
   *
   * @throws RejectedFileException if the file breaks a limit or cannot be understood
   */
  Contents read(RowSink sink) throws IOException;

  /**
   * What was found.
   *
   * @param rows rows handed to the sink
   * @param anyText whether there was anything at all, be it only a header
   */
  record Contents(int rows, boolean anyText) {}

  /**
   * Opens a local copy of an upload. The format is what the name of the file promised; contents
   * that break the promise are refused with the advice that fits them.
   */
  static LeadFile open(Path file, FileFormat format, FileLimits limits) throws IOException {
    switch (FileSignature.of(file)) {
      case PROTECTED_WORKBOOK -> throw new RejectedFileException(Failure.ENCRYPTED);
      case OLD_WORKBOOK -> throw new RejectedFileException(Failure.OLD_EXCEL);
      case FOREIGN -> throw new RejectedFileException(Failure.NOT_CSV_OR_XLSX);
      case ZIP, OTHER -> {}
    }
    return switch (format) {
      case CSV -> CsvLeadFile.open(file, limits);
      case XLSX -> XlsxLeadFile.open(file, limits);
    };
  }
}
