package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an identity provider publishes as a JSON web key set. Held until they are old, then
 * fetched again while the old ones still serve; fetched at once where a token names a key that is
 * not among them, but not more often than the pace allows, so that invented key ids do not become a
 * flood at the provider's door. Any thread; at most one fetch at a time.
 */
final class PublishedKeys implements TokenKeys {
  private static final Logger log = LoggerFactory.getLogger(PublishedKeys.class);

  /** A provider has a handful of keys of half a kilobyte each. */
  private static final int MAX_BYTES = 256 * 1024;

  private static final Duration FETCH_WITHIN = Duration.ofSeconds(5);
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Vertx vertx;
  private final URI address;
  private final Set<String> algorithms;
  private final Pace pace;
  private final LongSupplier nanoTime;
  private final HttpClient http;

  // Guarded by this.
  private @Nullable Held held;
  private @Nullable Future<Held> running;
  private long triedAt;
  private boolean tried;

  PublishedKeys(
      Vertx vertx, URI address, Set<String> algorithms, Pace pace, LongSupplier nanoTime) {
    if (!"https".equals(address.getScheme())
        && !THIS_MACHINE.contains(Objects.requireNonNullElse(address.getHost(), ""))) {
      throw new IllegalArgumentException("keys are fetched over https: " + address);
    }
    this.vertx = vertx;
    this.address = address;
    this.algorithms = Set.copyOf(algorithms);
    this.pace = pace;
    this.nanoTime = nanoTime;
    this.http =
        vertx.createHttpClient(
            new HttpClientOptions().setConnectTimeout((int) FETCH_WITHIN.toMillis()));
  }

  /**
   * How often keys are fetched.
   *
   * @param refreshAfter keys this old are replaced
   * @param uselessAfter keys this old check nothing any more, when they could not be replaced
   * @param notMoreOftenThan the least time between two fetches
   */
  record Pace(Duration refreshAfter, Duration uselessAfter, Duration notMoreOftenThan) {
    static final Pace DEFAULT =
        new Pace(Duration.ofHours(1), Duration.ofHours(24), Duration.ofSeconds(30));
  }

  private record Held(KeySet keys, long fetchedAt) {}

  @Override
  public synchronized Future<JWTAuth> forKey(Optional<String> keyId) {
    Held current = usable();
    if (current == null) {
      return fetch().map(fetched -> fetched.keys().signatures());
    }
    JWTAuth signatures = current.keys().signatures();
    boolean known = keyId.isEmpty() || keyId.filter(current.keys().ids()::contains).isPresent();
    boolean old = age(current) > pace.refreshAfter().toNanos();
    if (known && !old) {
      return Future.succeededFuture(signatures);
    }
    if (!mayFetch()) {
      return Future.succeededFuture(signatures);
    }
    Future<JWTAuth> fresh = fetch().map(fetched -> fetched.keys().signatures());
    // What is held checks nothing with an unknown key, but says so better than a failure would.
    return known ? Future.succeededFuture(signatures) : fresh.otherwise(signatures);
  }

  private @Nullable Held usable() {
    return held != null && age(held) <= pace.uselessAfter().toNanos() ? held : null;
  }

  private long age(Held keys) {
    return nanoTime.getAsLong() - keys.fetchedAt();
  }

  private boolean mayFetch() {
    return running != null
        || !tried
        || nanoTime.getAsLong() - triedAt >= pace.notMoreOftenThan().toNanos();
  }

  private Future<Held> fetch() {
    if (running != null) {
      return running;
    }
    if (!mayFetch()) {
      return Future.failedFuture(unavailable());
    }
    tried = true;
    triedAt = nanoTime.getAsLong();
    // Of no event loop, because callers of several wait for it.
    Promise<Held> fetched = Promise.promise();
    running = fetched.future();
    vertx.runOnContext(loop ->
        Future.succeededFuture()
            // Composed, so that what request() throws is a failed fetch and not a lost one.
            .compose(start -> request())
            .map(body -> KeySet.parse(vertx, body, algorithms))
            .onComplete(done -> finish(fetched, done.result(), done.cause())));
    return fetched.future();
  }

  private void finish(Promise<Held> fetched, @Nullable KeySet keys, @Nullable Throwable failure) {
    Held fresh = null;
    synchronized (this) {
      running = null;
      if (keys != null) {
        fresh = new Held(keys, nanoTime.getAsLong());
        held = fresh;
      }
    }
    // Outside the lock: whoever waits may do anything.
    if (fresh != null) {
      fetched.complete(fresh);
    } else {
      log.warn("the keys of the token issuer could not be fetched", failure);
      fetched.fail(unavailable());
    }
  }

  private Future<Buffer> request() {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setAbsoluteURI(address.toString())
            .putHeader("Accept", "application/json")
            .setIdleTimeout(FETCH_WITHIN.toMillis())
            .setFollowRedirects(false);
    return http.request(options)
        .compose(HttpClientRequest::send)
        .compose(PublishedKeys::body)
        .timeout(FETCH_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    if (response.statusCode() != 200) {
      response.handler(chunk -> {}); // discarded, which leaves the connection usable
      return Future.failedFuture(new IOException("the issuer answered " + response.statusCode()));
    }
    return SmallBody.read(response, MAX_BYTES);
  }

  private static ProblemException unavailable() {
    return new ProblemException(
        ProblemCode.OVERLOADED, "Tokens cannot be checked at the moment. Please try again soon.");
  }
}
