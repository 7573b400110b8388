package dev.headway.chaos;

import dev.headway.chaos.Sighting.Connection;
import dev.headway.sse.SseParser;
import dev.headway.status.UploadId;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who watches one upload, by the contract: comes back after {@code retry:} with the last
 * version, gives up on a silent stream as the page does, stops at the terminal event or at 204.
 * Belongs to one event loop, but for what it has seen.
 */
final class Viewer {
  /** {@code LIMITS.silence} of the page's ladder. */
  static final Duration SILENCE = Duration.ofSeconds(32);

  /** {@code LIMITS.firstByte} of the page's ladder. */
  static final Duration FIRST_BYTE = Duration.ofSeconds(5);

  private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(2);
  private static final long FIRST_RETRY_MILLIS = 1_000;
  private static final Set<String> TERMINAL = Set.of("completed", "error", "cancelled");

  private final Sighting seen;
  private final Audience audience;
  private final Vertx vertx;
  private final HttpClient http;
  private final Lookout lookout;
  private final String token;

  private @Nullable Attempt current;
  private long retryMillis = FIRST_RETRY_MILLIS;
  private volatile boolean done;

  Viewer(
      UploadId upload,
      Audience audience,
      Vertx vertx,
      HttpClient http,
      Lookout lookout,
      String token) {
    this.seen = new Sighting(upload);
    this.audience = audience;
    this.vertx = vertx;
    this.http = http;
    this.lookout = lookout;
    this.token = token;
  }

  Sighting seen() {
    return seen;
  }

  boolean isDone() {
    return done;
  }

  /** Whether it has a stream, or needs none any more. */
  boolean isSettled() {
    return done || seen.connections().stream().anyMatch(c -> c.closedAt() == Sighting.STILL_OPEN);
  }

  void open() {
    if (!done) {
      current = new Attempt(lookout.next());
      current.start();
    }
  }

  /** Looks whether the stream has been silent for too long. */
  void watch(long now) {
    if (current != null) {
      current.watch(now);
    }
  }

  /** Leaves without a word. */
  void leave() {
    done = true;
    if (current != null) {
      current.end();
    }
  }

  private void againAfter(long millis) {
    current = null;
    if (!done) {
      // As the page: never sooner than asked for, up to half as long again.
      long wait = millis + (long) (millis * ThreadLocalRandom.current().nextDouble() / 2);
      vertx.setTimer(
          Math.max(1, wait),
          timer -> {
            audience.reconnects();
            open();
          });
    }
  }

  /** One request and what comes of it. */
  private final class Attempt {
    private final ServiceNode node;
    private final SseParser parser = new SseParser();
    private @Nullable HttpClientRequest request;
    private @Nullable Connection connection;
    private long lastByteAt = Moments.now();
    private boolean anyByte;
    private boolean over;

    Attempt(ServiceNode node) {
      this.node = node;
    }

    void start() {
      var options =
          new RequestOptions()
              .setHost("127.0.0.1")
              .setPort(node.port())
              .setURI("/status/" + seen.upload())
              .setConnectTimeout(CONNECTS_WITHIN.toMillis())
              .putHeader("Accept", "text/event-stream")
              .putHeader("Authorization", "Bearer " + token);
      if (seen.newest() > 0) {
        options.putHeader("Last-Event-ID", String.valueOf(seen.newest()));
      }
      http.request(options)
          .onSuccess(made -> {
            request = made;
            made.send().onSuccess(this::answered).onFailure(failure -> lost());
          })
          .onFailure(refused -> lost());
    }

    private void answered(HttpClientResponse response) {
      if (over) {
        return;
      }
      switch (response.statusCode()) {
        case 200 -> {
          connection = seen.opened(node.index(), Moments.now());
          response.handler(this::received);
          response.exceptionHandler(failure -> lost());
          response.endHandler(end -> lost());
        }
        case 204 -> {
          over = true;
          done = true;
        }
        case 400, 401, 403, 404, 410 -> {
          // The page stops for good here, and so would the viewer's patience.
          seen.remark(
              "was refused with %d by node %d".formatted(response.statusCode(), node.index() + 1));
          over = true;
          done = true;
        }
        default -> {
          over = true;
          String wait = response.getHeader("Retry-After");
          againAfter(wait == null ? retryMillis : Long.parseLong(wait) * 1_000);
        }
      }
    }

    private void received(Buffer bytes) {
      lastByteAt = Moments.now();
      anyByte = true;
      parser.feed(bytes.getBytes());
      parser.retries().forEach(retry -> retryMillis = retry);
      parser.retries().clear();
      parser
          .events()
          .forEach(event -> {
            switch (event.type()) {
              case "status" -> status(event);
              case "expired" -> {
                seen.remark("expired");
                done = true;
              }
              default -> {} // the end of the stream says what to do
            }
          });
      parser.events().clear();
    }

    private void status(SseParser.Event event) {
      boolean terminal = TERMINAL.contains(new JsonObject(event.data()).getString("status"));
      seen.arrived(
          Long.parseLong(event.lastEventId()),
          terminal,
          lastByteAt,
          java.util.Objects.requireNonNull(connection));
      done |= terminal;
    }

    void watch(long now) {
      Duration patience = anyByte ? SILENCE : FIRST_BYTE;
      if (!over && request != null && now - lastByteAt > patience.toNanos()) {
        end();
      }
    }

    void end() {
      var sent = request;
      lost();
      if (sent != null) {
        var _ = sent.connection().close();
      }
    }

    private void lost() {
      if (over) {
        return;
      }
      over = true;
      if (connection != null) {
        seen.closed(connection, Moments.now());
      }
      againAfter(retryMillis);
    }
  }
}
