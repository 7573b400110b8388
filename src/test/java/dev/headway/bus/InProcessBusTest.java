package dev.headway.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.BusListener;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.Delivery;
import dev.headway.hub.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class InProcessBusTest {
  private static final Sender SELF = new Sender("n1", 42);
  private static final Changes NEWS = new Changes(List.of());

  private static BusListener to(Consumer<Delivery> receiver) {
    return new BusListener() {
      @Override
      public void received(Delivery delivery) {
        receiver.accept(delivery);
      }

      @Override
      public void interrupted() {
        throw new AssertionError("nothing can interrupt a queue");
      }
    };
  }

  @Test
  void messages_of_many_publishers_arrive_numbered_and_in_order() throws Exception {
    try (var bus = new InProcessBus(SELF)) {
      BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
      bus.listen(to(arrived::add));
      List<Thread> publishers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        publishers.add(
            Thread.startVirtualThread(() -> {
              for (int n = 0; n < 250; n++) {
                bus.publish(NEWS);
              }
            }));
      }
      for (Thread publisher : publishers) {
        publisher.join();
      }
      for (long n = 1; n <= 1000; n++) {
        Delivery delivery = arrived.poll(5, TimeUnit.SECONDS);
        assertThat(delivery).isEqualTo(new Delivery(SELF, n, NEWS));
      }
    }
  }

  @Test
  void a_listener_that_publishes_is_not_called_within_itself() throws Exception {
    try (var bus = new InProcessBus(SELF)) {
      var done = new CountDownLatch(3);
      List<String> trace = new ArrayList<>();
      bus.listen(
          to(delivery -> {
            trace.add("in " + delivery.number());
            if (delivery.number() < 3) {
              bus.publish(NEWS);
            }
            trace.add("out " + delivery.number());
            done.countDown();
          }));
      bus.publish(NEWS);
      assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(trace).containsExactly("in 1", "out 1", "in 2", "out 2", "in 3", "out 3");
    }
  }

  @Test
  void a_listener_that_throws_gets_the_next_message_all_the_same() throws Exception {
    try (var bus = new InProcessBus(SELF)) {
      BlockingQueue<Long> arrived = new LinkedBlockingQueue<>();
      bus.listen(
          to(delivery -> {
            arrived.add(delivery.number());
            throw new IllegalStateException("on purpose");
          }));
      bus.publish(NEWS);
      bus.publish(NEWS);
      assertThat(arrived.poll(5, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(arrived.poll(5, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }

  @Test
  void a_full_queue_drops_the_message_and_its_number_shows() throws Exception {
    try (var bus = new InProcessBus(SELF, 1)) {
      bus.publish(NEWS);
      bus.publish(NEWS);
      BlockingQueue<Long> arrived = new LinkedBlockingQueue<>();
      bus.listen(to(delivery -> arrived.add(delivery.number())));
      assertThat(arrived.poll(5, TimeUnit.SECONDS)).isEqualTo(1);
      bus.publish(NEWS);
      assertThat(arrived.poll(5, TimeUnit.SECONDS)).isEqualTo(3);
    }
  }
}
