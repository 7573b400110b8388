package dev.headway.http;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.completed;
import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.contract.WireTap;
import dev.headway.sse.Eventually;
import dev.headway.status.UploadId;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Other users, who watch an upload while somebody attacks: the streams, and the writer of what they
 * see. Judges what the attack did to them and to the process, of which server and attacker are
 * parts both.
 */
final class Bystanders implements AutoCloseable {
  private static final UploadId WATCHED = id("watched");
  private static final int STREAMS = 4;

  /**
   * Buffers that are kept for the next connection; an attack that piles up takes many times that.
   */
  private static final long SLACK_BYTES = 40L << 20;

  private final LiveService service;
  private final Way way;
  private final AtomicLong version = new AtomicLong(1);
  private final List<Watcher> watchers = new ArrayList<>();
  private final ScheduledExecutorService writer = new ScheduledThreadPoolExecutor(1);
  private final long memoryBefore;

  /** How somebody connects. */
  @FunctionalInterface
  interface Way {
    Wire connect() throws IOException;
  }

  private Bystanders(LiveService service, Way way) {
    this.service = service;
    this.way = way;
    this.memoryBefore = memory();
  }

  static Bystanders of(LiveService service) throws IOException {
    return of(service, () -> Wire.to(service.port()));
  }

  static Bystanders of(LiveService service, Way way) throws IOException {
    WireTap.leaveOut(service.port());
    var all = new Bystanders(service, way);
    service.table.write(processing(WATCHED, 1));
    for (int i = 0; i < STREAMS; i++) {
      all.watchers.add(Watcher.of(way.connect()));
    }
    var _ =
        all.writer.scheduleWithFixedDelay(
            () -> service.write(processing(WATCHED, all.version.incrementAndGet())),
            0,
            5,
            TimeUnit.MILLISECONDS);
    all.keepReceiving();
    return all;
  }

  static int connections() {
    return STREAMS;
  }

  /** Every stream gets something that was written after now. */
  void keepReceiving() {
    long now = version.get();
    for (Watcher watcher : watchers) {
      Eventually.holds("a change that came during the attack", () -> watcher.newest() > now);
    }
  }

  /** Nothing piled up, also while the attacker is still there. */
  void memoryIsFlat() {
    assertThat(memory() - memoryBefore).as("bytes more").isLessThan(SLACK_BYTES);
  }

  /** After the attack: others are answered, and each stream told every promise to its end. */
  void areUnharmed() throws Exception {
    keepReceiving();
    try (Wire wire = way.connect()) {
      wire.send(request("application/json", "close"));
      assertThat(wire.untilItsEnd()).startsWith("HTTP/1.1 200");
    }
    memoryIsFlat();
    writer.shutdown();
    assertThat(writer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    long last = version.incrementAndGet();
    service.write(completed(WATCHED, last));
    for (Watcher watcher : watchers) {
      watcher.thread.join(10_000);
      assertThat(watcher.thread.isAlive()).as("the stream goes on").isFalse();
      assertThat(watcher.ids).isSorted().doesNotHaveDuplicates().endsWith(last);
    }
  }

  private static String request(String accept, String connection) {
    return """
    GET /status/%s HTTP/1.1
    Host: localhost
    Authorization: Bearer %s
    Accept: %s
    Connection: %s

    """
        .formatted(WATCHED, OWNER.value(), accept, connection)
        .replace("\n", "\r\n");
  }

  private static long memory() {
    System.gc(); // what is left is held by somebody
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + PlatformDependent.usedDirectMemory();
  }

  @Override
  public void close() throws IOException {
    writer.shutdownNow();
    for (Watcher watcher : watchers) {
      watcher.wire.close();
    }
  }

  private record Watcher(Wire wire, List<Long> ids, Thread thread) {
    static Watcher of(Wire wire) throws IOException {
      wire.send(request("text/event-stream", "keep-alive"));
      var ids = new CopyOnWriteArrayList<Long>();
      return new Watcher(wire, ids, Thread.startVirtualThread(() -> read(wire, ids)));
    }

    private static void read(Wire wire, List<Long> ids) {
      try (var lines =
          new BufferedReader(new InputStreamReader(wire.in(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("id: ")) {
            ids.add(Long.valueOf(line.substring(4)));
          }
        }
      } catch (IOException e) {
        ids.add(-1L); // not in order: the stream was cut
      }
    }

    long newest() {
      return ids.isEmpty() ? 0 : ids.getLast();
    }
  }
}
