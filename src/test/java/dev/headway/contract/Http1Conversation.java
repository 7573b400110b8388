package dev.headway.contract;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Of HTTP/1. Belongs to the judge's thread. */
final class Http1Conversation implements Conversation {
  private static final int ENOUGH = 1 << 24;

  private final EmbeddedChannel requests = new EmbeddedChannel(new HttpRequestDecoder(large()));
  private final EmbeddedChannel responses = new EmbeddedChannel(new Responses());
  private final Queue<Exchange.Request> waiting = new ArrayDeque<>();
  private final ChannelId server;

  /** The request of the response that is being decoded; there is none to what was no request. */
  private Exchange.@Nullable Request current;

  private @Nullable HttpResponse head;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final Queue<Optional<Exchange.Request>> paired = new ArrayDeque<>();

  Http1Conversation(ChannelId server) {
    this.server = server;
  }

  private static HttpDecoderConfig large() {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(ENOUGH)
        .setMaxHeaderSize(ENOUGH)
        .setValidateHeaders(false);
  }

  @Override
  public void asked(byte[] bytes) {
    requests.writeInbound(Unpooled.wrappedBuffer(bytes));
    for (Object message = requests.readInbound();
        message != null;
        message = requests.readInbound()) {
      if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
        waiting.add(new Exchange.Request(request.method().name(), request.uri()));
      }
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void answered(byte[] bytes) {
    responses.writeInbound(Unpooled.wrappedBuffer(bytes));
    takeResponses();
  }

  /** An answer that ends with the connection is whole now. */
  @Override
  public void closed() {
    responses.finish();
    takeResponses();
    if (head != null) {
      judge(head, false);
    }
    requests.finishAndReleaseAll();
    responses.releaseInbound();
  }

  private void takeResponses() {
    for (Object message = responses.readInbound();
        message != null;
        message = responses.readInbound()) {
      take(message);
      ReferenceCountUtil.release(message);
    }
  }

  private void take(Object message) {
    if (message instanceof HttpResponse response) {
      if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        return;
      }
      head = response;
      current = paired.isEmpty() ? null : paired.remove().orElse(null);
      body.reset();
    }
    if (head != null && message instanceof HttpContent content) {
      byte[] bytes = new byte[content.content().readableBytes()];
      content.content().readBytes(bytes);
      body.writeBytes(bytes);
      if (message instanceof LastHttpContent) {
        judge(head, content.decoderResult().isSuccess());
      }
    }
  }

  private void judge(HttpResponse response, boolean isWhole) {
    head = null;
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    response
        .headers()
        .forEach(header ->
            headers
                .computeIfAbsent(header.getKey(), name -> new ArrayList<>())
                .add(header.getValue()));
    Judge.judge(
        server,
        new Exchange(
            Optional.ofNullable(current),
            response.status().code(),
            headers,
            body.toString(StandardCharsets.UTF_8),
            isWhole));
  }

  /** Knows to which request a response belongs: what follows HEAD has no body. */
  private final class Responses extends HttpResponseDecoder {
    Responses() {
      super(large());
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      boolean isInterim =
          ((HttpResponse) message).status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (isInterim) {
        return true;
      }
      Optional<Exchange.Request> request = Optional.ofNullable(waiting.poll());
      paired.add(request);
      return request.map(Exchange.Request::method).equals(Optional.of("HEAD"))
          || super.isContentAlwaysEmpty(message);
    }
  }
}
