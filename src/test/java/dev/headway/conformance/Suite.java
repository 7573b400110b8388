package dev.headway.conformance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** All checks, in the order of a report, and how they are run. */
final class Suite {
  /** Of a check that meets the limits of its user; each begins when it may ask again. */
  private static final int MOST_ATTEMPTS = 8;

  /** So many at once: most of them wait. */
  private static final int AT_ONCE = 8;

  private Suite() {}

  /** These wait for clocks: begun first, they delay nobody. */
  private static final List<String> PATIENT =
      List.of("stream.heartbeat", "token.end", "ticket.end", "stream.expired");

  /** Afterwards there may be no server. */
  private static final String LAST = "drain.streams";

  /**
   * These use up what they need: a second attempt would find a token, or a server, that is gone.
   */
  private static final Set<String> ONCE = Set.of("token.end", "ticket.end", "stream.expired", LAST);

  static List<Check> all() {
    List<Check> all = new ArrayList<>();
    all.addAll(PollChecks.all());
    all.addAll(StreamChecks.all());
    all.addAll(ManyChecks.all());
    all.addAll(ActionChecks.all());
    all.addAll(TicketChecks.all());
    all.addAll(SessionChecks.all());
    all.addAll(ErrorChecks.all());
    all.addAll(LimitChecks.all());
    all.addAll(HttpChecks.all());
    return List.copyOf(all);
  }

  /**
   * Runs those that are wanted, several at once.
   *
   * @param progress gets each finding when it is there, one at a time
   */
  static List<Finding> run(Target target, Predicate<Check> wanted, Consumer<Finding> progress)
      throws InterruptedException {
    var uploads = new Uploads(target);
    List<Check> all = all().stream().filter(wanted).toList();
    List<Finding> findings = new ArrayList<>();
    findings.addAll(
        runTogether(
            all.stream()
                .filter(check -> !check.id().equals(LAST))
                .sorted(Comparator.comparing(check -> !PATIENT.contains(check.id())))
                .toList(),
            check -> run(target, uploads, check),
            progress));
    for (Check last : all.stream().filter(check -> check.id().equals(LAST)).toList()) {
      Finding finding = run(target, uploads, last);
      progress.accept(finding);
      findings.add(finding);
    }
    return findings;
  }

  private static List<Finding> runTogether(
      List<Check> checks, Function<Check, Finding> body, Consumer<Finding> progress)
      throws InterruptedException {
    var places = new Semaphore(AT_ONCE);
    List<Future<Finding>> running = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Check check : checks) {
        running.add(
            threads.submit(() -> {
              places.acquire();
              try {
                Finding finding = body.apply(check);
                synchronized (places) {
                  progress.accept(finding);
                }
                return finding;
              } finally {
                places.release();
              }
            }));
      }
      List<Finding> findings = new ArrayList<>();
      for (Future<Finding> one : running) {
        findings.add(one.get());
      }
      return findings;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a check is broken itself", e);
    }
  }

  /** One that met a limit has found nothing out, unless limits are what it is about. */
  private static Finding run(Target target, Uploads uploads, Check check) {
    Attempt attempt = attempt(target, uploads, check);
    for (int i = 1; i < MOST_ATTEMPTS && attempt.isInVain(); i++) {
      Probe.pause(attempt.limit().orElseThrow());
      attempt = attempt(target, uploads, check);
    }
    return attempt.finding();
  }

  /**
   * What came of it once.
   *
   * @param limit the last answer that said “too often”
   */
  record Attempt(Finding finding, Optional<Head> limit) {
    boolean isInVain() {
      return limit.isPresent()
          && finding.outcome() == Finding.Outcome.FAILED
          && !ONCE.contains(finding.check().id())
          && !finding.check().id().startsWith("limit.");
    }
  }

  private static Attempt attempt(Target target, Uploads uploads, Check check) {
    long from = System.nanoTime();
    var probe = new Probe(target, uploads);
    Finding.Outcome outcome = Finding.Outcome.PASSED;
    String why = "";
    try (probe) {
      check.body().run(probe);
    } catch (Check.Skip skip) {
      outcome = Finding.Outcome.SKIPPED;
      why = Objects.requireNonNullElse(skip.getMessage(), "");
    } catch (Exception e) {
      // A breach, or an answer that is not even HTTP.
      outcome = Finding.Outcome.FAILED;
      why =
          e instanceof Check.Breach ? Objects.requireNonNullElse(e.getMessage(), "") : e.toString();
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from);
    String evidence = outcome == Finding.Outcome.FAILED ? probe.evidence() : "";
    return new Attempt(new Finding(check, outcome, why, evidence, millis), probe.limit());
  }
}
