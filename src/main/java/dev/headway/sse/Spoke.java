package dev.headway.sse;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Some of a loop's streams, which are visited together. Each knows its place, so that leaving takes
 * no search: the last one moves into the gap.
 */
final class Spoke {
  private final List<EventStream> streams = new ArrayList<>();

  void add(EventStream stream) {
    stream.moveTo(this, streams.size());
    streams.add(stream);
  }

  void remove(int position) {
    EventStream last = streams.removeLast();
    if (position < streams.size()) {
      streams.set(position, last);
      last.moveTo(this, position);
    }
  }

  /** Visits each; from the end, so that a stream may leave while it is visited. */
  void forEach(Consumer<EventStream> visitor) {
    for (int i = streams.size() - 1; i >= 0; i = Math.min(i, streams.size()) - 1) {
      visitor.accept(streams.get(i));
    }
  }
}
