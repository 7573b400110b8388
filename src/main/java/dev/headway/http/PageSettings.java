package dev.headway.http;

/**
 * What the page has to know of the service behind it; anybody may read it.
 *
 * @param standInModel whether leads are standardized by simple rules and not by a language model
 * @param maxFileSize of an upload, in bytes
 */
public record PageSettings(boolean standInModel, long maxFileSize) {
  public PageSettings {
    if (maxFileSize < 1) {
      throw new IllegalArgumentException("a file has at least a byte, not " + maxFileSize);
    }
  }
}
