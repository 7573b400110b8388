package dev.headway.status;

/**
 * The file as its uploader described it.
 *
 * @param fileName as shown to people; control characters were replaced when it was accepted
 * @param fileSize in bytes
 */
public record FileMetadata(String fileName, long fileSize) {
  public FileMetadata {
    if (fileName.isBlank()) {
      throw new IllegalArgumentException("a file has a name");
    }
    if (fileSize < 0) {
      throw new IllegalArgumentException("a file size is not negative: " + fileSize);
    }
  }
}
