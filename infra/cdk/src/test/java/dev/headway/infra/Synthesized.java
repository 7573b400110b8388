package dev.headway.infra;

import java.nio.file.Path;

/** The templates, each synthesized once: that takes seconds. */
final class Synthesized {
  static final Path PROJECT = Path.of("").toAbsolutePath();
  static final Path ROOT = PROJECT.resolve("../..").normalize();

  private static final class Dev {
    static final Synthesis MADE = made("dev", "test-dev");
  }

  private static final class Prod {
    static final Synthesis MADE = made("prod", "test-prod");
  }

  private Synthesized() {}

  static Synthesis dev() {
    return Dev.MADE;
  }

  static Synthesis prod() {
    return Prod.MADE;
  }

  static Synthesis of(String environment) {
    return environment.equals("dev") ? dev() : prod();
  }

  static Synthesis made(String environment, String folder) {
    return Synthesis.of(PROJECT, environment, PROJECT.resolve("target").resolve(folder));
  }
}
