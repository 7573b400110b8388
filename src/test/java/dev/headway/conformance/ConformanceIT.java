package dev.headway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LocalSystem;
import dev.headway.LocalSystems;
import dev.headway.contract.Recorded;
import dev.headway.contract.Seen;
import dev.headway.local.LocalAws;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The suite against our own system, and against servers that are wrong in one point each. */
@Timeout(180)
class ConformanceIT {
  private static final Seen NOBODY = (method, target, status, headers, body, isWhole) -> {};

  /** Checks whose fault no proxy of HTTP/1 on loopback can have, and where they fail instead. */
  static final Set<String> ELSEWHERE =
      Set.of(
          "http.2", // TlsIT passes it; here a server without TLS skips it
          "drain.streams", // below, by servers that go down
          "cors.allowed"); // below, by a server that allows nobody

  /** Once through them is enough: they wait for clocks, or for a quota to be used up. */
  private static final Set<String> PATIENT =
      Set.of(
          "stream.heartbeat",
          "token.end",
          "ticket.end",
          "stream.expired",
          "limit.429",
          "limit.streams",
          "limit.unavailable");

  private static LocalSystem system;
  private static LocalAws aws;
  private static final AtomicInteger USERS = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    // So many that only the checks of the limits themselves meet them.
    system = LocalSystems.start(Map.of("HEADWAY_USER_RATE", "25", "HEADWAY_USER_STREAMS", "60"));
    aws = new LocalAws(system.config());
  }

  @AfterAll
  static void stop() {
    aws.close();
    system.close();
  }

  /** An upload whose life will soon be over: nobody waits for a day. */
  private static String expiring(String user, Duration life) {
    UploadId id = UploadId.random();
    system.statusWriter().createStatus(id, new OwnerId(user), "expiring.csv", 10);
    long end = Instant.now().plus(life).getEpochSecond();
    aws.dynamoDb()
        .updateItem(update ->
            update
                .tableName("ProcessingStatus")
                .key(Map.of("uploadId", AttributeValue.fromS(id.value())))
                .updateExpression("SET #ttl = :end ADD version :one")
                .expressionAttributeNames(Map.of("#ttl", "ttl"))
                .expressionAttributeValues(
                    Map.of(
                        ":end", AttributeValue.fromN(Long.toString(end)),
                        ":one", AttributeValue.fromN("1"))));
    return id.value();
  }

  private static Target target(URI base, Seen seen) {
    return target(system, base, seen, Optional.empty());
  }

  private static Target target(
      LocalSystem system, URI base, Seen seen, Optional<Target.Drain> drain) {
    String user = "conformance-" + USERS.incrementAndGet();
    return new Target(
        base,
        system.token(user, Duration.ofHours(1)),
        Optional.of(system.token(user + "-other", Duration.ofHours(1))),
        Optional.of(() -> system.token(user, Duration.ofSeconds(8))),
        Optional.of(system.token(user + "-greedy", Duration.ofHours(1))),
        Optional.empty(),
        List.of(),
        Optional.of(() -> expiring(user, Duration.ofSeconds(8))),
        drain,
        Options.tls(false),
        seen);
  }

  @Test
  void our_own_system_keeps_the_contract(@TempDir Path folder) throws Exception {
    var target = target(system.baseUrl(), NOBODY);
    var out = new ByteArrayOutputStream();
    Path json = folder.resolve("findings.json");
    int status =
        Conformance.run(
            List.of(
                target.base().toString(),
                "--token",
                target.token(),
                "--second-token",
                target.secondToken().orElseThrow(),
                "--short-token",
                system.token("conformance-" + USERS.get(), Duration.ofSeconds(30)),
                "--limited-token",
                target.limitedToken().orElseThrow(),
                "--expiring",
                expiring("conformance-" + USERS.get(), Duration.ofSeconds(20)),
                "--json",
                json.toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(report).isZero();
    var findings = Answer.json(Files.readString(json));
    assertThat(findings.get("failed").asInt()).isZero();
    // TLS and an allowed page are not to be had from a local system; this one has to go on.
    assertThat(skipped(findings))
        .as(report)
        .containsExactlyInAnyOrder("http.2", "cors.allowed", "drain.streams");
    assertThat(report).contains("skipped: needs --drain – drain.streams");
    assertThat(findings.get("checks")).hasSize(Suite.all().size() + 1);
  }

  private static List<String> skipped(com.fasterxml.jackson.databind.JsonNode findings) {
    List<String> skipped = new ArrayList<>();
    findings
        .get("checks")
        .forEach(check -> {
          if (check.get("outcome").asText().equals("skipped")) {
            skipped.add(check.get("id").asText());
          }
        });
    return skipped;
  }

  @Test
  void each_planted_fault_is_found_by_the_check_that_should_find_it() throws Exception {
    var places = new Semaphore(12);
    List<Callable<String>> runs = new ArrayList<>();
    for (var planted : PlantedFaults.all()) {
      for (String id : planted.foundBy()) {
        runs.add(() -> {
          places.acquire();
          try {
            return missed(planted, id);
          } finally {
            places.release();
          }
        });
      }
    }
    List<String> missed = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var run : threads.invokeAll(runs)) {
        if (!run.get().isEmpty()) {
          missed.add(run.get());
        }
      }
    }
    assertThat(missed).isEmpty();
  }

  /** What went wrong with finding it; empty if it was found. */
  private static String missed(PlantedFaults.Planted planted, String id) throws Exception {
    try (var proxy = new FaultyProxy(system.baseUrl(), planted.fault())) {
      List<Finding> findings =
          Suite.run(target(proxy.base(), NOBODY), check -> check.id().equals(id), finding -> {});
      assertThat(findings).as(id).hasSize(1);
      Finding finding = findings.getFirst();
      return finding.outcome() == Finding.Outcome.FAILED
          ? ""
          : id
              + " did not find “"
              + planted.wrong()
              + "”: "
              + finding.outcome()
              + " "
              + finding.why();
    }
  }

  /** All at once: a server goes down only once. */
  @Test
  void who_sends_streams_away_wrongly_is_found_and_who_does_it_rightly_is_not() throws Exception {
    List<PlantedFaults.Planted> all = new ArrayList<>(PlantedFaults.drains());
    all.add(new PlantedFaults.Planted("nothing", List.of("drain.streams"), Fault.NONE));
    try (var going = LocalSystems.start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var gone = new FutureTask<Void>(going::close, null);
      var ready = new CountDownLatch(all.size());
      Target.Drain drain =
          () -> {
            ready.countDown();
            assertThat(ready.await(60, TimeUnit.SECONDS)).as("all are there").isTrue();
            Thread.startVirtualThread(gone); // does something the first time alone
          };
      Map<String, Future<Finding>> findings = new TreeMap<>();
      for (var planted : all) {
        findings.put(
            planted.wrong(),
            threads.submit(() -> {
              try (var proxy = new FaultyProxy(going.baseUrl(), planted.fault())) {
                var target = target(going, proxy.base(), NOBODY, Optional.of(drain));
                return Suite.run(target, c -> c.id().equals("drain.streams"), f -> {}).getFirst();
              }
            }));
      }
      for (var finding : findings.entrySet()) {
        assertThat(finding.getValue().get().outcome())
            .as(finding.getKey() + ": " + finding.getValue().get())
            .isEqualTo(
                finding.getKey().equals("nothing")
                    ? Finding.Outcome.PASSED
                    : Finding.Outcome.FAILED);
      }
      gone.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void a_proxy_that_does_nothing_wrong_is_no_fault() throws Exception {
    try (var proxy = new FaultyProxy(system.baseUrl(), Fault.NONE)) {
      var recorded = new Recorded();
      List<Finding> findings =
          Suite.run(
              target(proxy.base(), recorded),
              check -> !ELSEWHERE.contains(check.id()) && !PATIENT.contains(check.id()),
              finding -> {});
      assertThat(findings)
          .allSatisfy(finding ->
              assertThat(finding.outcome())
                  .as(finding.check().id() + ": " + finding.why() + "\n" + finding.evidence())
                  .isEqualTo(Finding.Outcome.PASSED));
      assertThat(Conformance.answers(recorded).outcome()).isEqualTo(Finding.Outcome.PASSED);
    }
  }

  @Test
  void an_answer_that_the_document_does_not_have_is_found_whoever_asked() throws Exception {
    Fault textForNumber =
        Fault.telling((asked, told) ->
            told.with(body -> body.replace("\"totalBatches\":0", "\"totalBatches\":\"0\"")));
    try (var proxy = new FaultyProxy(system.baseUrl(), textForNumber)) {
      var recorded = new Recorded();
      Suite.run(
          target(proxy.base(), recorded), check -> check.id().equals("etag.strong"), finding -> {});
      Finding answers = Conformance.answers(recorded);
      assertThat(answers.outcome()).isEqualTo(Finding.Outcome.FAILED);
      assertThat(answers.evidence()).contains("totalBatches");
    }
  }

  @Test
  void a_page_that_is_not_allowed_cannot_be_taken_for_one_that_is() throws Exception {
    Target own = target(system.baseUrl(), NOBODY);
    var withOrigin =
        new Target(
            own.base(),
            own.token(),
            own.secondToken(),
            own.shortToken(),
            own.limitedToken(),
            Optional.of("https://app.example.com"),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            own.tls(),
            NOBODY);
    assertThat(
            Suite.run(withOrigin, check -> check.id().equals("cors.allowed"), finding -> {})
                .getFirst()
                .outcome())
        .isEqualTo(Finding.Outcome.FAILED);
  }
}
