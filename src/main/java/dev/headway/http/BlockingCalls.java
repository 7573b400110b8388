package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/**
 * Runs blocking calls on virtual threads and brings their results back to the event loop that
 * asked: the one place where this package crosses threads. Bounded, because callers of a database
 * that hangs would otherwise pile up until the memory is full.
 */
final class BlockingCalls implements AutoCloseable {
  private final Vertx vertx;
  private final Semaphore free;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("blocking-", 0).factory());

  BlockingCalls(Vertx vertx, int atOnce) {
    this.vertx = vertx;
    this.free = new Semaphore(atOnce);
  }

  /**
   * The result of the call, on the caller's event loop; {@code OVERLOADED} where too many are going
   * on.
   */
  <T> Future<T> call(Callable<T> work) {
    if (!free.tryAcquire()) {
      return Future.failedFuture(
          new ProblemException(ProblemCode.OVERLOADED, "Too many requests are being worked on."));
    }
    Context loop = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    try {
      threads.execute(() -> run(work, loop, promise));
    } catch (RejectedExecutionException e) {
      free.release();
      return Future.failedFuture(
          new ProblemException(ProblemCode.DRAINING, "This node is being stopped."));
    }
    return promise.future();
  }

  private <T> void run(Callable<T> work, Context loop, Promise<T> promise) {
    Future<T> result;
    try {
      result = Future.succeededFuture(work.call());
    } catch (Throwable failure) { // An Error too: somebody waits for the answer.
      result = Future.failedFuture(failure);
    } finally {
      free.release();
    }
    Future<T> outcome = result;
    loop.runOnContext(back -> outcome.onComplete(promise));
  }

  /** Interrupts what is still running. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
