package dev.headway.sse;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;

/** A reader that parses what it gets, and that takes it or does not. */
final class RecordingSink implements Sink {
  final SseParser parser = new SseParser();
  final Promise<Void> taken = Promise.promise();
  boolean full;
  boolean ended;
  boolean cut;

  @Override
  public void write(Buffer frame) {
    if (ended || cut) {
      throw new IllegalStateException("written after the end");
    }
    parser.feed(frame.getBytes());
  }

  @Override
  public boolean isFull() {
    return full;
  }

  /** Completes at once unless the reader is stuck. */
  @Override
  public Future<Void> end() {
    ended = true;
    if (!full) {
      taken.complete();
    }
    return taken.future();
  }

  @Override
  public void cut() {
    cut = true;
  }
}
