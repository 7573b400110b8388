package dev.headway.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One life of the connection to the server, from the attempt to its end, which comes once and for
 * good: two sockets, because the client takes a message that is pushed to it for the answer to
 * whatever it asked last. A client of its own, so that ending it ends every socket, also one that
 * is still being opened.
 *
 * <p>A connection that dies does not always say so; it also ends when a frame is not back, or the
 * server has not answered, within {@link #PATIENCE}. Only on the event loop that made it.
 */
final class RedisLink {
  /** With the wait for the next attempt, inside the 3 s after which a node gives its leases up. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  /** What happens to a link, on its event loop. */
  interface Events {
    /** Whatever is published from now on arrives. */
    void up();

    void message(byte[] payload);

    /** The link is of no use any more; nothing follows. */
    void down(String reason);
  }

  private final Redis client;
  private final String channel;
  private final LongSupplier ticker;
  private final Events events;
  private final Deque<Long> underWay = new ArrayDeque<>();
  private final long startedAt;
  private @Nullable RedisConnection publisher;
  private boolean up;
  private boolean over;

  RedisLink(Vertx vertx, BusAddress address, LongSupplier ticker, Events events) {
    this.client = Redis.createClient(vertx, options(address));
    this.channel = address.channel();
    this.ticker = ticker;
    this.events = events;
    this.startedAt = ticker.getAsLong();
    connect()
        .compose(connection -> {
          publisher = connection;
          return connect();
        })
        .compose(subscriber -> {
          subscriber.handler(this::pushed);
          return subscriber.send(Request.cmd(Command.SUBSCRIBE).arg(channel));
        })
        .onFailure(this::failed);
  }

  private static RedisOptions options(BusAddress address) {
    var net =
        new NetClientOptions()
            .setConnectTimeout((int) PATIENCE.toMillis())
            .setHostnameVerificationAlgorithm("HTTPS");
    address
        .authority()
        .ifPresent(file -> net.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())));
    String scheme = address.tls() ? "rediss" : "redis";
    var options =
        new RedisOptions()
            .setNetClientOptions(net)
            .setConnectionString("%s://%s:%d".formatted(scheme, address.host(), address.port()))
            .setPreferredProtocolVersion(ProtocolVersion.RESP2)
            .setMaxPoolSize(2)
            .setPoolRecycleTimeout(-1);
    address.user().ifPresent(options::setUser);
    address.password().ifPresent(options::setPassword);
    return options;
  }

  private Future<RedisConnection> connect() {
    return client
        .connect()
        .onSuccess(connection ->
            connection
                .exceptionHandler(this::failed)
                .endHandler(v -> end("the server closed the connection")));
  }

  /** Subscriber side: {@code [message, channel, payload]}, or {@code [subscribe, channel, 1]}. */
  private void pushed(Response response) {
    if (over || response.size() < 3) {
      return;
    }
    String kind = response.get(0).toString();
    if (kind.equals("message")) {
      events.message(response.get(2).toBytes());
    } else if (kind.equals("subscribe") && !up) {
      up = true;
      events.up();
    }
  }

  /** Sends a frame. It has arrived when it comes back. */
  void send(byte[] payload, long now) {
    RedisConnection to = publisher;
    if (over || to == null) {
      return;
    }
    underWay.add(now);
    to.send(Request.cmd(Command.PUBLISH).arg(channel).arg(payload)).onFailure(this::failed);
  }

  /** How many frames have not come back yet. */
  int underWay() {
    return underWay.size();
  }

  /** The oldest frame is back; returns for how many nanoseconds it was under way. */
  long cameBack(long now) {
    Long sentAt = underWay.poll();
    return sentAt == null ? 0 : now - sentAt;
  }

  /** Ends the link if it has not done in time what it should. Called often. */
  void check() {
    long now = ticker.getAsLong();
    Long oldest = underWay.peek();
    if (!up && now - startedAt > PATIENCE.toNanos()) {
      end("the server does not answer");
    } else if (oldest != null && now - oldest > PATIENCE.toNanos()) {
      end("what is published does not come back");
    }
  }

  private void failed(Throwable failure) {
    end(String.valueOf(failure.getMessage()));
  }

  private void end(String reason) {
    if (!over) {
      close();
      events.down(reason);
    }
  }

  /** Ends the link without a word. */
  void close() {
    over = true;
    client.close();
  }
}
