package dev.headway.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * One open answer whose body is read while it comes: on the thread that waits for something, so
 * that nothing happens behind a check's back.
 */
final class Stream implements AutoCloseable {
  private final Wire wire;
  private final Head head;
  private final InputStream body;
  private final List<StreamItem> items = new ArrayList<>();
  private final StrictParser parser = new StrictParser(items::add);
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
  private boolean ended;

  Stream(Wire wire, Head head, String method) {
    this.wire = wire;
    this.head = head;
    this.body = wire.body(head, method);
  }

  Head head() {
    return head;
  }

  List<StreamItem> items() {
    return List.copyOf(items);
  }

  List<StreamItem.Event> events() {
    return items.stream()
        .filter(StreamItem.Event.class::isInstance)
        .map(StreamItem.Event.class::cast)
        .toList();
  }

  List<StreamItem.Event> events(String type) {
    return events().stream().filter(event -> event.type().equals(type)).toList();
  }

  List<String> breaches() {
    return parser.breaches();
  }

  byte[] raw() {
    return raw.toByteArray();
  }

  boolean isEnded() {
    return ended;
  }

  /** Reads until something that is wanted has come, or the stream ends, or the time is up. */
  Optional<StreamItem> await(Duration patience, Predicate<StreamItem> wanted) throws IOException {
    long until = System.nanoTime() + patience.toNanos();
    int seen = 0;
    byte[] buffer = new byte[8192];
    while (true) {
      for (; seen < items.size(); seen++) {
        if (wanted.test(items.get(seen))) {
          return Optional.of(items.get(seen));
        }
      }
      long left = until - System.nanoTime();
      if (ended || left <= 0) {
        return Optional.empty();
      }
      wire.patience(Duration.ofNanos(left));
      try {
        int count = body.read(buffer);
        if (count < 0) {
          ended = true;
          parser.end();
        } else {
          raw.write(buffer, 0, count);
          parser.take(buffer, 0, count);
        }
      } catch (SocketTimeoutException e) {
        return Optional.empty();
      }
    }
  }

  /** The next event of a type that fits. */
  Optional<StreamItem.Event> awaitEvent(Duration patience, Predicate<StreamItem.Event> wanted)
      throws IOException {
    return await(patience, item -> item instanceof StreamItem.Event e && wanted.test(e))
        .map(StreamItem.Event.class::cast);
  }

  /** Reads to the end of the stream; whether it came in time. */
  boolean awaitEnd(Duration patience) throws IOException {
    await(patience, item -> false);
    return ended;
  }

  /** Reads what is there, until nothing comes for that long; whether the stream has ended. */
  boolean isEndedAfter(Duration quiet) throws IOException {
    long until = System.nanoTime() + Probe.SOON.toNanos();
    int before = -1;
    while (!ended && raw.size() > before && System.nanoTime() < until) {
      before = raw.size();
      await(quiet, item -> false);
    }
    return ended;
  }

  /** What is no stream, such as a refusal: read to its end. */
  Answer whole(Duration patience) throws IOException {
    awaitEnd(patience);
    return new Answer(head, raw.toString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    wire.close();
  }
}
