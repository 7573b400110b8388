package dev.headway.http;

import dev.headway.hub.Change;
import dev.headway.hub.Wait;
import java.time.Duration;
import java.util.Optional;

/** What holds a poll until there is news: {@code HeldPolls::hold}. */
@FunctionalInterface
public interface PollHolder {
  /**
   * Waits on the poll's event loop, where the wait ends too.
   *
   * @param known what the poller has
   * @return empty where nobody may wait just now, so that the poll is answered at once
   */
  Optional<Wait> hold(Change known, Duration atMost);
}
