package dev.headway.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.headway.cli.Answers.Accepted;
import dev.headway.cli.Answers.Target;
import dev.headway.status.StatusDocument;
import dev.headway.status.UploadId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A running service as one caller sees it. Blocking; redirects are not followed, because the token
 * would go with them.
 *
 * <p>Every method throws {@link Refusal} when the service answers something else than asked for,
 * and {@link IOException} when it does not answer or nobody understands the answer.
 */
final class RemoteService implements AutoCloseable {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
  private static final long MAX_ANSWER = 1 << 20;

  /** The JDK writes these itself, from the address and the body, and refuses them from others. */
  private static final Set<String> WRITTEN_BY_THE_JDK = Set.of("host", "content-length");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_WITHIN)
          .build();
  private final URI base;
  private final Credentials credentials;
  private final Duration silence;

  RemoteService(URI base, Credentials credentials, Duration silence) {
    this.base = base;
    this.credentials = credentials;
    this.silence = silence;
  }

  /** How an attempt to open the stream ended. */
  sealed interface Opening {
    record Stream(EventFeed feed) implements Opening {}

    /** The reader has the last version there will ever be. */
    record NothingMore() implements Opening {}

    /** Something between here and the service, or the service itself, does not stream. */
    record NotOffered() implements Opening {}
  }

  /** The record, unless it has not changed, and how long to wait before the next poll. */
  record Polled(Optional<StatusDocument> status, Optional<Duration> retryAfter) {}

  Accepted accept(SelectedFile file)
      throws CommandFailure, Refusal, IOException, InterruptedException {
    var body = JsonNodeFactory.instance.objectNode();
    body.put("fileName", file.name()).put("fileSize", file.size());
    file.contentType().ifPresent(type -> body.put("contentType", type));
    var request =
        to("/uploads", "application/json")
            .header("Content-Type", "application/json")
            .timeout(ANSWER_WITHIN)
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    var response = http.send(request, limited());
    if (response.statusCode() != 201) {
      throw Answers.refusal(response, response.body());
    }
    return Answers.accepted(response.body());
  }

  /** Sends the file where the service said, with exactly the headers that it said. */
  void send(SelectedFile file, Target target, LongConsumer sent)
      throws Refusal, IOException, InterruptedException {
    HttpRequest request;
    try {
      var builder = HttpRequest.newBuilder(target.url());
      builder.method(target.method(), file.content(sent));
      target
          .headers()
          .forEach((name, value) -> {
            if (!WRITTEN_BY_THE_JDK.contains(name.toLowerCase(Locale.ROOT))) {
              builder.setHeader(name, value);
            }
          });
      request = builder.build();
    } catch (IllegalArgumentException _) { // not http, not a method, not a header
      throw Answers.incomprehensible();
    }
    var response = http.send(request, limited());
    if (response.statusCode() / 100 != 2) {
      // Storage answers XML about keys and signatures, which helps nobody at a terminal.
      String sentence = "The file storage refused the file (" + response.statusCode() + ").";
      throw new Refusal(response.statusCode(), sentence, Optional.empty());
    }
  }

  /** Opens the stream of changes after version {@code newest}; 0 where none is known. */
  Opening open(UploadId id, long newest)
      throws CommandFailure, Refusal, IOException, InterruptedException {
    var request = to("/status/" + id, "text/event-stream").timeout(ANSWER_WITHIN).GET();
    if (newest > 0) {
      request.header("Last-Event-ID", Long.toString(newest));
    }
    var response = http.send(request.build(), BodyHandlers.ofInputStream());
    if (isEventStream(response)) {
      return new Opening.Stream(new EventFeed(response.body(), silence));
    }
    try (InputStream body = response.body()) {
      return switch (response.statusCode()) {
        case 204 -> new Opening.NothingMore();
        case 200, 406 -> new Opening.NotOffered();
        default -> throw Answers.refusal(response, body.readNBytes((int) MAX_ANSWER));
      };
    }
  }

  /** Asks for the record if it is newer than version {@code newest}; 0 where none is known. */
  Polled poll(UploadId id, long newest)
      throws CommandFailure, Refusal, IOException, InterruptedException {
    var request = to("/status/" + id, "application/json").timeout(ANSWER_WITHIN).GET();
    if (newest > 0) {
      request.header("If-None-Match", "\"" + newest + "\"");
    }
    var response = http.send(request.build(), limited());
    var retryAfter = Answers.retryAfter(response.headers());
    return switch (response.statusCode()) {
      case 200 -> new Polled(Optional.of(Answers.status(response.body())), retryAfter);
      case 304 -> new Polled(Optional.empty(), retryAfter);
      default -> throw Answers.refusal(response, response.body());
    };
  }

  URI base() {
    return base;
  }

  @Override
  public void close() {
    http.shutdownNow(); // a plain close waits for requests that nobody reads any more
  }

  private HttpRequest.Builder to(String path, String accept) throws CommandFailure {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("Authorization", "Bearer " + credentials.bearer())
        .header("Accept", accept);
  }

  private static boolean isEventStream(HttpResponse<?> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return response.statusCode() == 200
        && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
  }

  private static BodyHandler<byte[]> limited() {
    return BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_ANSWER);
  }
}
