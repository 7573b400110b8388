package dev.headway.clients;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.launchdarkly.eventsource.ConnectStrategy;
import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import com.microsoft.playwright.Page;
import dev.headway.Api;
import dev.headway.Chromium;
import dev.headway.InstalledPrograms;
import dev.headway.LocalSystem;
import dev.headway.LocalSystems;
import java.io.BufferedReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each client follows an upload to its end, directly and with proxies in between, while its
 * connection is cut three times within an event.
 */
@Timeout(180)
class ForeignClientsIT {
  private static final int CUTS = 3;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCRIPTS = "src/test/js";
  private static final byte[] FILE = manyLeads();

  @TempDir private static Path folder;
  private static LocalSystem system;

  @BeforeAll
  static void start() throws Exception {
    system = LocalSystems.start();
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  /** What a client saw, in the order in which it saw it. */
  private record Seen(List<Long> versions, List<String> statuses) {
    Seen() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void event(long version, String status) {
      versions.add(version);
      statuses.add(status);
    }

    boolean isOver() {
      return !statuses.isEmpty()
          && List.of("completed", "error", "cancelled").contains(statuses.getLast());
    }
  }

  private interface Client {
    void follow(URI url, String token, Seen seen) throws Exception;
  }

  /** How Chromium's EventSource, which can send no header, shows who asks. */
  private enum Proof {
    /** nginx makes a header of the address. */
    TOKEN_IN_ADDRESS,
    TICKET,
    SESSION
  }

  /**
   * A way to follow.
   *
   * @param knows204 whether the client stops by itself when there is nothing more to come
   */
  private record Way(String client, String between, boolean knows204) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("EventSource of Chromium", "nginx", true),
          new Way("EventSource of Chromium with a ticket", "nothing", true),
          new Way("EventSource of Chromium with a ticket", "HAProxy", true),
          new Way("EventSource of Chromium with a session", "nginx", true),
          new Way("eventsource", "nothing", true),
          new Way("eventsource", "nginx", true),
          new Way("fetch-event-source", "nothing", true),
          new Way("fetch-event-source", "HAProxy", true),
          new Way("okhttp-eventsource", "nothing", false),
          new Way("okhttp-eventsource", "nginx", false),
          new Way("okhttp-eventsource", "HAProxy", false),
          new Way("curl", "nothing", true),
          new Way("curl", "nginx", true),
          new Way("curl", "HAProxy", true));

