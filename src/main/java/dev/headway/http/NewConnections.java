package dev.headway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Stands where the operating system hands connections over, before anything is spent on them: a
 * handshake of TLS is milliseconds of an event loop, a close is nothing. An address that connects
 * too often, or whose connections had to be ended for what they did, is closed here; and so is a
 * connection that is not ready to ask in time, because it lets the handshake or the first frames of
 * HTTP/2 trickle in, which Vert.x shows to nobody.
 *
 * <p>Vert.x has no place for this, so it is put before Netty's acceptor by way of the first
 * connection that comes. Behind trusted proxies all connections are theirs, and no address is
 * limited. For any thread.
 */
@Sharable
final class NewConnections extends ChannelInboundHandlerAdapter {
  /** Those beyond an address's share who are told that there are too many of them. */
  private static final int TOLD = 200;

  /**
   * All readers of an address come back at once when a node goes away, and again when the next one
   * does: its whole share is a burst that fills up in this time.
   */
  private static final int SECONDS_FOR_A_SHARE = 20;

  /** What an attack costs its address, in connections. */
  private static final int PRICE_OF_AN_ATTACK = 100;

  private final Quotas<ByteBuffer> quotas;
  private final boolean isLimited;
  private final Duration patience;
  private final LongSupplier ticker;
  private final AtomicBoolean stands = new AtomicBoolean();
  private final ConcurrentHashMap<Channel, Long> unready = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();

  /**
   * @param patience how long a connection may take until it can ask
   * @param ticker monotonic nanoseconds
   */
  NewConnections(RequestLimits limits, Duration patience, LongSupplier ticker) {
    this.isLimited = limits.limitsAddresses();
    this.quotas = new Quotas<>(isLimited ? rate(limits) : RateLimit.NONE, ticker);
    this.patience = patience;
    this.ticker = ticker;
  }

  private static RateLimit rate(RequestLimits limits) {
    int share = Math.toIntExact(Math.min(limits.connectionsOfAnAddress(), 1_000_000));
    return new RateLimit(Math.max(10, share / SECONDS_FOR_A_SHARE), share + TOLD);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Channel child) {
      if (isLimited
          && child.remoteAddress() instanceof InetSocketAddress from
          && !quotas.of(ClientAddress.key(from.getAddress())).tryConsume(1)) {
        refused.increment();
        child.unsafe().closeForcibly();
        return;
      }
      unready.put(child, ticker.getAsLong() + patience.toNanos());
    }
    ctx.fireChannelRead(message);
  }

  /** A connection is ready to ask. */
  void ready(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      Channel channel = base.channel();
      unready.remove(channel);
      if (channel.parent() != null && stands.compareAndSet(false, true)) {
        channel.parent().pipeline().addFirst(this);
      }
    }
  }

  /** A connection was ended because of what it did. */
  void attacked(HttpConnection connection) {
    if (isLimited) {
      var _ =
          quotas
              .of(ClientAddress.key(connection.remoteAddress()))
              .tryConsumeAsMuchAsPossible(PRICE_OF_AN_ATTACK);
    }
  }

  /** Closes those who are late; called now and then. */
  void closeTheLate() {
    long now = ticker.getAsLong();
    unready.forEach((channel, due) -> {
      if (!channel.isOpen()) {
        unready.remove(channel);
      } else if (now - due >= 0) {
        unready.remove(channel);
        var _ = channel.close();
      }
    });
  }

  /** Connections that were closed because their address made too many, since the start. */
  long refused() {
    return refused.sum();
  }
}
