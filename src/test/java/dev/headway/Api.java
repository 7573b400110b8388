package dev.headway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headway.contract.Readers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a user of the service does over HTTP, as one user. */
public final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http;
  private final URI base;
  private final String token;

  public Api(HttpClient http, URI base, String token) {
    this.http = http;
    this.base = base;
    this.token = token;
  }

  /** Declares and sends a file; returns the upload's id. */
  String upload(Path file) throws IOException, InterruptedException {
    var accepted = accept(file.getFileName().toString(), Files.size(file));
    send(accepted, Files.readAllBytes(file));
    return accepted.get("uploadId").asText();
  }

  public JsonNode accept(String fileName, long size) throws IOException, InterruptedException {
    var response = declare(fileName, size);
    if (response.statusCode() != 201) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return json(response);
  }

  HttpResponse<String> declare(String fileName, long size)
      throws IOException, InterruptedException {
    var body = JSON.createObjectNode().put("fileName", fileName).put("fileSize", size);
    return post("/uploads", body.toString());
  }

  public HttpResponse<String> send(JsonNode accepted, byte[] bytes)
      throws IOException, InterruptedException {
    var target = accepted.get("upload");
    var request =
        HttpRequest.newBuilder(URI.create(target.get("url").asText()))
            .method(target.get("method").asText(), HttpRequest.BodyPublishers.ofByteArray(bytes));
    for (var header : target.get("headers").properties()) {
      if (!header.getKey().equalsIgnoreCase("content-length")) {
        request.header(header.getKey(), header.getValue().asText());
      }
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return ask(request(path, headers).GET().build());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return ask(
        request(path, headers)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpResponse<String> ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    Readers.saw(answer);
    return answer;
  }

  private HttpRequest.Builder request(String path, String... headers) {
    var request =
        HttpRequest.newBuilder(base.resolve(path)).header("Authorization", "Bearer " + token);
    return headers.length == 0 ? request : request.headers(headers);
  }

  public StreamClient stream(String uploadId, Map<String, String> headers) {
    return stream(uploadId, headers, event -> {});
  }

  public StreamClient stream(
      String uploadId, Map<String, String> headers, Consumer<StreamClient.Event> listener) {
    return StreamClient.open(http, base.resolve("/status/" + uploadId), token, headers, listener);
  }

  /** The stream of all of the user's uploads, or of those that the query picks. */
  StreamClient streamOfAll(String query) {
    return StreamClient.open(http, base.resolve("/status" + query), token, Map.of(), event -> {});
  }

  /** Every lead of the user, page by page. */
  List<JsonNode> leads() throws IOException, InterruptedException {
    var all = new ArrayList<JsonNode>();
    String cursor = "";
    do {
      var page = json(get("/leads?limit=100" + cursor));
      page.get("leads").forEach(all::add);
      cursor = page.has("nextCursor") ? "&cursor=" + page.get("nextCursor").asText() : "";
    } while (!cursor.isEmpty());
    return all;
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  static JsonNode json(String text) throws IOException {
    return JSON.readTree(text);
  }
}
