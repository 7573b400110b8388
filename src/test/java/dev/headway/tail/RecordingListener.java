package dev.headway.tail;

import dev.headway.status.ProcessingStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Remembers what it was told, in order, and lets a test wait for it. */
class RecordingListener implements TailListener {
  sealed interface Event {
    String shard();
  }

  record Leased(String shard) implements Event {}

  record Changed(String shard, String upload, long version, long nanos) implements Event {}

  record End(String shard) implements Event {}

  record Ended(String shard, List<String> children) implements Event {}

  record Released(String shard) implements Event {}

  private final List<Event> events = new ArrayList<>();

  @Override
  public void leased(String shardId) {
    add(new Leased(shardId));
  }

  @Override
  public void changed(String shardId, List<ProcessingStatus> changes) {
    for (ProcessingStatus change : changes) {
      add(new Changed(shardId, change.uploadId().value(), change.version(), System.nanoTime()));
    }
  }

  @Override
  public void readToEnd(String shardId) {
    add(new End(shardId));
  }

  @Override
  public void ended(String shardId, List<String> children) {
    add(new Ended(shardId, children));
  }

  @Override
  public void released(String shardId) {
    add(new Released(shardId));
  }

  private synchronized void add(Event event) {
    events.add(event);
    notifyAll();
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  synchronized void forget() {
    events.clear();
  }

  /** Waits until what was told satisfies the condition. */
  synchronized void await(Duration bound, String what, Predicate<List<Event>> condition)
      throws InterruptedException {
    long until = System.nanoTime() + bound.toNanos();
    while (!condition.test(events)) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        throw new AssertionError("not within " + bound + ": " + what + "; told: " + events);
      }
      wait(Math.max(1, left / 1_000_000));
    }
  }

  void awaitVersion(Duration bound, String upload, long version) throws InterruptedException {
    await(
        bound,
        upload + " at version " + version,
        told -> versions(told, upload).anyMatch(v -> v == version));
  }

  /** Waits for a proof of the end that came after the last change told. */
  void awaitEnd(Duration bound) throws InterruptedException {
    await(bound, "the end of the stream", told -> !told.isEmpty() && told.getLast() instanceof End);
  }

  List<Long> versions(String upload) {
    return versions(events(), upload).toList();
  }

  static <T extends Event> List<T> ofType(List<Event> told, Class<T> type) {
    return told.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static Stream<Long> versions(List<Event> told, String upload) {
    return ofType(told, Changed.class).stream()
        .filter(change -> change.upload().equals(upload))
        .map(Changed::version);
  }
}
