package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BusSilenceTest {
  private final AtomicBoolean reaches = new AtomicBoolean(true);
  private final AtomicLong nanos = new AtomicLong(-5);
  private final List<String> told = new ArrayList<>();
  private final BusSilence silence = new BusSilence(reaches::get, new Reader(), nanos::get);

  private final class Reader implements BusSilence.Reader {
    @Override
    public void start() {
      told.add("start");
    }

    @Override
    public void pause() {
      told.add("pause");
    }

    @Override
    public void resume() {
      told.add("resume");
    }
  }

  private void after(Duration passed) {
    nanos.addAndGet(passed.toNanos());
    silence.tick();
  }

  @Test
  void a_short_silence_changes_nothing() {
    after(Duration.ofSeconds(1));
    reaches.set(false);
    after(Duration.ofSeconds(3));
    assertThat(told).containsExactly("start");
  }

  @Test
  void who_reaches_nobody_for_longer_leaves_the_stream_to_others_until_it_does() {
    after(Duration.ofSeconds(1));
    reaches.set(false);
    after(Duration.ofSeconds(3));
    after(Duration.ofMillis(1));
    reaches.set(true);
    after(Duration.ofSeconds(20));
    reaches.set(false);
    after(Duration.ofSeconds(3));
    assertThat(told).containsExactly("start", "pause", "resume");
  }

  @Test
  void who_has_never_reached_anybody_has_not_begun() {
    reaches.set(false);
    after(Duration.ofSeconds(20));
    assertThat(told).isEmpty();
    reaches.set(true);
    after(Duration.ofMillis(1));
    assertThat(told).containsExactly("start");
  }
}
