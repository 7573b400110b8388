package dev.headway.contract;

import java.util.List;
import java.util.Map;

/** Takes answers that somebody saw. Any thread. */
@FunctionalInterface
public interface Seen {
  /**
   * An answer.
   *
   * @param target of its request, with the query
   * @param headers by any case of their names
   * @param isWhole whether the body came to its end
   */
  void answer(
      String method,
      String target,
      int status,
      Map<String, List<String>> headers,
      String body,
      boolean isWhole);
}
