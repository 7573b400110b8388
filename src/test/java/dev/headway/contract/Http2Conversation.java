package dev.headway.contract;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Of HTTP/2: frames of both directions, by stream. It follows no state of the protocol but the
 * tables that headers are packed with. Belongs to the judge's thread.
 */
final class Http2Conversation implements Conversation {
  /** More than any peer of ours asks for or sends. */
  private static final int ENOUGH = 1 << 24;

  private final ChannelId server;
  private final EmbeddedChannel questions = new EmbeddedChannel(new Frames(new Asking()));
  private final EmbeddedChannel answers = new EmbeddedChannel(new Frames(new Answering()));
  private final Map<Integer, Exchange.Request> requests = new HashMap<>();
  private final Map<Integer, Response> responses = new HashMap<>();
  private int prefaceLeft = Http2CodecUtil.connectionPrefaceBuf().readableBytes();

  private record Response(
      int status, Map<String, List<String>> headers, ByteArrayOutputStream body) {}

  Http2Conversation(ChannelId server) {
    this.server = server;
  }

  @Override
  public void asked(byte[] bytes) {
    int skipped = Math.min(prefaceLeft, bytes.length);
    prefaceLeft -= skipped;
    questions.writeInbound(Unpooled.wrappedBuffer(bytes, skipped, bytes.length - skipped));
  }

  @Override
  public void answered(byte[] bytes) {
    answers.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  @Override
  public void closed() {
    List.copyOf(responses.keySet()).forEach(stream -> judge(stream, false));
    questions.finishAndReleaseAll();
    answers.finishAndReleaseAll();
  }

  private void judge(int stream, boolean isWhole) {
    Optional<Exchange.Request> request = Optional.ofNullable(requests.remove(stream));
    Response response = responses.remove(stream);
    if (response != null) {
      Judge.judge(
          server,
          new Exchange(
              request,
              response.status(),
              response.headers(),
              response.body().toString(StandardCharsets.UTF_8),
              isWhole));
    }
  }

  /** One direction. */
  private static final class Frames extends ByteToMessageDecoder {
    private final Http2FrameReader reader;
    private final Http2FrameAdapter heard;

    Frames(Http2FrameAdapter heard) {
      this.heard = heard;
      var headers = new DefaultHttp2HeadersDecoder(false, ENOUGH);
      this.reader = new DefaultHttp2FrameReader(headers);
      try {
        // The peer may have allowed more than the usual.
        headers.configuration().maxHeaderTableSize(ENOUGH);
        reader
            .configuration()
            .frameSizePolicy()
            .maxFrameSize(Http2CodecUtil.MAX_FRAME_SIZE_UPPER_BOUND);
      } catch (Http2Exception e) {
        throw new IllegalStateException("these are within the standard's limits", e);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
        throws Exception {
      reader.readFrame(ctx, in, heard);
    }
  }

  private final class Asking extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean end) {
      if (headers.method() != null && headers.path() != null) {
        requests.put(
            stream, new Exchange.Request(headers.method().toString(), headers.path().toString()));
      }
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      onHeadersRead(ctx, stream, headers, padding, end);
    }

    /** What the client takes back may be answered by half. */
    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long error) {
      judge(stream, false);
    }
  }

  private final class Answering extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean end) {
      CharSequence status = headers.status();
      if (status != null && !status.toString().startsWith("1")) {
        Map<String, List<String>> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(header -> {
          String name = header.getKey().toString();
          if (!name.startsWith(":")) {
            named.computeIfAbsent(name, n -> new ArrayList<>()).add(header.getValue().toString());
          }
        });
        responses.put(
            stream,
            new Response(Integer.parseInt(status.toString()), named, new ByteArrayOutputStream()));
      }
      if (end) {
        judge(stream, true);
      }
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      onHeadersRead(ctx, stream, headers, padding, end);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
      Response response = responses.get(stream);
      if (response != null) {
        byte[] bytes = new byte[data.readableBytes()];
        data.getBytes(data.readerIndex(), bytes);
        response.body().writeBytes(bytes);
      }
      if (end) {
        judge(stream, true);
      }
      return data.readableBytes() + padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long error) {
      judge(stream, false);
    }
  }
}
