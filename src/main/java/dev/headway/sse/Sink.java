package dev.headway.sse;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/**
 * Where the bytes of one stream go. The only thing about a stream that knows what carries it, so
 * that a cheaper way to write can take its place. Belongs to the stream's event loop.
 */
interface Sink {
  /** Writes; what cannot leave yet waits. The buffer may be shared and is not changed. */
  void write(Buffer frame);

  /** Whether so much waits that nothing should be added. */
  boolean isFull();

  /** Ends the body. Completes when the reader's socket took everything, fails when it is gone. */
  Future<Void> end();

  /** Closes at once; what waits is lost. */
  void cut();
}
