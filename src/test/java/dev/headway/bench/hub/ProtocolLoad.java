package dev.headway.bench.hub;

import dev.headway.TestCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Streams over any protocol, by the client of Vert.x, which costs far more than {@link
 * LoadGenerator}: for fewer streams, all of them in the process of the bench.
 */
final class ProtocolLoad implements AutoCloseable {
  private static final int STREAMS_OF_A_CONNECTION = 100;

  /** Handshakes are work for both sides, and each has its time-out. */
  private static final int AT_ONCE = 100;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final Latencies latencies = new Latencies();
  private final List<VersionOrder> orders = new ArrayList<>();
  private int uploads;
  private int disordered;

  /**
   * A client that speaks one protocol.
   *
   * @param certificate to trust; empty for plain text
   */
  ProtocolLoad(HttpVersion version, Optional<TestCertificate> certificate, int streams) {
    var options =
        new HttpClientOptions()
            .setProtocolVersion(version)
            .setHttp2MultiplexingLimit(STREAMS_OF_A_CONNECTION);
    certificate.ifPresent(own ->
        options
            .setSsl(true)
            .setUseAlpn(version == HttpVersion.HTTP_2)
            .setTrustOptions(new PemTrustOptions().addCertPath(own.certificate().toString())));
    client =
        vertx.createHttpClient(
            options,
            new PoolOptions()
                .setHttp1MaxSize(streams)
                .setHttp2MaxSize(streams / STREAMS_OF_A_CONNECTION)
                .setMaxWaitQueueSize(-1));
  }

  /** Opens streams, the n-th on upload n modulo {@code uploads}, and waits until all have begun. */
  void connect(Server server, int count, int uploads, Path tokens)
      throws IOException, TimeoutException {
    this.uploads = uploads;
    List<String> all = Files.readAllLines(tokens);
    for (int from = 0; from < count; from += AT_ONCE) {
      List<Future<?>> begun = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
        begun.add(stream(server.port, i, all.get(i)));
      }
      var _ = Future.all(begun).await(60, TimeUnit.SECONDS);
    }
  }

  private Future<?> stream(int port, int number, String token) {
    var scan = new EventScan();
    var order = new VersionOrder();
    orders.add(order);
    return client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/status/" + Uploads.id(number % uploads) + "/events")
                .putHeader("Authorization", "Bearer " + token))
        .compose(request -> request.send())
        .map(response -> {
          if (response.statusCode() != 200) {
            throw new IllegalStateException("answered with " + response.statusCode());
          }
          return response.handler(bytes -> {
            byte[] taken = bytes.getBytes();
            scan.feed(taken, taken.length, version -> event(version, order));
          });
        });
  }

  private synchronized void event(long version, VersionOrder order) {
    if (version > 1) { // not the snapshot
      if (!order.rises(version)) {
        disordered++;
      }
      latencies.add(Uploads.nowMicros() - version);
    }
  }

  /** What came since the last time; latencies in milliseconds. */
  synchronized Window window() {
    double[] millis = latencies.millis(50, 99);
    var window =
        new Window(
            latencies.size(),
            millis[0],
            millis[1],
            disordered,
            VersionOrder.behind(orders, uploads));
    latencies.clear();
    disordered = 0;
    return window;
  }

  record Window(int events, double p50, double p99, int disordered, long behind) {}

  @Override
  public void close() {
    client.close().await();
    vertx.close().await();
  }
}
