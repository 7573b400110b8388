package dev.headway.sse;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream's bytes straight to its channel. The one place below the public API of Vert.x,
 * for one reason: an idle stream holds half as much memory. The head goes out as always; then the
 * response is ended, which frees it together with its request, the HTTP codec leaves the pipeline,
 * and what is left of the connection is this handler. {@link ResponseSink} does the same by public
 * API, and serves whatever does not fit here.
 *
 * <p>From then on Vert.x takes the connection for an idle one. What a reader sends after its
 * request is dropped, and so is what Vert.x would answer, if a further request was already in its
 * hands: nothing but the stream's own bytes ever reaches the reader.
 */
final class ChannelSink extends ChannelDuplexHandler implements Sink {
  /** Names of handlers in the pipeline of Vert.x. */
  private static final String DECODER = "httpDecoder";

  private static final String ENCODER = "httpEncoder";

  /**
   * Bytes not yet sent that the kernel takes: beyond them the newest version waits here, where a
   * newer one can still take its place.
   */
  private static final long NOT_SENT = 1024;

  private final Channel channel;
  private final int queueSize;
  private final Runnable gone;

  /** What carries the head; let go of with it, because it holds the request and all its headers. */
  private @Nullable HttpServerResponse response;

  /** Where this handler sits; absent until the head is out. */
  private @Nullable ChannelHandlerContext taken;

  private ChannelSink(HttpServerRequest request, Channel channel, int queueSize, Runnable gone) {
    this.response = request.response();
    this.channel = channel;
    this.queueSize = queueSize;
    this.gone = gone;
  }

  /**
   * Takes over a response whose head is prepared, with the first write; empty if the connection is
   * not plain HTTP/1.1 that is to be kept alive, if the request has a body, or if a request before
   * it has taken the connection.
   */
  static Optional<Sink> over(HttpServerRequest request, int queueSize, Runnable gone) {
    String wish = request.getHeader(HttpHeaders.CONNECTION);
    boolean alone =
        request.version() == HttpVersion.HTTP_1_1
            && !request.isSSL()
            && (wish == null || wish.equalsIgnoreCase("keep-alive"))
            && !request.headers().contains(HttpHeaders.CONTENT_LENGTH)
            && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    if (!alone || !(request.connection() instanceof ConnectionBase connection)) {
      return Optional.empty();
    }
    ChannelPipeline pipeline = connection.channel().pipeline();
    boolean known = pipeline.get(DECODER) != null && pipeline.get(ENCODER) != null;
    return known && pipeline.get(ChannelSink.class) == null
        ? Optional.of(new ChannelSink(request, connection.channel(), queueSize, gone))
        : Optional.empty();
  }

  @Override
  public void write(Buffer frame) {
    if (taken == null) {
      HttpServerResponse head = Objects.requireNonNull(response);
      response = null;
      var _ = head.write(frame);
      take(head);
    } else {
      var _ = taken.writeAndFlush(((BufferInternal) frame).getByteBuf(), taken.voidPromise());
    }
  }

  private void take(HttpServerResponse head) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addBefore(DECODER, null, this);
    ChannelHandlerContext here = pipeline.context(this);
    taken = here;
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(queueSize / 2, queueSize));
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, NOT_SENT);
    }
    // Heartbeats and the write time-out do what it is there for.
    if (pipeline.get(IdleStateHandler.class) != null) {
      var _ = pipeline.remove(IdleStateHandler.class);
    }
    channel.config().setAutoRead(true); // who does not read does not notice that the reader left
    head.endHandler(null); // to whoever waits for the end of the answer, this is not it
    var _ = head.end();
    // Not at once: the decoder may be in the middle of this very request.
    here.executor().execute(this::removeCodec);
  }

  private void removeCodec() {
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.get(DECODER) != null && pipeline.get(ENCODER) != null) {
      // The decoder hands on what it has not decoded, which nobody would release.
      pipeline.addAfter(DECODER, null, Dropping.HANDLER);
      var _ = pipeline.remove(DECODER);
      pipeline.remove(Dropping.HANDLER);
      var _ = pipeline.remove(ENCODER);
    }
  }

  @Override
  public boolean isFull() {
    return !channel.isWritable();
  }

  @Override
  public Future<Void> end() {
    Promise<Void> done = Promise.promise();
    ChannelHandlerContext context = Objects.requireNonNull(taken, "nothing was written");
    var _ =
        context
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(written -> {
              var _ = context.close();
              if (written.isSuccess()) {
                done.complete();
              } else {
                done.fail(written.cause());
              }
            });
    return done.future();
  }

  @Override
  public void cut() {
    var _ = channel.close();
  }

  /** What the reader sends after its request. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message);
  }

  /** What Vert.x sends: nothing that belongs to the stream. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ReferenceCountUtil.release(message);
    promise.trySuccess();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    gone.run();
    super.channelInactive(ctx);
  }

  /** Lets nothing through. */
  @Sharable
  private static final class Dropping extends ChannelInboundHandlerAdapter {
    static final Dropping HANDLER = new Dropping();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ReferenceCountUtil.release(message);
    }
  }
}
