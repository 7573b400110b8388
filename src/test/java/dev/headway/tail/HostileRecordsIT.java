package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Records;
import dev.headway.status.ProcessingStatus;
import dev.headway.store.RecordFuzz;
import dev.headway.store.StatusCodec;
import dev.headway.store.UndecodableRecordException;
import dev.headway.tail.RecordingListener.Changed;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The table's stream with hundreds of items that no worker of ours would write among ours. */
class HostileRecordsIT {
  private static final int ITEMS = 400;
  private static final Duration SOON = Duration.ofSeconds(30);

  private final StatusCodec codec = new StatusCodec();

  @Test
  void among_hostile_items_every_sound_record_arrives_and_each_of_the_others_is_counted()
      throws Exception {
    int port = LocalDatabase.freePort();
    var told = new RecordingListener();
    var database = new LocalDatabase(port, null);
    try (var clients = LocalDatabase.Clients.of(port)) {
      String arn = clients.table("uploads");
      try (Tail tail = tail(clients, arn, told)) {
        tail.start();
        var random = new SplittableRandom(1);
        Set<String> readable = new HashSet<>(Set.of("good"));
        int unreadable = 0;
        for (int i = 1; i <= ITEMS; i++) {
          put(clients, "good", codec.encode(Records.processing(Records.id("good"), i)));
          var sound = codec.encode(Records.processing(Records.id("h" + i), i));
          Map<String, AttributeValue> hostile = RecordFuzz.broken(sound, random);
          put(clients, "h" + i, hostile);
          Optional<ProcessingStatus> read = decoded(hostile);
          read.filter(record -> !record.isExpired(Records.NOW))
              .ifPresent(record -> readable.add(record.uploadId().value()));
          unreadable += read.isEmpty() ? 1 : 0;
        }
        put(clients, "good", codec.encode(Records.processing(Records.id("good"), ITEMS + 1)));

        told.awaitVersion(SOON, "good", ITEMS + 1);
        assertThat(unreadable).isGreaterThan(ITEMS / 4);
        assertThat(tail.skipped()).isEqualTo(unreadable);
        assertThat(told.versions("good")).isSorted().doesNotHaveDuplicates();
        assertThat(
                RecordingListener.ofType(told.events(), Changed.class).stream()
                    .map(Changed::upload)
                    .collect(Collectors.toSet()))
            .isEqualTo(readable);
      }
    } finally {
      database.close();
    }
  }

  private Tail tail(LocalDatabase.Clients clients, String arn, TailListener listener) {
    return new Tail(
        TailConfig.local("w1").named("leases"),
        clients.dynamo(),
        () -> new TableStream(arn, clients.streams()),
        this::decoded,
        listener,
        InstantSource.fixed(Records.NOW),
        System::nanoTime);
  }

  private Optional<ProcessingStatus> decoded(Map<String, AttributeValue> item) {
    try {
      return Optional.of(codec.decode(item));
    } catch (UndecodableRecordException e) {
      return Optional.empty();
    }
  }

  /** Under a key of its own, so that the rest may be anything. */
  private static void put(
      LocalDatabase.Clients clients, String key, Map<String, AttributeValue> item) {
    var keyed = new HashMap<>(item);
    keyed.put("id", AttributeValue.fromS(key));
    clients.dynamo().putItem(b -> b.tableName("uploads").item(keyed)).join();
  }
}
