package dev.headway.hub;

import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.UploadId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopInboxTest {
  private static final UploadId A = id("a");
  private static final UploadId B = id("b");

  private final Deque<Runnable> loop = new ArrayDeque<>();
  private final List<String> left = new ArrayList<>();
  private final List<String> pushes = new ArrayList<>();
  private final LoopInbox inbox =
      new LoopInbox(
          loop::add,
          3,
          (id, self) -> left.add(id.value()),
          (owner, self) -> left.add("owner"),
          change -> {
            pushes.add("v" + change.version());
            return subscribers -> pushes.add("to " + subscribers);
          });

  /** Notes what it hears. */
  private static class Listener implements Subscriber {
    final List<Long> heard = new ArrayList<>();
    int expired;

    @Override
    public void changed(Change change) {
      heard.add(change.version());
    }

    @Override
    public void expired(UploadId id) {
      expired++;
    }
  }

  private Listener subscribe(UploadId id) {
    var listener = new Listener();
    inbox.subscriptions().add(id, listener);
    return listener;
  }

  private int turns() {
    int turns = 0;
    while (!loop.isEmpty()) {
      loop.remove().run();
      turns++;
    }
    return turns;
  }

  @Test
  void the_loop_is_woken_once_for_many_changes() {
    Listener a = subscribe(A);
    Listener b = subscribe(B);
    inbox.put(change(processing(A, 1)));
    inbox.put(change(processing(B, 1)));
    assertThat(loop).hasSize(1);
    turns();
    assertThat(a.heard).containsExactly(1L);
    assertThat(b.heard).containsExactly(1L);
    inbox.put(change(processing(A, 2)));
    assertThat(loop).hasSize(1);
  }

  @Test
  void a_push_is_told_once_however_many_turns_it_takes_and_whoever_watches() {
    for (int i = 0; i < 4; i++) {
      subscribe(A);
    }
    inbox.owners().add(processing(A, 1).ownerId(), new Listener());
    inbox.put(change(processing(A, 1)));
    inbox.put(change(processing(B, 1))); // of the same owner, who alone hears of it
    assertThat(turns()).isGreaterThan(1);
    assertThat(pushes).containsExactly("v1", "to 5", "v1", "to 1");
  }

  @Test
  void whoever_watches_the_pushes_and_fails_keeps_no_news_from_the_subscribers() {
    var failing =
        new LoopInbox(
            loop::add,
            3,
            (id, self) -> {},
            (owner, self) -> {},
            change -> {
              if (change.version() == 1) {
                throw new IllegalStateException("at the beginning");
              }
              return subscribers -> {
                throw new ArithmeticException("at the end");
              };
            });
    var listener = new Listener();
    failing.subscriptions().add(A, listener);
    for (int version = 1; version <= 3; version++) {
      failing.put(change(processing(A, version)));
      turns();
    }
    assertThat(listener.heard).containsExactly(1L, 2L, 3L);
  }

  @Test
  void what_nobody_watches_is_not_pushed() {
    inbox.put(change(processing(A, 1)));
    turns();
    assertThat(pushes).isEmpty();
  }

  @Test
  void a_loop_that_was_held_up_gets_the_newest_only() {
    Listener a = subscribe(A);
    inbox.put(change(processing(A, 1)));
    inbox.put(change(processing(A, 3)));
    inbox.put(change(processing(A, 2)));
    turns();
    assertThat(a.heard).containsExactly(3L);
  }

  @Test
  void a_crowd_is_served_in_slices() {
    List<Listener> crowd = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      crowd.add(subscribe(A));
    }
    Listener b = subscribe(B);
    inbox.put(change(processing(A, 1)));
    inbox.put(change(processing(B, 1)));
    assertThat(turns()).isEqualTo(4); // 11 deliveries, 3 a turn
    assertThat(crowd).allSatisfy(listener -> assertThat(listener.heard).containsExactly(1L));
    assertThat(b.heard).containsExactly(1L);
  }

  @Test
  void nobody_is_left_out_when_others_leave_and_join_between_the_slices() {
    List<Subscription> places = new ArrayList<>();
    List<Listener> crowd = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      var listener = new Listener();
      crowd.add(listener);
      places.add(inbox.subscriptions().add(A, listener));
    }
    inbox.put(change(processing(A, 1)));
    loop.remove().run();
    places.get(9).cancel();
    places.get(2).cancel();
    places.get(0).cancel();
    subscribe(A);
    turns();
    for (int i : List.of(1, 3, 4, 5, 6, 7, 8, 9)) {
      assertThat(crowd.get(i).heard).as("listener %d", i).contains(1L);
    }
  }

  @Test
  void a_subscriber_may_leave_while_it_is_called_and_the_last_one_is_reported() {
    List<Subscription> places = new ArrayList<>();
    List<Integer> called = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int me = i;
      places.add(
          inbox
              .subscriptions()
              .add(
                  A,
                  new Listener() {
                    @Override
                    public void changed(Change change) {
                      called.add(me);
                      places.get(me).cancel();
                      places.get(me).cancel();
                    }
                  }));
    }
    inbox.put(change(processing(A, 1)));
    turns();
    assertThat(called).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(left).containsExactly("a");
  }

  @Test
  void a_subscriber_that_fails_does_not_keep_the_news_from_the_others() {
    Listener first = subscribe(A);
    inbox
        .subscriptions()
        .add(
            A,
            new Listener() {
              @Override
              public void changed(Change change) {
                throw new IllegalStateException("on purpose");
              }
            });
    Listener last = subscribe(A);
    inbox.put(change(processing(A, 1)));
    turns();
    assertThat(first.heard).containsExactly(1L);
    assertThat(last.heard).containsExactly(1L);
  }

  @Test
  void everybody_hears_that_a_record_expired() {
    List<Listener> crowd = List.of(subscribe(A), subscribe(A), subscribe(A));
    Listener other = subscribe(B);
    inbox.expired(A);
    turns();
    assertThat(crowd).allSatisfy(listener -> assertThat(listener.expired).isEqualTo(1));
    assertThat(other.expired).isZero();
  }
}
