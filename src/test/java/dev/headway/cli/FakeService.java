package dev.headway.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A service on a free port that answers what a test wrote down, in that order, and remembers what
 * it was asked. The last answer for an address is given again and again.
 */
final class FakeService implements AutoCloseable {
  static final String ID = "550e8400-e29b-41d4-a716-446655440000";

  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** One request as it arrived. */
  record Asked(String method, String path, Map<String, List<String>> headers, String body) {
    String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  FakeService() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** What the status address was asked, leaving the upload itself out. */
  List<Asked> askedForStatus() {
    return asked.stream().filter(a -> a.path().startsWith("/status/")).toList();
  }

  FakeService at(String path, Answer... answers) {
    Deque<Answer> rest = new ArrayDeque<>(List.of(answers));
    server.createContext(
        path,
        exchange -> {
          var uri = exchange.getRequestURI();
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          asked.add(
              new Asked(
                  exchange.getRequestMethod(),
                  uri.getPath(),
                  Map.copyOf(exchange.getRequestHeaders()),
                  body));
          Answer answer;
          synchronized (rest) {
            answer = rest.size() > 1 ? rest.removeFirst() : rest.getFirst();
          }
          try (exchange) {
            answer.to(exchange);
          }
        });
    return this;
  }

  FakeService status(Answer... answers) {
    return at("/status/" + ID, answers);
  }

  /** Accepts uploads; the file goes to {@code /storage}, which takes it. */
  FakeService acceptingUploads() {
    return acceptingUploads(json(200, ""));
  }

  FakeService acceptingUploads(Answer storage) {
    String json =
        """
        {"uploadId": "%s", "upload": {"method": "PUT", "url": "%s/storage?signature=s%%3D1",
         "headers": {"content-type": "text/csv", "X-Amz-Meta-Signed": "yes", "Content-Length": "9"}},
         "status": %s}\
        """
            .formatted(ID, url(), record(1, "uploading", 0));
    return at("/uploads", json(201, json)).at("/storage", storage);
  }

  static Answer json(int status, String body) {
    return json(status, body, "application/json", Map.of());
  }

  static Answer json(int status, String body, String type, Map<String, String> headers) {
    return exchange -> {
      headers.forEach(exchange.getResponseHeaders()::set);
      exchange.getResponseHeaders().set("Content-Type", type);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  static Answer problem(int status, String code, String detail, Map<String, String> headers) {
    String body =
        """
        {"type":"/problems/x","title":"A title","status":%d,"detail":"%s","code":"%s"}\
        """
            .formatted(status, detail, code);
    return json(status, body, "application/problem+json", headers);
  }

  /** A stream that brings this text and ends. */
  static Answer stream(String... pieces) {
    return exchange -> {
      try (OutputStream body = openStream(exchange)) {
        for (String piece : pieces) {
          body.write(piece.getBytes(StandardCharsets.UTF_8));
          body.flush();
        }
      }
    };
  }

  /** A stream that brings this text and then nothing, until the service is closed. */
  Answer silentStream(String text) {
    return exchange -> {
      try (OutputStream body = openStream(exchange)) {
        body.write(text.getBytes(StandardCharsets.UTF_8));
        body.flush();
        closed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    };
  }

  private static OutputStream openStream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  static String event(long version, String status, int completedBatches) {
    return "id: %d\nevent: status\ndata: %s\n\n"
        .formatted(version, record(version, status, completedBatches));
  }

  static String record(long version, String status, int completedBatches) {
    return record(version, status, completedBatches, "");
  }

  /** A record of an upload of ten batches of ten leads. */
  static String record(long version, String status, int completedBatches, String more) {
    boolean split = completedBatches > 0;
    return """
    {"uploadId":"%s","version":%d,"status":"%s","stage":"%s","progress":{"totalBatches":%d,\
    "completedBatches":%d,"failedBatches":0,"totalLeads":%d,"processedLeads":%d,\
    "createdLeads":%d,"updatedLeads":1,"percentage":%d.0},"metadata":{"fileName":"leads.csv",\
    "fileSize":9,"startTime":"2026-01-09T10:00:00Z"},"stalled":false,\
    "createdAt":"2026-01-09T10:00:00Z","updatedAt":"2026-01-09T10:00:00Z",\
    "expiresAt":"2026-01-10T10:00:00Z","ofANewerService":{"x":1}%s}\
    """
        .formatted(
            ID,
            version,
            status,
            split ? "batch_processing" : "file_upload",
            split ? 10 : 0,
            completedBatches,
            split ? 100 : 0,
            completedBatches * 10,
            Math.max(0, completedBatches * 10 - 1),
            status.equals("completed") ? 100 : completedBatches * 10,
            more);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
