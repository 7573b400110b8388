package dev.headway.chaos;

import dev.headway.status.UploadId;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Everybody who watches or polls during one row. For one thread. */
final class Audience implements AutoCloseable {
  private static final int OPENED_PER_SECOND = 250;
  private static final long SWEEP_MILLIS = 250;
  private static final Duration OPEN_WITHIN = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final Context loop;
  private final HttpClient http;
  private final List<Viewer> viewers = new ArrayList<>();
  private final List<Poller> pollers = new ArrayList<>();
  private final ConcurrentLinkedQueue<Long> reconnects = new ConcurrentLinkedQueue<>();
  private final long timer;

  Audience(Cluster cluster, List<UploadId> uploads, Ledger ledger) {
    this.cluster = cluster;
    var vertx = cluster.vertx();
    loop = vertx.getOrCreateContext();
    // A browser keeps the connection of an ended stream; here each stream is on one of its own.
    http =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(false), new PoolOptions().setHttp1MaxSize(20_000));
    String token = cluster.issuer().token();
    for (int i = 0; i < cluster.settings().streams(); i++) {
      viewers.add(
          new Viewer(uploads.get(i % uploads.size()), this, vertx, http, cluster.lookout(), token));
    }
    for (int i = 0; i < cluster.settings().pollers(); i++) {
      pollers.add(
          new Poller(
              uploads.get(i * 7 % uploads.size()), ledger, vertx, http, cluster.lookout(), token));
    }
    timer = vertx.setPeriodic(SWEEP_MILLIS, id -> loop.runOnContext(v -> sweep()));
  }

  private void sweep() {
    long now = Moments.now();
    viewers.forEach(viewer -> viewer.watch(now));
  }

  /** Opens all streams, not faster than a machine of two cores can take. */
  void open() throws InterruptedException {
    long due = Moments.now();
    for (Viewer viewer : viewers) {
      Moments.holdUntil(due);
      loop.runOnContext(v -> viewer.open());
      due += TimeUnit.SECONDS.toNanos(1) / OPENED_PER_SECOND;
    }
    if (!Moments.until(OPEN_WITHIN, () -> viewers.stream().allMatch(Viewer::isSettled))) {
      throw new NotInTimeException("not all streams could be opened");
    }
    pollers.forEach(poller -> loop.runOnContext(v -> poller.start()));
  }

  void reconnects() {
    reconnects.add(Moments.now());
  }

  /** The most reconnects that began within one second, from a moment on. */
  int reconnectPeak(long since) {
    var sorted =
        reconnects.stream().mapToLong(Long::longValue).filter(at -> at >= since).sorted().toArray();
    int most = 0;
    int from = 0;
    for (int i = 0; i < sorted.length; i++) {
      while (sorted[i] - sorted[from] > 1_000_000_000L) {
        from++;
      }
      most = Math.max(most, i - from + 1);
    }
    return most;
  }

  boolean isDone() {
    return viewers.stream().allMatch(Viewer::isDone);
  }

  List<Sighting> streams() {
    return viewers.stream().map(Viewer::seen).toList();
  }

  List<Sighting> polls() {
    return pollers.stream().map(Poller::seen).toList();
  }

  @Override
  public void close() {
    cluster.vertx().cancelTimer(timer);
    loop.runOnContext(v -> {
      pollers.forEach(Poller::stop);
      viewers.forEach(Viewer::leave);
      var _ = http.close();
    });
  }
}
