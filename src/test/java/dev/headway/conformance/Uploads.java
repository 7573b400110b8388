package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes the uploads that checks need, by the contract itself. Those that nothing changes any more
 * are made once for all checks. Any thread.
 */
final class Uploads {
  /** With letters of two, three and four bytes, so that careless cuts show. */
  static final String FILE_NAME = "Prüfung 試験 🚀.csv";

  private final Target target;
  private @Nullable HttpClient http;
  private @Nullable CompletableFuture<String> cancelled;
  private @Nullable CompletableFuture<String> completed;

  /** For those who use up the quota of the user that is there for it: one at a time. */
  private final Lock greedy = new ReentrantLock();

  Uploads(Target target) {
    this.target = target;
  }

  Lock greedy() {
    return greedy;
  }

  private synchronized HttpClient client() {
    if (http == null) {
      http =
          HttpClient.newBuilder()
              .sslContext(target.tls())
              .connectTimeout(Duration.ofSeconds(10))
              .build();
    }
    return http;
  }

  /** Something to read: one that the user of the suite named, or a new one. */
  String any(Probe probe) throws IOException {
    return target.uploads().isEmpty() ? fresh(probe) : target.uploads().getFirst();
  }

  /** One whose file has not come: at version 1, and nothing moves it but its user. */
  String fresh(Probe probe) throws IOException {
    return declare(probe, 1000).path("uploadId").asText();
  }

  /** The same of another user. */
  String freshOf(String token, Probe probe) throws IOException {
    return declare(probe, token, 1000).path("uploadId").asText();
  }

  private JsonNode declare(Probe probe, long size) throws IOException {
    return declare(probe, target.token(), size);
  }

  private static JsonNode declare(Probe probe, String token, long size) throws IOException {
    Answer answer = probe.ask(Probe.as(token, declaration(FILE_NAME, size)));
    probe.requireOffered(answer, "new uploads (POST /uploads, see --upload)");
    probe.require(
        answer.status() == 201,
        "no upload can be made: POST /uploads answers " + answer.status() + ", not 201");
    return answer.json();
  }

  static Ask declaration(String fileName, long size) {
    String body =
        new JsonMapper()
            .createObjectNode()
            .put("fileName", fileName)
            .put("fileSize", size)
            .put("contentType", "text/csv")
            .toString();
    return Ask.of("POST", "/uploads", "Content-Type", "application/json").withBody(body);
  }

  /** One that is over: of those that were named, or a cancelled one, the same for everybody. */
  String over(Probe probe) throws IOException {
    for (String id : target.uploads()) {
      String status = probe.get("/status/" + id).json().path("status").asText();
      if (Probe.TERMINAL.contains(status)) {
        return id;
      }
    }
    return cancelled(probe);
  }

  private String cancelled(Probe probe) throws IOException {
    CompletableFuture<String> mine = new CompletableFuture<>();
    synchronized (this) {
      if (cancelled != null) {
        return join(cancelled);
      }
      cancelled = mine;
    }
    return make(
        mine,
        () -> {
          String id = fresh(probe);
          probe.requireStatus(probe.send("POST", "/status/" + id + "/cancel"), 200);
          return id;
        });
  }

  /** One whose work was done, the same for everybody. */
  String completed(Probe probe) throws IOException {
    CompletableFuture<String> mine = new CompletableFuture<>();
    synchronized (this) {
      if (completed != null) {
        return join(completed);
      }
      completed = mine;
    }
    return make(
        mine,
        () -> {
          String id = moving(probe, 20);
          try (Stream stream = probe.stream("/status/" + id)) {
            if (stream.awaitEvent(Probe.WORK, StreamItem.Event::isTerminal).isEmpty()) {
              throw new Check.Skip(
                  "no upload came to its end within " + Probe.WORK.toSeconds() + " s");
            }
          }
          return id;
        });
  }

  /** One whose file was sent just now: workers move it, if there are any. */
  String moving(Probe probe, int rows) throws IOException {
    var csv = new StringBuilder("First Name,Last Name,Company,Email\n");
    for (int row = 0; row < rows; row++) {
      csv.append("Ada,Nr")
          .append(row)
          .append(",Conformance,ada")
          .append(row)
          .append("@example.com\n");
    }
    return sent(probe, csv.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** One whose file was sent and has nothing in it. */
  String empty(Probe probe) throws IOException {
    return sent(probe, new byte[0]);
  }

  private String sent(Probe probe, byte[] bytes) throws IOException {
    JsonNode accepted = declare(probe, bytes.length);
    JsonNode store = accepted.path("upload");
    var request =
        HttpRequest.newBuilder(URI.create(store.path("url").asText()))
            .timeout(Duration.ofSeconds(30))
            .method(store.path("method").asText(), HttpRequest.BodyPublishers.ofByteArray(bytes));
    for (var header : store.path("headers").properties()) {
      if (!header.getKey().equalsIgnoreCase("Content-Length")) {
        request.header(header.getKey(), header.getValue().asText());
      }
    }
    try {
      int status =
          client().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      probe.require(status / 100 == 2, "the address for the file answered " + status);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return accepted.path("uploadId").asText();
  }

  private interface Making {
    String make() throws IOException;
  }

  private static String make(CompletableFuture<String> mine, Making making) throws IOException {
    try {
      mine.complete(making.make());
    } catch (IOException | RuntimeException e) {
      mine.completeExceptionally(e);
    }
    return join(mine);
  }

  private static String join(CompletableFuture<String> other) throws IOException {
    try {
      return other.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException same) {
        throw same;
      }
      throw new IOException(e.getCause());
    }
  }
}
