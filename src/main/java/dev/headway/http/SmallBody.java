package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.ReadStream;

/** Reads a body that must not be large. On the event loop of what is read. */
final class SmallBody {
  /** How much of an oversized body is read and thrown away, so that its sender gets the answer. */
  private static final long WORTH_DISCARDING = 1024 * 1024;

  private SmallBody() {}

  /** The body of a request, or {@code REQUEST_TOO_LARGE}. The request may have been paused. */
  static Future<Buffer> read(HttpServerRequest request, int limit) {
    long declared = declaredLength(request);
    if (declared > WORTH_DISCARDING && request.version() != HttpVersion.HTTP_2) {
      request.response().putHeader("Connection", "close");
    }
    if (declared > limit) {
      request.resume();
      return Future.failedFuture(tooLarge(limit));
    }
    return read((ReadStream<Buffer>) request, limit).recover(SmallBody::refuse);
  }

  /**
   * What ends a body early (a chunk that is none, a length that is a lie) is the sender's fault.
   */
  private static Future<Buffer> refuse(Throwable failure) {
    return Future.failedFuture(
        failure instanceof ProblemException
            ? failure
            : new ProblemException(
                ProblemCode.INVALID_REQUEST, "The body does not arrive as HTTP has it."));
  }

  /** Everything up to the end; the future fails as soon as it is more than the limit. */
  static Future<Buffer> read(ReadStream<Buffer> stream, int limit) {
    Promise<Buffer> whole = Promise.promise();
    Buffer read = Buffer.buffer();
    stream.exceptionHandler(whole::tryFail);
    stream.handler(chunk -> {
      if (whole.future().isComplete()) {
        return; // discarded
      }
      if (read.length() + chunk.length() > limit) {
        whole.fail(tooLarge(limit));
      } else {
        read.appendBuffer(chunk);
      }
    });
    stream.endHandler(end -> whole.tryComplete(read));
    stream.resume();
    return whole.future();
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
