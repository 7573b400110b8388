package dev.headway.hub;

import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * Goes round the watched uploads and shows each to the visitors about once a {@link #ROUND}: a few
 * with every tick, because a look at ten thousand takes an event loop milliseconds, in which nobody
 * on it would hear any news.
 *
 * <p>{@link #tick} is called by one thread, every {@link #STEP}.
 */
final class Patrol {
  static final Duration ROUND = Duration.ofSeconds(1);
  static final Duration STEP = Duration.ofMillis(50);

  /** Who looks at what is watched. */
  interface Visitor {
    /** What the board has of an upload that is watched. */
    void visit(UploadId id, Entry held);

    /** Everything was shown that was watched throughout the round. */
    default void roundIsOver() {}
  }

  private final Board board;
  private final List<Visitor> visitors;
  private Iterator<UploadId> round = Collections.emptyIterator();

  Patrol(Board board, List<Visitor> visitors) {
    this.board = board;
    this.visitors = visitors;
  }

  void tick() {
    if (!round.hasNext()) {
      visitors.forEach(Visitor::roundIsOver);
      round = board.watched();
    }
    long share = Math.ceilDiv(board.watchedCount(), ROUND.dividedBy(STEP));
    for (long i = 0; i < share && round.hasNext(); i++) {
      show(round.next());
    }
  }

  private void show(UploadId id) {
    Entry held = board.peek(id);
    if (held != null) {
      visitors.forEach(visitor -> visitor.visit(id, held));
    }
  }
}
