package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalScheduleTest {
  @Test
  void the_first_invocation_does_not_wait() throws Exception {
    var invoked = new CountDownLatch(1);
    try (var _ = LocalSchedule.start("first", Duration.ofDays(1), invoked::countDown)) {
      assertThat(invoked.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_failed_invocation_does_not_end_the_schedule() throws Exception {
    var invoked = new CountDownLatch(3);
    try (var _ =
        LocalSchedule.start(
            "failing",
            Duration.ofMillis(1),
            () -> {
              invoked.countDown();
              throw new IllegalStateException("as intended");
            })) {
      assertThat(invoked.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
