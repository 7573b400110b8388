package dev.headway.cli;

import dev.headway.cli.StreamTrace.Ending;
import dev.headway.cli.StreamTrace.Head;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/**
 * Asks a service, and notes how the answers come and not only what they are. Blocking; for any
 * thread. Follows no redirect, because a token would go along.
 */
final class Probe implements AutoCloseable {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

  /** A list of a hundred records is far smaller. */
  private static final int MAX_BODY = 1 << 20;

  private final HttpClient http;
  private final URI base;
  private final InstantSource clock;
  private final Set<Intermediary> seen = EnumSet.noneOf(Intermediary.class);

  Probe(URI base, SSLContext tls, InstantSource clock) {
    this.base = base;
    this.clock = clock;
    // In plain text the JDK would ask for an upgrade to HTTP/2, which no browser does.
    boolean secure = "https".equalsIgnoreCase(base.getScheme());
    http =
        HttpClient.newBuilder()
            .version(secure ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_WITHIN)
            .sslContext(tls)
            .build();
  }

  /** Those that any answer so far has shown. */
  synchronized Set<Intermediary> seen() {
    return seen.isEmpty() ? Set.of() : EnumSet.copyOf(seen);
  }

  private synchronized void look(HttpResponse<?> response) {
    seen.addAll(Intermediary.in(response.headers()));
  }

  Answer get(String path, Map<String, String> headers) throws IOException, InterruptedException {
    return ask("GET", path, headers);
  }

  Answer ask(String method, String path, Map<String, String> headers)
      throws IOException, InterruptedException {
    Instant sent = clock.instant();
    var request = request(path, headers).method(method, BodyPublishers.noBody()).build();
    var asked = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BODY));
    HttpResponse<String> response;
    try {
      response = asked.get(ANSWER_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      asked.cancel(true);
      throw new HttpTimeoutException("no whole answer in time"); // a body that does not end, too
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
    look(response);
    return new Answer(
        response.statusCode(),
        response.version(),
        response.headers(),
        response.body(),
        sent,
        clock.instant());
  }

  /** Opens a stream and listens until it ends, but no longer than told. */
  StreamTrace listen(String path, Map<String, String> headers, Duration atMost)
      throws InterruptedException {
    return new Listening(System.nanoTime(), atMost).to(request(path, headers).GET().build());
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    var request = HttpRequest.newBuilder(URI.create(base + path));
    headers.forEach(request::setHeader);
    return request;
  }

  @Override
  public void close() {
    http.shutdownNow(); // a plain close waits for streams that nobody reads any more
  }

  /** A piece of a body, or its end. */
  private record Piece(Duration at, String text, Optional<Ending> ending) {}

  private final class Listening {
    private final long start;
    private final Duration atMost;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final List<Duration> arrivals = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final EventParser parser = new EventParser();
    private boolean readable = true;
    private boolean advised;

    Listening(long start, Duration atMost) {
      this.start = start;
      this.atMost = atMost;
    }

    StreamTrace to(HttpRequest request) throws InterruptedException {
      CompletableFuture<HttpResponse<InputStream>> answer =
          http.sendAsync(request, BodyHandlers.ofInputStream());
      HttpResponse<InputStream> response;
      try {
        response = answer.get(left(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException _) {
        answer.cancel(true);
        return trace(Optional.empty(), Ending.STILL_OPEN);
      } catch (ExecutionException _) {
        return trace(Optional.empty(), Ending.BROKEN);
      }
      look(response);
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          Answer refusal =
              new Answer(
                  response.statusCode(),
                  response.version(),
                  response.headers(),
                  new String(body.readNBytes(MAX_BODY), StandardCharsets.UTF_8),
                  clock.instant(),
                  clock.instant());
          return trace(head(response, refusal.problemCode()), Ending.ENDED);
        }
        Thread.ofVirtual().start(() -> read(body));
        return trace(head(response, ""), gather());
      } catch (IOException _) {
        return trace(head(response, ""), Ending.BROKEN);
      }
    }

    private void read(InputStream body) {
      var characters = new InputStreamReader(body, StandardCharsets.UTF_8);
      var piece = new char[8192];
      try {
        for (int n = characters.read(piece); n >= 0; n = characters.read(piece)) {
          pieces.add(new Piece(since(), new String(piece, 0, n), Optional.empty()));
        }
        pieces.add(new Piece(since(), "", Optional.of(Ending.ENDED)));
      } catch (IOException _) {
        pieces.add(new Piece(since(), "", Optional.of(Ending.BROKEN)));
      }
    }

    private Ending gather() throws InterruptedException {
      for (; ; ) {
        Piece piece = pieces.poll(Math.max(0, left()), TimeUnit.NANOSECONDS);
        if (piece == null) {
          return Ending.STILL_OPEN;
        }
        if (piece.ending().isPresent()) {
          return piece.ending().get();
        }
        arrivals.add(piece.at());
        advised = piece.text().contains("retry:");
        parse(piece.text());
      }
    }

    private void parse(String text) {
      try {
        if (readable) {
          parser.feed(text).forEach(event -> events.add(event.type()));
        }
      } catch (IOException _) {
        readable = false; // compressed, say: when it came is all that counts
      }
    }

    private Optional<Head> head(HttpResponse<?> response, String problem) {
      return Optional.of(new Head(response.statusCode(), response.headers(), problem));
    }

    private StreamTrace trace(Optional<Head> head, Ending ending) {
      return new StreamTrace(head, arrivals, events, advised, ending, since());
    }

    private Duration since() {
      return Duration.ofNanos(System.nanoTime() - start);
    }

    private long left() {
      return atMost.toNanos() - (System.nanoTime() - start);
    }
  }
}
