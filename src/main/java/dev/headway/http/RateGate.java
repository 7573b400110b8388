package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Lets as many requests pass as each asker may make: a token bucket for each. Refusals say when to
 * come back, and from half of the quota on every answer says how much is left, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-11. All event loops share one gate.
 *
 * @param <K> what tells askers apart
 */
final class RateGate<K> implements Handler<RoutingContext> {
  private final String name;
  private final RateLimit limit;
  private final Function<RoutingContext, K> asker;
  private final Quotas<K> quotas;
  private final String policy;
  private final LongAdder refused;

  /**
   * @param name of the policy, as answers tell it
   * @param ticker monotonic nanoseconds
   * @param refused counts refusals
   */
  RateGate(
      String name,
      RateLimit limit,
      Function<RoutingContext, K> asker,
      LongSupplier ticker,
      LongAdder refused) {
    this.name = name;
    this.limit = limit;
    this.asker = asker;
    this.refused = refused;
    this.quotas = new Quotas<>(limit, ticker);
    this.policy =
        "\"%s\";q=%d;w=%d".formatted(name, limit.burst(), quotas.untilFull().toSeconds() - 1);
  }

  @Override
  public void handle(RoutingContext ctx) {
    if (limit.isNone()) {
      ctx.next();
      return;
    }
    ConsumptionProbe probe = take(asker.apply(ctx));
    if (probe.getRemainingTokens() < limit.burst() / 2) {
      tell(ctx.response(), probe);
    }
    if (probe.isConsumed()) {
      ctx.next();
    } else {
      refused.increment();
      ctx.fail(
          new ProblemException(
              ProblemCode.RATE_LIMITED,
              "At most %d requests a second, %d at once."
                  .formatted(limit.perSecond(), limit.burst()),
              Duration.ofNanos(probe.getNanosToWaitForRefill())));
    }
  }

  /** Takes one request off somebody's quota, if there is any left. */
  ConsumptionProbe take(K who) {
    return quotas.of(who).tryConsumeAndReturnRemaining(1);
  }

  private void tell(HttpServerResponse response, ConsumptionProbe probe) {
    // Until there is more, not until all is back (since revision 10); on a refusal Retry-After.
    long seconds = Math.max(1, Math.ceilDiv(nanosToNext(probe), TimeUnit.SECONDS.toNanos(1)));
    response
        .putHeader("RateLimit-Policy", policy)
        .putHeader(
            "RateLimit", "\"%s\";r=%d;t=%d".formatted(name, probe.getRemainingTokens(), seconds));
  }

  /** The probe itself knows only how long a request waits that found nothing. */
  private long nanosToNext(ConsumptionProbe probe) {
    return probe.isConsumed()
        ? TimeUnit.SECONDS.toNanos(1) / limit.perSecond()
        : probe.getNanosToWaitForRefill();
  }

  /** For tests: how many askers are remembered. */
  long askers() {
    return quotas.askers();
  }
}
