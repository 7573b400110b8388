package dev.headway.http;

import java.util.Optional;

/**
 * What the page has to know of the service behind it; anybody may read it.
 *
 * @param standInModel whether leads are standardized by simple rules and not by a language model
 * @param maxFileSize of an upload, in bytes
 * @param developmentSignIn where everything runs on one machine; empty in every deployment, whose
 *     page asks for a token that somebody else has given out
 */
public record PageSettings(
    boolean standInModel, long maxFileSize, Optional<DevelopmentSignIn> developmentSignIn) {
  public PageSettings {
    if (maxFileSize < 1) {
      throw new IllegalArgumentException("a file has at least a byte, not " + maxFileSize);
    }
  }

  /** Of a service that signs nobody in. */
  public PageSettings(boolean standInModel, long maxFileSize) {
    this(standInModel, maxFileSize, Optional.empty());
  }

  public PageSettings withDevelopmentSignIn(DevelopmentSignIn signIn) {
    return new PageSettings(standInModel, maxFileSize, Optional.of(signIn));
  }
}
