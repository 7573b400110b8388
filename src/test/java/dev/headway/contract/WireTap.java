package dev.headway.contract;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Netty's own way in: it finds this class as a service and shows it every connection that a server
 * of this JVM takes. Copies the bytes of both directions and changes nothing.
 */
public final class WireTap extends ChannelInitializerExtension {
  private static final byte TLS_HANDSHAKE = 0x16;

  /** Servers whose conversations are no HTTP any more. */
  private static final Set<Integer> LEFT_OUT = ConcurrentHashMap.newKeySet();

  /**
   * Does not listen to the server of this port from now on: it is attacked, and which answer
   * belongs to what nobody could say.
   */
  public static void leaveOut(int port) {
    LEFT_OUT.add(port);
  }

  @Override
  public void postInitializeServerChildChannel(Channel channel) {
    if (channel.localAddress() instanceof InetSocketAddress own
        && LEFT_OUT.contains(own.getPort())) {
      return;
    }
    // First in line: what it sees is what is on the wire.
    channel.pipeline().addFirst(new Copying(server(channel)));
  }

  private static ChannelId server(Channel channel) {
    return (channel.parent() == null ? channel : channel.parent()).id();
  }

  private static final class Copying extends ChannelDuplexHandler {
    private final ChannelId server;
    private final Overheard overheard;
    private boolean begun;
    private boolean encrypted;

    Copying(ChannelId server) {
      this.server = server;
      this.overheard = new Overheard(server);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
      if (message instanceof ByteBuf bytes && !encrypted) {
        if (!begun && bytes.isReadable()) {
          begun = true;
          if (bytes.getByte(bytes.readerIndex()) == TLS_HANDSHAKE) {
            listenBehindTls(ctx);
          }
        }
        if (!encrypted) {
          Judge.heard(overheard.asked(ByteBufUtil.getBytes(bytes)));
        }
      }
      super.channelRead(ctx, message);
    }

    private void listenBehindTls(ChannelHandlerContext ctx) {
      encrypted = true;
      ChannelHandlerContext tls = ctx.pipeline().context(SslHandler.class);
      if (tls != null) {
        ctx.pipeline().addAfter(tls.name(), null, new Copying(server));
      }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise)
        throws Exception {
      if (message instanceof ByteBuf bytes && !encrypted) {
        Judge.heard(overheard.answered(ByteBufUtil.getBytes(bytes)));
      }
      super.write(ctx, message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      Judge.heard(overheard.closed());
      super.channelInactive(ctx);
    }
  }
}
