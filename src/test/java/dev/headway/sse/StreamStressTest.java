package dev.headway.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Records;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Streams open, close and come back with what they have seen while their uploads change as fast as
 * they can, redelivered and out of order at times. Whatever happens in between: what a reader sees
 * rises strictly over all its connections, and it always sees the terminal version.
 */
class StreamStressTest {
  private static final int UPLOADS = 12;
  private static final int VERSIONS = 400;
  private static final int READERS = 48;

  @Test
  void no_reader_misses_the_end_or_sees_a_version_twice_or_goes_back() throws Exception {
    try (var server = new StreamServer(EventStreamsTest.QUICK);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      // Room for changes between a reading and its stream.
      server.between.set(() -> server.vertx().timer(2, TimeUnit.MILLISECONDS).mapEmpty());
      List<UploadId> uploads = new ArrayList<>();
      for (int i = 0; i < UPLOADS; i++) {
        uploads.add(Records.id("upload-" + i));
        server.write(Records.processing(uploads.get(i), 1));
      }
      List<Future<List<Long>>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        int seed = i;
        readers.add(pool.submit(() -> read(server, uploads.get(seed % UPLOADS), seed)));
      }
      List<Callable<Void>> publishers = new ArrayList<>();
      for (UploadId upload : uploads) {
        publishers.add(() -> publish(server, upload));
      }
      pool.invokeAll(publishers);
      for (Future<List<Long>> reader : readers) {
        List<Long> seen = reader.get(60, TimeUnit.SECONDS);
        assertThat(seen).isSorted().doesNotHaveDuplicates().endsWith((long) VERSIONS);
      }
      Eventually.holds("no stream is open", () -> server.streams.counters().open() == 0);
      Eventually.holds("no upload is watched", () -> server.hub.watchedUploads() == 0);
      assertThat(server.streams.counters().cut()).isZero();
    }
  }

  private static Void publish(StreamServer server, UploadId upload) {
    var random = new Random(upload.hashCode());
    List<ProcessingStatus> past = new ArrayList<>();
    for (int version = 2; version <= VERSIONS; version++) {
      ProcessingStatus record =
          version == VERSIONS
              ? Records.completed(upload, version)
              : Records.processing(upload, version);
      past.add(record);
      server.write(record);
      if (random.nextInt(10) == 0) {
        server.hub.tail().changed(List.of(past.get(random.nextInt(past.size()))));
      }
      if (random.nextInt(20) == 0) {
        LockSupport.parkNanos(2_000_000);
      }
    }
    return null;
  }

  /** Reads to the terminal version, leaving and coming back as a browser would. */
  private static List<Long> read(StreamServer server, UploadId upload, int seed) throws Exception {
    var random = new Random(seed);
    List<Long> seen = new ArrayList<>();
    while (seen.isEmpty() || seen.getLast() < VERSIONS) {
      String target = seen.isEmpty() ? "" : "?lastEventId=" + seen.getLast();
      try (Reader reader = Reader.get(server.port(), upload + target)) {
        if (reader.statusLine().contains("204")) {
          return seen;
        }
        boolean stays = random.nextInt(4) == 0;
        int events = 1 + random.nextInt(5);
        SseParser parser =
            stays
                ? reader.toTheEnd()
                : reader.until(p -> p.versions().size() >= events || isOver(p));
        seen.addAll(parser.versions());
      }
    }
    return seen;
  }

  private static boolean isOver(SseParser parser) {
    return parser.versions().contains((long) VERSIONS);
  }
}
