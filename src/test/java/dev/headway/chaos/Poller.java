package dev.headway.chaos;

import dev.headway.chaos.Sighting.Connection;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks for one upload every two seconds, each time at another node, with the version that it has as
 * validator. Also holds each answer to its word: {@code Age} says as of when it was the newest.
 * Belongs to one event loop, but for what it has seen.
 */
final class Poller {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration WITHIN = Duration.ofSeconds(10);

  /** Age is whole seconds, rounded down. */
  private static final long ROUNDED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Sighting seen;
  private final Ledger ledger;
  private final Vertx vertx;
  private final HttpClient http;
  private final Lookout lookout;
  private final String token;
  private volatile boolean stopped;

  Poller(
      UploadId upload, Ledger ledger, Vertx vertx, HttpClient http, Lookout lookout, String token) {
    this.seen = new Sighting(upload);
    this.ledger = ledger;
    this.vertx = vertx;
    this.http = http;
    this.lookout = lookout;
    this.token = token;
  }

  Sighting seen() {
    return seen;
  }

  void start() {
    if (stopped) {
      return;
    }
    ServiceNode node = lookout.next();
    long askedAt = Moments.now();
    var options =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(node.port())
            .setURI("/status/" + seen.upload())
            .setConnectTimeout(EVERY.toMillis())
            .setIdleTimeout(WITHIN.toMillis())
            .putHeader("Accept", "application/json")
            .putHeader("Authorization", "Bearer " + token);
    if (seen.newest() > 0) {
      options.putHeader("If-None-Match", "\"" + seen.newest() + "\"");
    }
    http.request(options)
        .compose(HttpClientRequest::send)
        .compose(answer -> answered(answer, node, askedAt))
        .onComplete(whatever -> vertx.setTimer(EVERY.toMillis(), timer -> start()));
  }

  private Future<Void> answered(HttpClientResponse answer, ServiceNode node, long askedAt) {
    String age = answer.getHeader("Age");
    return answer
        .body()
        .map(body -> {
          switch (answer.statusCode()) {
            case 200 -> {
              var record = new JsonObject(body);
              long version = record.getLong("version");
              var once = new Connection(node.index(), askedAt);
              String status = record.getString("status");
              seen.arrived(version, status.equals("cancelled"), Moments.now(), once);
              judge(version, age, askedAt, node);
            }
            case 304 -> judge(seen.newest(), age, askedAt, node);
            default -> {} // it asks again
          }
          return null;
        });
  }

  private void judge(long version, String age, long askedAt, ServiceNode node) {
    long asOf = askedAt - TimeUnit.SECONDS.toNanos(Long.parseLong(age)) - ROUNDED_NANOS;
    ledger.of(seen.upload()).stream()
        .filter(write -> write.version() > version && write.endedAt() < asOf)
        .findFirst()
        .ifPresent(missed ->
            seen.olderThanTold(
                "node %d answered version %d with Age %s, %.1f s after version %d was written"
                    .formatted(
                        node.index() + 1,
                        version,
                        age,
                        (askedAt - missed.endedAt()) / 1e9,
                        missed.version())));
  }

  void stop() {
    stopped = true;
  }
}
