package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockingCallsTest {
  private final Vertx vertx = Vertx.vertx();
  private final BlockingCalls calls = new BlockingCalls(vertx, 1);

  @AfterEach
  void stop() {
    calls.close();
    vertx.close().await();
  }

  @Test
  void a_result_comes_back_to_the_event_loop_that_asked() {
    Context loop = vertx.getOrCreateContext();
    Promise<String> threads = Promise.promise();
    loop.runOnContext(start -> {
      Thread asked = Thread.currentThread();
      calls
          .call(() -> Thread.currentThread().isVirtual())
          .map(virtual -> virtual + " " + (Thread.currentThread() == asked))
          .onComplete(threads);
    });
    assertThat(threads.future().await()).isEqualTo("true true");
  }

  @Test
  void what_is_too_much_is_refused_and_room_comes_back() {
    CountDownLatch gate = new CountDownLatch(1);
    Future<Boolean> first =
        calls.call(() -> {
          gate.await();
          return true;
        });
    assertThat(refusal(calls.call(() -> 1))).isEqualTo(ProblemCode.OVERLOADED);
    gate.countDown();
    assertThat(first.await()).isTrue();
    assertThat(calls.call(() -> 2).await()).isEqualTo(2);
  }

  @Test
  void a_failed_call_gives_its_room_back_too() {
    Callable<Integer> failing =
        () -> {
          throw new IllegalStateException("inside");
        };
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> calls.call(failing).await()).hasMessage("inside");
    }
  }

  @Test
  void a_node_that_is_stopped_says_so() {
    calls.close();
    assertThat(refusal(calls.call(() -> 1))).isEqualTo(ProblemCode.DRAINING);
  }

  private static ProblemCode refusal(Future<?> refused) {
    return ((ProblemException) refused.cause()).code();
  }
}
