package dev.headway.sse;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Writes to an HTTP response, but for {@link #cut} by public API. In HTTP/1 the body is not chunked
 * but ends with the connection: a chunk is three buffers where one will do, for each event and
 * reader.
 */
final class ResponseSink implements Sink {
  private final HttpServerResponse response;
  private final HttpConnection connection;
  private final boolean bodyEndsWithConnection;

  private ResponseSink(HttpServerRequest request, boolean bodyEndsWithConnection) {
    this.response = request.response();
    this.connection = request.connection();
    this.bodyEndsWithConnection = bodyEndsWithConnection;
  }

  /**
   * Takes over a response whose head is not written yet, in the cheapest way that fits.
   *
   * @param queueSize bytes that may wait
   * @param gone called on the event loop if the reader leaves before the end
   */
  static Sink over(HttpServerRequest request, int queueSize, Runnable gone) {
    HttpServerResponse response = request.response();
    boolean http1 =
        request.version() == HttpVersion.HTTP_1_0 || request.version() == HttpVersion.HTTP_1_1;
    if (http1) {
      // As late as this, because Vert.x sets both itself just before.
      response.headersEndHandler(head ->
          response
              .headers()
              .remove(HttpHeaders.TRANSFER_ENCODING)
              .set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
    }
    response.setWriteQueueMaxSize(queueSize);
    response.closeHandler(closed -> gone.run());
    return ChannelSink.over(request, queueSize, gone)
        .orElseGet(() -> {
          if (http1) {
            request.headers().clear(); // a token and a browser's headers, for hours
          }
          return new ResponseSink(request, http1);
        });
  }

  @Override
  public void write(Buffer frame) {
    response.write(frame);
  }

  @Override
  public boolean isFull() {
    return response.writeQueueFull();
  }

  @Override
  public Future<Void> end() {
    Future<Void> taken = response.end();
    return bodyEndsWithConnection ? taken.eventually(connection::close) : taken;
  }

  @Override
  public void cut() {
    if (connection instanceof ConnectionBase base && bodyEndsWithConnection) {
      // The public close() first waits until everything is written, which here is never.
      var _ = base.channelHandlerContext().close();
    } else {
      response.reset();
    }
  }
}
