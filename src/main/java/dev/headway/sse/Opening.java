package dev.headway.sse;

import dev.headway.hub.Change;
import java.util.OptionalLong;

/** How a stream begins, by what the node holds and what the reader has already. */
enum Opening {
  /** With the current record. */
  SNAPSHOT,
  /** With a comment: the reader has the current record. */
  CAUGHT_UP,
  /** Not at all: the reader has the last record that there will ever be. */
  NOTHING_LEFT;

  /** A version that the node has never heard of says nothing, and is as good as none. */
  static Opening of(Change newest, OptionalLong lastEventId) {
    if (lastEventId.isEmpty() || lastEventId.getAsLong() != newest.version()) {
      return SNAPSHOT;
    }
    return newest.isTerminal() ? NOTHING_LEFT : CAUGHT_UP;
  }
}
