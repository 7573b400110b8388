package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.Samples;
import io.github.bucket4j.ConsumptionProbe;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RateGateTest {
  /** Nothing comes back within a test that has begun. */
  private static final RateLimit THREE = new RateLimit(1, 3);

  private final AtomicLong now = new AtomicLong();
  private final RateGate<String> gate =
      new RateGate<>("user", RateLimit.OF_A_USER, ctx -> "nobody", now::get, new LongAdder());

  private boolean passes(String who) {
    return gate.take(who).isConsumed();
  }

  private int passesAtOnce(String who) {
    int passed = 0;
    while (passes(who)) {
      passed++;
    }
    return passed;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void a_burst_passes_and_then_the_rate() {
    assertThat(passesAtOnce("ada")).isEqualTo(100);
    pass(Duration.ofMillis(99));
    assertThat(passes("ada")).isFalse();
    pass(Duration.ofMillis(1));
    assertThat(passesAtOnce("ada")).isEqualTo(1);
    pass(Duration.ofSeconds(3));
    assertThat(passesAtOnce("ada")).isEqualTo(30);
  }

  @Test
  void one_asker_takes_nothing_from_another() {
    assertThat(passesAtOnce("ada")).isEqualTo(100);
    assertThat(passesAtOnce("bob")).isEqualTo(100);
  }

  @Test
  void four_tabs_that_poll_every_two_seconds_are_never_limited() {
    for (int i = 0; i < 10_000; i++) {
      for (int tab = 0; tab < 4; tab++) {
        assertThat(passes("ada")).isTrue();
      }
      pass(Duration.ofSeconds(2));
    }
  }

  @Test
  void a_refusal_knows_when_the_next_may_pass() {
    passesAtOnce("ada");
    ConsumptionProbe probe = gate.take("ada");
    assertThat(probe.getNanosToWaitForRefill()).isEqualTo(Duration.ofMillis(100).toNanos());
    assertThat(probe.getRemainingTokens()).isZero();
  }

  @Test
  void a_million_askers_pass_and_are_not_all_remembered() {
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(passes("asker-" + i)).isTrue();
    }
    assertThat(gate.askers()).isLessThanOrEqualTo(100_000);
  }

  @Test
  void a_user_beyond_the_quota_is_told_when_to_come_back(@TempDir Path page) {
    try (var service =
        new TestService(
            page, new RequestLimits(THREE, RateLimit.NONE, 0, Long.MAX_VALUE, Long.MAX_VALUE))) {
      service.reset();
      HttpResponse<String> first = service.send("GET", "/status/" + Samples.ID);
      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.headers().map()).doesNotContainKey("ratelimit");
      service.send("GET", "/leads");
      HttpResponse<String> third = service.send("GET", "/status/" + Samples.ID);
      assertThat(third.statusCode()).isEqualTo(200);
      assertThat(third.headers().firstValue("RateLimit-Policy")).contains("\"user\";q=3;w=3");
      assertThat(third.headers().firstValue("RateLimit")).contains("\"user\";r=0;t=1");

      HttpResponse<String> fourth = service.send("GET", "/status/" + Samples.ID);
      assertThat(fourth.statusCode()).isEqualTo(429);
      assertThat(fourth.body()).contains("\"code\":\"RATE_LIMITED\"");
      assertThat(fourth.headers().firstValue("Retry-After")).contains("1");
      assertThat(fourth.headers().map()).containsKeys("ratelimit", "ratelimit-policy");

      String bob = TestService.MALLORY;
      assertThat(service.send("GET", "/leads", "Authorization", bob).statusCode()).isEqualTo(200);
      assertThat(service.send("GET", "/health/live").statusCode()).isEqualTo(200);
      assertThat(service.send("OPTIONS", "/leads").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void an_address_beyond_the_quota_is_refused_before_its_token_is_looked_at(@TempDir Path page) {
    try (var service =
        new TestService(
            page, new RequestLimits(RateLimit.NONE, THREE, 1, Long.MAX_VALUE, Long.MAX_VALUE))) {
      service.reset();
      String[] attacker = {"Authorization", "Bearer guess", "X-Forwarded-For", "203.0.113.9"};
      for (int i = 0; i < 3; i++) {
        assertThat(service.send("GET", "/leads", attacker).statusCode()).isEqualTo(401);
      }
      assertThat(service.send("GET", "/leads", attacker).statusCode()).isEqualTo(429);
      assertThat(service.send("GET", "/leads", "X-Forwarded-For", "203.0.113.10").statusCode())
          .isEqualTo(200);
    }
  }
}
