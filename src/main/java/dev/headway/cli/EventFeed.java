package dev.headway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The events of one open response, for one thread. Heartbeats come every 15 s, so a stream that
 * brings no byte for longer is dead, however open it looks.
 */
final class EventFeed implements AutoCloseable {
  private final InputStream body;
  private final Reader characters;
  private final Duration silence;
  private final EventParser parser = new EventParser();
  private final char[] piece = new char[4096];

  EventFeed(InputStream body, Duration silence) {
    this.body = body;
    this.characters = new InputStreamReader(body, StandardCharsets.UTF_8);
    this.silence = silence;
  }

  /**
   * Waits for more of the stream. The events in it, possibly none; empty at the end.
   *
   * @throws IOException when the connection breaks or stays silent
   */
  Optional<List<ServerEvent>> next() throws IOException, InterruptedException {
    int length = read();
    if (length < 0) {
      return Optional.empty();
    }
    return Optional.of(parser.feed(new String(piece, 0, length)));
  }

  Optional<Duration> retry() {
    return parser.retry();
  }

  /** A blocking read has no time limit of its own. */
  private int read() throws IOException, InterruptedException {
    var read = new FutureTask<>(() -> characters.read(piece));
    Thread.ofVirtual().start(read);
    try {
      return read.get(silence.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("the stream went silent");
    } catch (ExecutionException e) {
      throw new IOException("the stream broke", e.getCause());
    }
  }

  /** Closes the bytes, not the reader, whose lock a read that still blocks would hold. */
  @Override
  public void close() throws IOException {
    body.close();
  }
}
