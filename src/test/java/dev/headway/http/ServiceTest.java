package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One running service for all tests of a class, as new before each. */
abstract class ServiceTest {
  @TempDir static Path page;

  static TestService service;

  @BeforeAll
  static void start() throws IOException {
    Files.writeString(page.resolve("index.html"), "<!doctype html><title>Headway</title>");
    Files.createDirectories(page.resolve("modules"));
    Files.writeString(page.resolve("modules/bar.js"), "export const bar = 1;\n");
    Files.writeString(page.resolve(".hidden"), "x");
    service = new TestService(page);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @BeforeEach
  void reset() {
    service.reset();
  }

  static void assertProblem(HttpResponse<String> response, ProblemCode code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code.httpStatus());
    assertHeader(response, "Content-Type", "application/problem+json");
    assertHeader(response, "Cache-Control", "no-store");
    JsonObject problem = new JsonObject(response.body());
    assertThat(problem.getString("code")).isEqualTo(code.name());
    assertThat(problem.getString("type")).isEqualTo(code.type());
    assertThat(problem.getString("title")).isEqualTo(code.title());
    assertThat(problem.getInteger("status")).isEqualTo(code.httpStatus());
    assertThat(problem.getString("detail")).isNotBlank();
    assertThat(problem.getString("instance")).startsWith("/");
    assertThat(problem.getString("timestamp")).matches("\\d{4}-\\d{2}-\\d{2}T.*Z");
  }

  static void assertHeader(HttpResponse<?> response, String name, String value) {
    assertThat(response.headers().allValues(name)).as(name).containsExactly(value);
  }

  /** All headers but those that differ from answer to answer. */
  static Map<String, List<String>> comparable(HttpResponse<?> response) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(response.headers().map());
    headers.remove("X-Request-Id");
    return headers;
  }
}
