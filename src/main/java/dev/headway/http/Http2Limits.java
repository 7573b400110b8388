package dev.headway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What one connection of HTTP/2 may make the service do and remember. Beside what Netty bounds
 * (resets, continuations, empty frames, answers that are not read) it bounds what Netty does not:
 *
 * <ul>
 *   <li>requests and frames in a while. Whoever takes a request back after it was answered is not
 *       seen by Netty's limit of resets, and pings, settings and windows may come without end
 *   <li>the table of HPACK for answers, which a client may make 4 GB large, and which then keeps
 *       every header that was ever sent, in chains that are walked for each answer
 *   <li>settings, of which Netty keeps every change until the next answer
 * </ul>
 *
 * Line ends in headers it refuses, which Netty lets through. A connection beyond the limits is
 * ended with {@code ENHANCE_YOUR_CALM}. Trusted proxies, whose connections carry everybody's
 * requests, may send as many as they like. Belongs to the connection's event loop.
 */
final class Http2Limits extends Http2FrameListenerDecorator {
  /** What everybody starts with, RFC 9113, 6.5.2: enough for the headers that repeat. */
  private static final long HEADER_TABLE_BYTES = 4096;

  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
  private static final int WINDOW_SECONDS = 10;

  /** A hundred streams with ten events a second, each answered with two updates of windows. */
  private static final long FRAMES = 20_000;

  /** Several loads of it within a window. */
  private static final int FILES_OF_THE_PAGE = 500;

  /** Of a whole connection; clients send one, some a second. */
  private static final int SETTINGS = 100;

  private final Http2ConnectionHandler codec;
  private final long mostRequests;
  private final long mostFrames;
  private final LongSupplier ticker;
  private long windowStart;
  private long requests;
  private long frames;
  private int settings;

  private Http2Limits(
      Http2ConnectionHandler codec, long mostRequests, long mostFrames, LongSupplier ticker) {
    super(codec.decoder().frameListener());
    this.codec = codec;
    this.mostRequests = mostRequests;
    this.mostFrames = mostFrames;
    this.ticker = ticker;
    this.windowStart = ticker.getAsLong();
  }

  /** Holds a new connection of HTTP/2 to them. */
  static void hold(HttpConnection connection, RequestLimits limits, LongSupplier ticker) {
    if (!(connection instanceof ConnectionBase base)) {
      throw new IllegalStateException("no connection of a server: " + connection);
    }
    Http2ConnectionHandler codec = base.channel().pipeline().get(Http2ConnectionHandler.class);
    boolean isProxy = limits.trustedProxies() > 0;
    var held =
        new Http2Limits(
            codec,
            isProxy ? Long.MAX_VALUE : requestsOfAnAddress(limits.address()),
            isProxy ? Long.MAX_VALUE : FRAMES,
            ticker);
    codec.decoder().frameListener(held);
    try {
      held.keepTableSmall(); // the first settings have been read
    } catch (Http2Exception e) {
      throw new IllegalStateException(e); // a size that is always allowed
    }
  }

  /** Beyond them all would be refused, but for the files of the page, which nobody counts. */
  private static long requestsOfAnAddress(RateLimit address) {
    return address.isNone()
        ? Long.MAX_VALUE
        : FILES_OF_THE_PAGE + address.burst() + (long) WINDOW_SECONDS * address.perSecond();
  }

  private void keepTableSmall() throws Http2Exception {
    Http2HeadersEncoder.Configuration headers =
        codec.encoder().configuration().headersConfiguration();
    if (headers.maxHeaderTableSize() > HEADER_TABLE_BYTES) {
      headers.maxHeaderTableSize(HEADER_TABLE_BYTES);
    }
  }

  /** Of a request that Vert.x knows: it cannot end a connection with a stream it never saw. */
  private void countRequest() throws Http2Exception {
    countFrame();
    if (++requests > mostRequests) {
      throw tooMuch("requests");
    }
  }

  private void countFrame() throws Http2Exception {
    long now = ticker.getAsLong();
    if (now - windowStart >= WINDOW_NANOS) {
      windowStart = now;
      requests = 0;
      frames = 0;
    }
    if (++frames > mostFrames) {
      throw tooMuch("frames");
    }
  }

  private static Http2Exception tooMuch(String what) {
    return new Http2Exception(
        Http2Error.ENHANCE_YOUR_CALM,
        "too many " + what,
        Http2Exception.ShutdownHint.HARD_SHUTDOWN);
  }

  /** RFC 9113, 8.2.1; Netty looks at names alone. */
  private static void requireText(int streamId, Http2Headers headers) throws Http2Exception {
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      if (header.getValue().chars().anyMatch(c -> c == 0 || c == '\r' || c == '\n')) {
        throw Http2Exception.streamError(
            streamId, Http2Error.PROTOCOL_ERROR, "a header is no text");
      }
    }
  }

  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
      throws Http2Exception {
    countFrame();
    return super.onDataRead(ctx, streamId, data, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    requireText(streamId, headers);
    super.onHeadersRead(ctx, streamId, headers, padding, endOfStream);
    countRequest();
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    requireText(streamId, headers);
    super.onHeadersRead(
        ctx, streamId, headers, streamDependency, weight, exclusive, padding, endOfStream);
    countRequest();
  }

  @Override
  public void onPriorityRead(
      ChannelHandlerContext ctx,
      int streamId,
      int streamDependency,
      short weight,
      boolean exclusive)
      throws Http2Exception {
    countFrame();
    super.onPriorityRead(ctx, streamId, streamDependency, weight, exclusive);
  }

  @Override
  public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
      throws Http2Exception {
    countFrame();
    super.onRstStreamRead(ctx, streamId, errorCode);
  }

  @Override
  public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings changes)
      throws Http2Exception {
    countFrame();
    if (++settings > SETTINGS) {
      throw tooMuch("settings");
    }
    super.onSettingsRead(ctx, changes);
    keepTableSmall();
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    countFrame();
    super.onPingRead(ctx, data);
  }

  @Override
  public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
    countFrame();
    super.onPingAckRead(ctx, data);
  }

  @Override
  public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
      throws Http2Exception {
    countFrame();
    super.onWindowUpdateRead(ctx, streamId, increment);
  }

  @Override
  public void onUnknownFrame(
      ChannelHandlerContext ctx, byte frameType, int streamId, Http2Flags flags, ByteBuf payload)
      throws Http2Exception {
    countFrame();
    super.onUnknownFrame(ctx, frameType, streamId, flags, payload);
  }
}
