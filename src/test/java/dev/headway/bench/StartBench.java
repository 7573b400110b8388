package dev.headway.bench;

import dev.headway.Api;
import dev.headway.Launched;
import dev.headway.local.FreePorts;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * How long {@code ./headway local}, already built, takes: from the start of the launcher until it
 * says that it is ready, and until a file that is sent then has pushed its first change to a stream
 * that watches. A new process for each run, so nothing is warm but the file cache.
 */
final class StartBench {
  private static final long LIMIT_SECONDS = 60;

  private StartBench() {}

  static void main(String[] args) throws Exception {
    int runs = Options.number(args, "--runs", 5);
    List<Long> ready = new ArrayList<>();
    List<Long> pushed = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      measure(ready, pushed);
    }
    System.out.printf(
        "%-42s %6s %6s %6s%n", "seconds from the launcher's start", "min", "median", "max");
    print("until ready", ready);
    print("until the first pushed change", pushed);
  }

  private static void print(String what, List<Long> nanos) {
    var sample = Sample.of(nanos);
    System.out.printf(
        "%-42s %6.1f %6.1f %6.1f%n",
        what, sample.millis(0) / 1e3, sample.millis(50) / 1e3, sample.millis(100) / 1e3);
  }

  private static void measure(List<Long> ready, List<Long> pushed) throws Exception {
    Path key = Files.createTempDirectory("headway-bench").resolve("key");
    long start = System.nanoTime();
    try (var local = Launched.headway(key, List.of("local", "--port", "" + FreePorts.first()));
        var http = HttpClient.newHttpClient()) {
      var page = local.awaitReady();
      ready.add(System.nanoTime() - start);
      pushed.add(firstPush(new Api(http, URI.create(page.baseUrl()), page.token())) - start);
    }
  }

  private static long firstPush(Api api) throws Exception {
    byte[] file = "Name,E-Mail\nAda Lovelace,ada@example.com\n".getBytes(StandardCharsets.UTF_8);
    var accepted = api.accept("first.csv", file.length);
    var first = new CompletableFuture<Long>();
    try (var _ =
        api.stream(
            accepted.get("uploadId").asText(),
            Map.of(),
            event -> {
              if (event.version() > 1) {
                first.complete(event.arrivedAt());
              }
            })) {
      api.send(accepted, file);
      return first.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }
}
