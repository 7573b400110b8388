package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.api.LeadPage;
import dev.headway.api.Samples;
import dev.headway.hub.UploadPage;
import dev.headway.status.WriteOutcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  private static final HttpConfig CONFIG =
      HttpConfig.of("127.0.0.1", 8080, new PageSettings(false, 1));

  @Test
  void the_defaults_are_these() {
    assertThat(CONFIG)
        .isEqualTo(
            new HttpConfig(
                "127.0.0.1",
                8080,
                1,
                Set.of(),
                new LinkedHashSet<>(),
                new PageSettings(false, 1),
                Duration.ofSeconds(75),
                Duration.ofSeconds(20),
                512,
                new RequestLimits(
                    new RateLimit(10, 100),
                    new RateLimit(200, 2000),
                    0,
                    Long.MAX_VALUE,
                    Long.MAX_VALUE),
                new BrowserAccess(List.of(), true),
                Optional.empty()));
    assertThat(TokenRules.published("i", Set.of("a")))
        .isEqualTo(
            new TokenRules("i", Set.of("a"), Set.of("RS256", "ES256"), Duration.ofSeconds(30)));
    assertThat(TokenRules.development())
        .isEqualTo(new TokenRules("headway-development", Set.of(), Set.of("HS256"), Duration.ZERO));
  }

  @Test
  void nonsense_is_refused() {
    assertThatThrownBy(() -> HttpConfig.of("h", -1, CONFIG.page())).hasMessageContaining("port");
    assertThatThrownBy(() -> HttpConfig.of("h", 65_536, CONFIG.page()))
        .hasMessageContaining("port");
    assertThatThrownBy(() -> CONFIG.withInstances(0)).hasMessageContaining("instance");
    assertThatThrownBy(() -> new PageSettings(true, 0)).hasMessageContaining("byte");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "app.example.com",
        "https://a.example/",
        "https://a.example/path",
        "null",
        "",
        "https://a b",
        "https://a;script-src *",
        "https://a\r\nX: y",
        "ftp://a",
      })
  void what_is_no_origin_is_refused(String origin) {
    assertThatThrownBy(() -> CONFIG.withAllowedOrigins(Set.of(origin)))
        .hasMessageContaining("origin");
    assertThatThrownBy(() -> CONFIG.withUploadOrigins(new LinkedHashSet<>(List.of(origin))))
        .hasMessageContaining("origin");
  }

  @Test
  void an_upload_origin_may_leave_the_port_open() {
    assertThat(
            CONFIG
                .withUploadOrigins(new LinkedHashSet<>(List.of("http://127.0.0.1:*")))
                .uploadOrigins())
        .containsExactly("http://127.0.0.1:*");
    assertThatThrownBy(() -> CONFIG.withAllowedOrigins(Set.of("http://127.0.0.1:*")))
        .hasMessageContaining("origin");
    assertThat(HttpConfig.originOf(URI.create("http://[::1]:8083/bucket/key?x=y")))
        .isEqualTo("http://[::1]:8083");
  }

  @Test
  void a_port_that_is_taken_fails_the_start(@TempDir Path page) throws IOException {
    Vertx vertx = Vertx.vertx();
    try (TestService first = new TestService(page)) {
      HttpConfig samePort = HttpConfig.of("127.0.0.1", first.port(), CONFIG.page());
      Ports ports =
          new Ports(
              (id, atLeast, asker) -> Future.succeededFuture(Optional.empty()),
              (request, current, lastEventId, until) -> {},
              (known, atMost) -> Optional.empty(),
              (owner, limit, after) ->
                  Future.succeededFuture(new UploadPage(List.of(), Optional.empty())),
              (request, owner, picks, until) -> request.response().end(),
              (request, notBefore, problem) -> request.response().end(),
              record -> {},
              id -> new WriteOutcome.Absent(),
              (owner, upload) -> {
                throw new IllegalStateException("not asked");
              },
              (owner, query) -> new LeadPage(List.of(), Optional.empty()),
              failure -> false);
      Future<HttpService> second =
          HttpService.start(
              vertx,
              samePort,
              token -> Future.failedFuture("not asked"),
              ports,
              new Operations(ctx -> {}, ctx -> {}, ctx -> {}),
              WebRoot.load(page),
              () -> Samples.NOW);
      assertThatThrownBy(second::await).isInstanceOf(BindException.class);
    } finally {
      vertx.close().await();
    }
  }

  @Test
  void the_page_is_read_from_a_jar_as_from_a_folder(@TempDir Path folder) throws IOException {
    URI jar = URI.create("jar:" + folder.resolve("page.jar").toUri());
    try (FileSystem files = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
      Path root = files.getPath("webroot");
      Files.createDirectories(root.resolve("modules"));
      Files.writeString(root.resolve("index.html"), "index");
      Files.writeString(root.resolve("modules/bar.js"), "bar");
      WebRoot page = WebRoot.load(root);
      assertThat(page.find("/").map(asset -> asset.body().toString())).contains("index");
      assertThat(page.find("/modules/bar.js").map(WebRoot.Asset::contentType))
          .contains("text/javascript; charset=utf-8");
      assertThat(List.of("", "/modules", "/modules/", "index.html", "//index.html"))
          .allSatisfy(path -> assertThat(page.find(path)).isEmpty());
    }
  }
}
