package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PromisesTest {
  @Test
  void a_batch_may_be_hidden_after_a_crash_and_run_again_before_its_promise_is_broken() {
    var visibility = Duration.ofMinutes(6);
    var function = Duration.ofMinutes(1);

    assertThat(Promises.DEFAULT.batchProcessing())
        .isGreaterThan(function.plus(visibility).plus(function));
  }

  @Test
  void a_promise_is_positive() {
    var minute = Duration.ofMinutes(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Promises(Duration.ZERO, minute, minute));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Promises(minute, Duration.ofMinutes(-1), minute));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Promises(minute, minute, Duration.ZERO));
  }
}
