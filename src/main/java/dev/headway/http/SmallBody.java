package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Reads a body that must not be large. On the event loop of what is read. */
final class SmallBody {
  /** How much of an oversized body is read and thrown away, so that its sender gets the answer. */
  private static final long WORTH_DISCARDING = 1024 * 1024;

  private SmallBody() {}

  /**
   * The body of a request, or {@code REQUEST_TOO_LARGE}, or {@code REQUEST_TIMEOUT}. The request
   * may have been paused.
   */
  static Future<Buffer> read(Vertx vertx, HttpServerRequest request, int limit, Duration patience) {
    long declared = declaredLength(request);
    if (declared > WORTH_DISCARDING && request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader("Connection", "close");
    }
    Promise<Buffer> whole = Promise.promise();
    if (declared > limit) {
      whole.fail(tooLarge(limit));
      collect(request, limit, whole, () -> request.connection().close());
      return whole.future();
    }
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    collect(request, limit, whole, () -> request.connection().close());
    long timer =
        vertx.setTimer(
            patience.toMillis(), late -> whole.tryFail(new TimeoutException("a slow body")));
    return whole
        .future()
        .onComplete(read -> vertx.cancelTimer(timer))
        .recover(failure -> refuse(request, failure));
  }

  /**
   * What ends a body early (a chunk that is none, a length that is a lie) is the sender's fault.
   */
  private static Future<Buffer> refuse(HttpServerRequest request, Throwable failure) {
    if (failure instanceof TimeoutException) {
      if (request.version() != HttpVersion.HTTP_2) {
        // Where the body ends nobody knows, so that no further request can follow.
        request
            .response()
            .putHeader("Connection", "close")
            .bodyEndHandler(sent -> request.connection().close());
      }
      return Future.failedFuture(
          new ProblemException(
              ProblemCode.REQUEST_TIMEOUT, "The body did not arrive in time. Send it again."));
    }
    return Future.failedFuture(
        failure instanceof ProblemException
            ? failure
            : new ProblemException(
                ProblemCode.INVALID_REQUEST, "The body does not arrive as HTTP has it."));
  }

  /** Everything up to the end; the future fails as soon as it is more than the limit. */
  static Future<Buffer> read(ReadStream<Buffer> stream, int limit) {
    Promise<Buffer> whole = Promise.promise();
    collect(stream, limit, whole, () -> {});
    return whole.future();
  }

  private static void collect(
      ReadStream<Buffer> stream, int limit, Promise<Buffer> whole, Runnable enough) {
    Buffer read = Buffer.buffer();
    AtomicLong discarded = new AtomicLong();
    stream.exceptionHandler(whole::tryFail);
    stream.handler(chunk -> {
      if (whole.future().isComplete()) {
        if (discarded.addAndGet(chunk.length()) > WORTH_DISCARDING) {
          enough.run();
        }
        return;
      }
      if (read.length() + chunk.length() > limit) {
        whole.tryFail(tooLarge(limit));
      } else {
        read.appendBuffer(chunk);
      }
    });
    stream.endHandler(end -> whole.tryComplete(read));
    stream.resume();
  }

  /** -1 where it is not declared, or not as a number. */
  private static long declaredLength(HttpServerRequest request) {
    String header = request.getHeader("Content-Length");
    try {
      return header == null ? -1 : Long.parseLong(header);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static ProblemException tooLarge(int limit) {
    return new ProblemException(
        ProblemCode.REQUEST_TOO_LARGE, "The body may have at most " + limit + " bytes.");
  }
}
