package dev.headway.leads;

/**
 * What a file may ask of the splitter. Each limit answers with a failure that names it, so that its
 * owner can do something about it.
 *
 * @param maxBytes size of the file as it is stored
 * @param maxRows rows with data, over all worksheets
 * @param maxColumns cells in one row
 * @param maxCellChars UTF-16 units in one cell
 * @param maxUnpackedBytes of all parts of a workbook together, counted while they are inflated: the
 *     sizes that an archive declares may lie
 * @param maxResidentPartBytes of one part that is not a worksheet: the shared strings stay in
 *     memory while the worksheets stream by
 * @param maxRatio unpacked to packed size of one part above {@link #RATIO_FROM_BYTES}; real
 *     worksheets stay below 100, deflate reaches 1,032
 */
public record FileLimits(
    long maxBytes,
    int maxRows,
    int maxColumns,
    int maxCellChars,
    long maxUnpackedBytes,
    long maxResidentPartBytes,
    int maxRatio) {
  /** Small parts may be as regular as they like: they cannot do harm. */
  static final long RATIO_FROM_BYTES = 16L << 20;

  /** An archive with more entries than this is no workbook of leads. */
  static final int MAX_PARTS = 5_000;

  /**
   * 50 MB is about 500,000 rows of ten columns; 32,767 is the most that Excel itself puts into a
   * cell, 16,384 its most columns, of which a list of leads has never needed 500. A function of 512
   * MB of heap reads whatever these limits let through.
   */
  public static final FileLimits DEFAULT =
      new FileLimits(50L << 20, 500_000, 500, 32_767, 1L << 30, 64L << 20, 200);

  public FileLimits {
    if (maxBytes < 1
        || maxRows < 1
        || maxColumns < 1
        || maxCellChars < 1
        || maxUnpackedBytes < 1
        || maxResidentPartBytes < 1
        || maxRatio < 1) {
      throw new IllegalArgumentException("every limit of a file is at least 1");
    }
  }

  /** The same limits for files of another size. */
  public FileLimits withMaxBytes(long bytes) {
    return new FileLimits(
        bytes, maxRows, maxColumns, maxCellChars, maxUnpackedBytes, maxResidentPartBytes, maxRatio);
  }
}
