package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.TestCertificate;
import dev.headway.conformance.Conformance;
import dev.headway.sse.Eventually;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same answers over TLS, where HTTP/2 is spoken too. */
class TlsIT {
  private static final String PAGE = "https://app.example.com";
  private static final UploadId A = id("a");

  @TempDir Path folder;
  private TestCertificate own;
  private LiveService service;
  private final Vertx vertx = Vertx.vertx();

  @BeforeEach
  void start() throws Exception {
    own = TestCertificate.in(folder);
    Path page = Files.createDirectory(folder.resolve("page"));
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    service =
        new LiveService(
            page, Optional.of(new TlsFiles(own.certificate(), own.key())), Set.of(PAGE));
    service.table.write(processing(A, 1));
  }

  @AfterEach
  void stop() {
    service.close();
    vertx.close().await();
  }

  private HttpClient client(HttpVersion version) {
    return vertx.createHttpClient(
        new HttpClientOptions()
            .setSsl(true)
            .setUseAlpn(version == HttpVersion.HTTP_2)
            .setProtocolVersion(version)
            .setTrustOptions(new PemTrustOptions().addCertPath(own.certificate().toString())));
  }

  private Future<HttpClientResponse> get(HttpClient client, String accept) {
    return client
        .request(HttpMethod.GET, service.port(), "127.0.0.1", "/status/" + A)
        .compose(request ->
            request
                .putHeader("Authorization", "Bearer " + OWNER.value())
                .putHeader("Accept", accept)
                .send());
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void a_poll_is_answered(HttpVersion version) throws Exception {
    HttpClient client = client(version);
    Buffer body =
        get(client, "application/json")
            .compose(response -> {
              assertThat(response.statusCode()).isEqualTo(200);
              assertThat(response.version()).isEqualTo(version);
              assertThat(response.getHeader("ETag")).isEqualTo("\"1\"");
              return response.body();
            })
            .await(10, TimeUnit.SECONDS);
    assertThat(body.toJsonObject().getString("uploadId")).isEqualTo(A.value());
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpVersion.class,
      names = {"HTTP_1_1", "HTTP_2"})
  void a_stream_tells_every_version_and_ends_with_the_last(HttpVersion version) throws Exception {
    HttpClient client = client(version);
    Future<Buffer> all =
        get(client, "text/event-stream")
            .compose(response -> {
              assertThat(response.version()).isEqualTo(version);
              return response.body();
            });
    Eventually.holds("the stream is open", () -> service.streams.counters().delivered() == 1);
    service.write(completed(A, 2));
    assertThat(all.await(10, TimeUnit.SECONDS).toString())
        .startsWith("retry: ")
        .containsOnlyOnce("id: 1\n")
        .containsOnlyOnce("id: 2\n")
        .endsWith("\n\n");
    Eventually.holds("nothing is left", () -> service.streams.counters().open() == 0);
    assertThat(service.places.owners()).isZero();
  }

  @Test
  void a_reader_of_HTTP_1_0_gets_a_body_that_ends_with_the_connection() throws Exception {
    try (Socket socket =
        own.trusting().getSocketFactory().createSocket("127.0.0.1", service.port())) {
      socket.setSoTimeout(10_000);
      String request =
          "GET /status/a HTTP/1.0\r\nAuthorization: Bearer %s\r\nAccept: text/event-stream\r\n\r\n"
              .formatted(OWNER.value());
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      Eventually.holds("the stream is open", () -> service.streams.counters().delivered() == 1);
      service.write(completed(A, 2));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.0 200 OK\r\n")
          .doesNotContainIgnoringCase("transfer-encoding")
          .containsOnlyOnce("id: 1\n")
          .containsOnlyOnce("id: 2\n")
          .endsWith("\n\n");
    }
  }

  @Test
  void a_reader_who_leaves_is_forgotten() throws Exception {
    HttpClient client = client(HttpVersion.HTTP_2);
    HttpClientResponse response = get(client, "text/event-stream").await(10, TimeUnit.SECONDS);
    Eventually.holds("the stream is open", () -> service.places.of(OWNER) == 1);
    response.request().reset();
    Eventually.holds("nothing is left", () -> service.places.owners() == 0);
  }

  @Test
  void the_conformance_suite_finds_HTTP_2_and_every_way_of_reading_what_is_over() throws Exception {
    service.table.write(completed(A, 2));
    var out = new ByteArrayOutputStream();
    int status =
        Conformance.run(
            List.of(
                "https://127.0.0.1:" + service.port(),
                "--insecure",
                "--token",
                OWNER.value(),
                "--upload",
                A.value(),
                "--origin",
                PAGE,
                "--only",
                "http.2,http.1.0,cors,etag,negotiation,stream.204,stream.end,stream.http-1.0"),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(report).isZero();
    assertThat(report).contains("0 skipped");
  }
}
