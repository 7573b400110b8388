package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.kinesis.retrieval.polling.SleepTimeControllerConfig;

class ReadPausesTest {
  private final ReadPauses pauses = new ReadPauses(Duration.ofMillis(100), Duration.ofMillis(10));

  @Test
  void a_read_that_found_something_is_soon_followed_by_another() {
    assertThat(after(1)).isEqualTo(10);
  }

  @Test
  void a_read_that_found_nothing_or_failed_is_not() {
    assertThat(after(0)).isEqualTo(100);
    assertThat(after(null)).isEqualTo(100);
  }

  private long after(@Nullable Integer found) {
    return pauses.getSleepTimeMillis(
        SleepTimeControllerConfig.builder().lastRecordsCount(found).build());
  }
}
