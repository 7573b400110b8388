package dev.headway;

import static dev.headway.hub.Records.ENCODER;
import static dev.headway.hub.Records.NOW;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static dev.headway.hub.Records.stalled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.bus.InProcessBus;
import dev.headway.hub.FakeTable;
import dev.headway.hub.Hub;
import dev.headway.hub.HubConfig;
import dev.headway.hub.Sender;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TailToHubTest {
  private static final InstantSource LATER = InstantSource.fixed(NOW.plusMillis(250));

  private final Vertx vertx = Vertx.vertx();
  private final List<Duration> delays = new ArrayList<>();
  private final Hub hub =
      new Hub(
          vertx,
          HubConfig.standard(),
          new FakeTable(),
          ENCODER,
          new InProcessBus(new Sender("test", 1)),
          () -> CompletableFuture.completedFuture(Set.of()),
          (id, version) -> CompletableFuture.completedFuture(null),
          LATER,
          System::nanoTime);
  private final TailToHub told = new TailToHub(hub.tail(), LATER, delays::add);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void the_delay_of_a_change_is_counted_from_its_write() {
    told.changed("s1", List.of(processing(id("a"), 2), processing(id("b"), 3)));
    assertThat(delays).containsExactly(Duration.ofMillis(250), Duration.ofMillis(250));
  }

  @Test
  void the_mark_of_a_stalled_upload_is_no_delay() {
    told.changed("s1", List.of(stalled(id("a"), 2)));
    assertThat(delays).isEmpty();
  }
}
