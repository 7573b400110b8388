package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PageTest extends ServiceTest {
  @Test
  void the_page_is_served_with_a_strict_policy() {
    HttpResponse<String> index = service.send("GET", "/");
    assertThat(index.body()).contains("<title>Headway</title>");
    assertHeader(index, "Content-Type", "text/html; charset=utf-8");
    assertHeader(index, "Cache-Control", "no-cache");
    assertHeader(
        index,
        "Content-Security-Policy",
        "default-src 'self'; connect-src 'self' http://127.0.0.1:8083 https://s3.example;"
            + " img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'");
    assertHeader(index, "X-Content-Type-Options", "nosniff");
    assertThat(service.send("GET", "/index.html").body()).isEqualTo(index.body());
    HttpResponse<String> module = service.send("GET", "/modules/bar.js?v=1");
    assertHeader(module, "Content-Type", "text/javascript; charset=utf-8");
    assertThat(module.body()).isEqualTo("export const bar = 1;\n");
  }

  @Test
  void a_page_that_is_still_the_same_is_not_sent_again() {
    HttpResponse<String> first = service.send("GET", "/modules/bar.js");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(tag).matches("\"[A-Za-z0-9_-]{22}\"");
    for (String held : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
      HttpResponse<String> again = service.send("GET", "/modules/bar.js", "If-None-Match", held);
      assertThat(again.statusCode()).isEqualTo(304);
      assertHeader(again, "ETag", tag);
    }
    assertThat(service.send("GET", "/modules/bar.js", "If-None-Match", "\"x\"").statusCode())
        .isEqualTo(200);
    HttpResponse<String> head = service.send("HEAD", "/modules/bar.js");
    assertThat(comparable(head)).isEqualTo(comparable(first));
    assertThat(head.body()).isEmpty();
  }

  @Test
  void the_page_learns_its_settings_without_a_token() {
    HttpResponse<String> response = service.send("GET", "/settings.json", "Authorization", "none");
    assertThat(response.body()).isEqualTo("{\"standInModel\":true,\"maxFileSize\":1000}");
  }

  @Test
  void health_says_why() {
    assertThat(service.send("GET", "/health/live").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = service.send("GET", "/health/ready");
    assertThat(ready.statusCode()).isEqualTo(200);
    service.notReady.set(Optional.of("no shard is leased yet"));
    HttpResponse<String> notReady = service.send("GET", "/health/ready");
    assertThat(notReady.statusCode()).isEqualTo(503);
    assertThat(notReady.body())
        .isEqualTo(
            "{\"status\":\"not ready\",\"checks\":[{\"name\":\"database\",\"ok\":true},"
                + "{\"name\":\"tail\",\"ok\":false,\"why\":\"no shard is leased yet\"}]}");
    HttpResponse<String> head = service.send("HEAD", "/health/ready");
    assertThat(head.statusCode()).isEqualTo(503);
    assertThat(comparable(head)).isEqualTo(comparable(notReady));
  }

  @Test
  void metrics_are_Prometheus_text() {
    HttpResponse<String> response = service.send("GET", "/metrics");
    assertHeader(response, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    assertThat(response.body()).contains("headway_test 42.0", "jvm_memory_used_bytes");
  }
}