  /** All at once: each waits most of its time for the next event, or for its turn to come back. */
  @Test
  void each_client_sees_every_step_to_the_end_over_lost_connections() throws Exception {
    Map<Way, Future<String>> running = new LinkedHashMap<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Way way : WAYS) {
        if (isPossible(way)) {
          running.put(way, threads.submit(() -> follow(way)));
        } else {
          System.out.println("not here: " + way);
        }
      }
    }
    var softly = new SoftAssertions();
    running.forEach((way, run) ->
        softly
            .assertThatCode(() -> System.out.println(run.get()))
            .as(way.toString())
            .doesNotThrowAnyException());
    softly.assertAll();
    assertThat(running).isNotEmpty();
  }

  private static boolean isPossible(Way way) {
    String program =
        switch (way.client()) {
          case "eventsource", "fetch-event-source" -> "node";
          case "curl" -> "curl";
          default -> "java";
        };
    boolean hasModules =
        !program.equals("node")
            || Files.isDirectory(Path.of(SCRIPTS, "node_modules", "eventsource"));
    boolean hasBrowser =
        !way.client().contains("Chromium") || !System.getProperty("headway.chromium", "").isEmpty();
    boolean hasProxy =
        way.between().equals("nothing")
            || InstalledPrograms.missing(way.between().toLowerCase(Locale.ROOT)).isEmpty();
    return hasModules
        && hasBrowser
        && hasProxy
        && (program.equals("java") || InstalledPrograms.missing(program).isEmpty());
  }

  /** A line for docs/clients.md. */
  private static String follow(Way way) throws Exception {
    Client client =
        switch (way.client()) {
          case "EventSource of Chromium" -> chromium(Proof.TOKEN_IN_ADDRESS);
          case "EventSource of Chromium with a ticket" -> chromium(Proof.TICKET);
          case "EventSource of Chromium with a session" -> chromium(Proof.SESSION);
          case "okhttp-eventsource" -> ForeignClientsIT::okhttp;
          case "curl" -> ForeignClientsIT::curl;
          default -> (url, token, seen) -> node(way.client(), url, token, seen);
        };
    String user = (way.client() + "-" + way.between()).replace(' ', '-');
    String token = system.token(user, Duration.ofHours(1));
    try (var http = HttpClient.newHttpClient();
        AutoCloseable front = front(way.between());
        var line = new CuttingProxy(baseOf(front), CUTS, new Random(user.hashCode()))) {
      var api = new Api(http, system.baseUrl(), token);
      JsonNode accepted = api.accept("followed.csv", FILE.length);
      // Not before the client is there: one that takes its time to start would find it all over.
      var sent = line.begun().thenApplyAsync(begun -> send(api, accepted));
      var seen = new Seen();
      String path = "/status/" + accepted.get("uploadId").asText();
      client.follow(line.base().resolve(path), token, seen);
      assertThat(sent.join()).as("sending the file").isEqualTo(200);
      assertThat(seen.versions()).as("versions").isNotEmpty().doesNotHaveDuplicates().isSorted();
      assertThat(seen.statuses()).as("statuses").last().isEqualTo("completed");
      assertThat(seen.statuses()).as("statuses").containsOnlyOnce("completed");
      assertThat(line.statuses()).as("answers").hasSizeGreaterThan(CUTS);
      if (way.knows204()) {
        assertThat(line.statuses()).as("answers").last().isEqualTo(204);
        assertThat(line.statuses()).as("answers").containsOnlyOnce(204);
      }
      return "| %s | %s | %d | %s | %s |"
          .formatted(
              way.client(),
              way.between(),
              seen.versions().size(),
              seen.statuses().getLast(),
              line.statuses());
    }
  }

  private static AutoCloseable front(String between) throws Exception {
    return switch (between) {
      case "nginx" ->
          FrontProxy.nginx(Files.createTempDirectory(folder, "front"), system.baseUrl());
      case "HAProxy" ->
          FrontProxy.haproxy(Files.createTempDirectory(folder, "front"), system.baseUrl());
      default -> () -> {};
    };
  }

  private static URI baseOf(AutoCloseable front) {
    return front instanceof FrontProxy proxy ? proxy.base() : system.baseUrl();
  }

  private static int send(Api api, JsonNode accepted) {
    try {
      return api.send(accepted, FILE).statusCode();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** Keeps the workers busy for some seconds. */
  private static byte[] manyLeads() {
    var rows = new StringBuilder("First Name,Last Name,Email\n");
    for (int row = 0; row < 700; row++) {
      rows.append("Ada,Nr").append(row).append(",ada").append(row).append("@example.com\n");
    }
    return rows.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Client chromium(Proof proof) {
    return (url, token, seen) -> {
      try (var chromium = Chromium.launch()) {
        var page = chromium.browser().newPage();
        URI address =
            switch (proof) {
              case TOKEN_IN_ADDRESS -> URI.create(url + "?access_token=" + token);
              case TICKET -> URI.create(url + "?ticket=" + ticket(url, token));
              case SESSION -> url;
            };
        if (proof == Proof.SESSION) {
          // Of the host, whatever the port. Not over the line, which counts what it sees.
          page.navigate(system.baseUrl().resolve("/").toString());
          page.evaluate(
              "token => fetch('/session', {method: 'POST', headers: {Authorization: 'Bearer ' +"
                  + " token}})",
              token);
        }
        page.navigate(url.resolve("/").toString());
        follow(page, address, seen);
      }
    };
  }

  private static String ticket(URI url, String token) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(system.baseUrl().resolve(url.getPath() + "/ticket"))
              .header("Authorization", "Bearer " + token)
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      return read(answer).get("ticket").asText();
    }
  }

  private static void follow(Page page, URI address, Seen seen) {
    Object all =
        page.evaluate(
            """
            url => new Promise(done => {
              const seen = [];
              const source = new EventSource(url);
              source.addEventListener('status', event =>
                  seen.push([event.lastEventId, JSON.parse(event.data).status].join(' ')));
              source.onerror = () => {
                if (source.readyState === EventSource.CLOSED) done(seen.join(','));
              };
            })
            """,
            address.toString());
    for (String event : all.toString().split(",", -1)) {
      String[] parts = event.split(" ", -1);
      seen.event(Long.parseLong(parts[0]), parts[1]);
    }
  }

  /** It takes 204 for an empty stream and would come back for ever: the last status ends it. */
  private static void okhttp(URI url, String token, Seen seen) {
    var connect = ConnectStrategy.http(url).header("Authorization", "Bearer " + token);
    try (EventSource source =
        new EventSource.Builder(connect).errorStrategy(ErrorStrategy.alwaysContinue()).build()) {
      for (var event : source.anyEvents()) {
        if (event instanceof MessageEvent message && message.getEventName().equals("status")) {
          JsonNode record = read(message.getData());
          assertThat(message.getLastEventId()).isEqualTo(record.get("version").asText());
          seen.event(record.get("version").asLong(), record.get("status").asText());
          if (seen.isOver()) {
            return;
          }
        }
      }
    }
  }

  private static void curl(URI url, String token, Seen seen) throws Exception {
    lines(
        List.of("bash", "docs/clients/follow.sh", url.toString(), token),
        line -> {
          JsonNode record = read(line);
          seen.event(record.get("version").asLong(), record.get("status").asText());
        });
  }

  private static void node(String client, URI url, String token, Seen seen) throws Exception {
    lines(
        List.of("node", SCRIPTS + "/foreign-client.mjs", client, url.toString(), token),
        line -> {
          JsonNode event = read(line);
          if (event.has("version")) {
            seen.event(event.get("version").asLong(), event.get("status").asText());
            assertThat(event.get("id").asText()).isEqualTo(event.get("version").asText());
          }
        });
  }

  private interface Line {
    void read(String line);
  }

  /** Runs a program to its end, which it finds by itself. */
  private static void lines(List<String> command, Line each) throws Exception {
    Path complaints = Files.createTempFile(folder, "client", ".err");
    Process process = new ProcessBuilder(command).redirectError(complaints.toFile()).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      out.lines().forEach(each::read);
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(complaints)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }
}
