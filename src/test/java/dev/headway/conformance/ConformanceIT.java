package dev.headway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.LocalSystem;
import dev.headway.LocalSystems;
import dev.headway.contract.Recorded;
import dev.headway.contract.Seen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The suite against our own system, and against servers that are wrong in one point each. */
@Timeout(180)
class ConformanceIT {
  private static final Seen NOBODY = (method, target, status, headers, body, isWhole) -> {};

  /** Checks whose fault no proxy of HTTP/1 on loopback can have, and where they fail instead. */
  static final Set<String> ELSEWHERE =
      Set.of(
          "http.2", // TlsIT passes it; here a server without TLS skips it
          "cors.allowed"); // below, by a server that allows nobody

  /** Once through them is enough: they wait for clocks. */
  private static final Set<String> CLOCKS = Set.of("stream.heartbeat", "token.end");

  private static LocalSystem system;
  private static final AtomicInteger USERS = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    // So many that only the check of the limits itself meets them.
    system = LocalSystems.start(Map.of("HEADWAY_USER_RATE", "25"));
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  private static Target target(URI base, Seen seen) {
    String user = "conformance-" + USERS.incrementAndGet();
    return new Target(
        base,
        system.token(user, Duration.ofHours(1)),
        Optional.of(system.token(user + "-other", Duration.ofHours(1))),
        Optional.of(() -> system.token(user, Duration.ofSeconds(8))),
        Optional.of(system.token(user + "-greedy", Duration.ofHours(1))),
        Optional.empty(),
        List.of(),
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
                "--json",
                json.toString()),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    String report = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(report).isZero();
    var findings = Answer.json(Files.readString(json));
    assertThat(findings.get("failed").asInt()).isZero();
    // TLS and an allowed page are not to be had from a local system.
    assertThat(skipped(findings)).as(report).containsExactlyInAnyOrder("http.2", "cors.allowed");
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

  @Test
  void a_proxy_that_does_nothing_wrong_is_no_fault() throws Exception {
    try (var proxy = new FaultyProxy(system.baseUrl(), Fault.NONE)) {
      var recorded = new Recorded();
      List<Finding> findings =
          Suite.run(
              target(proxy.base(), recorded),
              check -> !ELSEWHERE.contains(check.id()) && !CLOCKS.contains(check.id()),
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
            own.tls(),
            NOBODY);
    assertThat(
            Suite.run(withOrigin, check -> check.id().equals("cors.allowed"), finding -> {})
                .getFirst()
                .outcome())
        .isEqualTo(Finding.Outcome.FAILED);
  }
}
