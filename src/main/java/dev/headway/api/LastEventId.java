package dev.headway.api;

import java.util.Optional;
import java.util.OptionalLong;

/** The version that the reader of a stream has already. */
public final class LastEventId {
  private LastEventId() {}

  /**
   * The header's version, else the query's: a browser keeps the header up to date over reconnects,
   * while the query stays as the page wrote it. What is not a version is ignored.
   *
   * @param header {@code Last-Event-ID}
   * @param query {@code lastEventId}
   */
  public static OptionalLong parse(Optional<String> header, Optional<String> query) {
    OptionalLong fromHeader = version(header);
    return fromHeader.isPresent() ? fromHeader : version(query);
  }

  private static OptionalLong version(Optional<String> text) {
    return text.map(t -> EntityTag.version(t.strip())).orElse(OptionalLong.empty());
  }
}
