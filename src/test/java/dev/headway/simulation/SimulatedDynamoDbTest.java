package dev.headway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.leads.LeadTable;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import dev.headway.store.AwaitedFiles;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import dev.headway.store.StatusTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * What makes the simulation honest: the requests that the production code makes in it, each on
 * items that fit it and on items that do not, have the same outcome and leave the same item in the
 * simulated DynamoDB and in DynamoDB Local.
 */
@ExtendWith(SharedDynamoDbLocal.class)
class SimulatedDynamoDbTest {
  private static final int REQUESTS_OF_A_KIND = 12;
  private static final String STATUS = "ProcessingStatus";
  private static final String LEADS = "Leads";
  private static final Map<String, List<String>> KEYS =
      Map.of(STATUS, List.of("uploadId"), LEADS, List.of("ownerId", "leadKey"));

  private final DynamoDbClient real;
  private final SplittableRandom random = new SplittableRandom(7);

  SimulatedDynamoDbTest(DynamoDbLocal dynamo) {
    real = dynamo.client();
    var _ = dynamo.statusTable();
    LeadTable.createIfAbsent(real, LEADS);
  }

  /** A request with the item that it met in the simulation. */
  private record Try(String table, DynamoDbRequest request, Map<String, AttributeValue> there) {}

  /** What a request came to: an item after it, or the name of its failure. */
  private record Outcome(String failure, Map<String, Object> returned, Map<String, Object> item) {}

  @Test
  void each_write_of_the_workers_does_what_it_does_in_DynamoDB_Local() {
    Map<String, List<Try>> tries = collect();
    assertThat(tries).hasSizeGreaterThanOrEqualTo(20); // kinds of writes, by their expressions
    for (List<Try> kind : tries.values()) {
      for (Try one : kind) {
        compare(one, one.there());
        compare(one, Map.of());
        Try other = kind.get(random.nextInt(kind.size()));
        compare(one, moved(other.there(), one));
        compare(one, damaged(moved(other.there(), one), one));
      }
    }
  }

  @Test
  void the_index_of_those_who_wait_names_the_same_uploads_as_that_of_DynamoDB_Local() {
    var simulated =
        new SimulatedDynamoDb(
            KEYS,
            SimulatedDynamoDbTest::atOnce,
            new Write.Book(),
            Optional.empty(),
            SimulatedDynamoDb.Watch.NOBODY);
    var clock = new AtomicReference<>(Instant.parse("2100-01-01T00:00:00Z"));
    var late = clock.get().plus(Duration.ofHours(3));
    for (DynamoDbClient client : List.of(real, simulated)) {
      var statuses =
          new ProcessingStatusService(
              client, new StatusTable(STATUS), clock::get, Promises.DEFAULT);
      for (int i = 9; i > 0; i--) {
        clock.set(late.minus(Duration.ofMinutes(20L * i)));
        var id = new UploadId("waits-" + i);
        var _ = statuses.createStatus(id, new OwnerId("ada"), "leads.csv", 1);
        if (i % 3 == 0) {
          var _ = statuses.acceptFile(id, "abc");
        }
      }
    }

    var names = new ArrayList<List<String>>();
    for (DynamoDbClient client : List.of(real, simulated)) {
      names.add(
          new AwaitedFiles(client, new StatusTable(STATUS))
              .dueBefore(late)
              .map(UploadId::value)
              .filter(id -> id.startsWith("waits-"))
              .toList());
    }
    assertThat(names.getFirst())
        .containsExactly("waits-8", "waits-7", "waits-5", "waits-4", "waits-2");
    assertThat(names.getLast()).isEqualTo(names.getFirst());
  }

  private Map<String, List<Try>> collect() {
    var tries = new TreeMap<String, List<Try>>();
    var simulation =
        new Simulation(
            Optional.empty(),
            new SimulatedDynamoDb.Watch() {
              @Override
              public void tried(
                  String table, DynamoDbRequest request, Map<String, AttributeValue> there) {
                List<Try> kind =
                    tries.computeIfAbsent(expressions(request), _ -> new ArrayList<>());
                var one = new Try(table, request, there);
                if (kind.size() < REQUESTS_OF_A_KIND) {
                  kind.add(one);
                } else if (random.nextInt(10) == 0) {
                  kind.set(random.nextInt(kind.size()), one);
                }
              }
            });
    for (long seed = 1; seed <= 300; seed++) {
      var _ = simulation.run(Plan.rough(seed));
    }
    return tries;
  }

  private static String expressions(DynamoDbRequest request) {
    return switch (request) {
      case UpdateItemRequest update -> update.conditionExpression() + update.updateExpression();
      case PutItemRequest put -> put.conditionExpression();
      case DeleteItemRequest delete -> delete.conditionExpression();
      default -> throw new IllegalArgumentException("no write: " + request);
    };
  }

  private static Map<String, AttributeValue> key(Try one) {
    Map<String, AttributeValue> item =
        switch (one.request()) {
          case UpdateItemRequest update -> update.key();
          case PutItemRequest put -> put.item();
          case DeleteItemRequest delete -> delete.key();
          default -> throw new IllegalArgumentException("no write: " + one.request());
        };
    var key = new HashMap<>(item);
    key.keySet().retainAll(KEYS.getOrDefault(one.table(), List.of()));
    return key;
  }

  /** Another item of the same kind in the place of this one. */
  private static Map<String, AttributeValue> moved(Map<String, AttributeValue> item, Try one) {
    if (item.isEmpty()) {
      return item;
    }
    var moved = new HashMap<>(item);
    moved.putAll(key(one));
    return moved;
  }

  /** Without one of its attributes. */
  private Map<String, AttributeValue> damaged(Map<String, AttributeValue> item, Try one) {
    var damaged = new HashMap<>(item);
    List<String> names = item.keySet().stream().sorted().toList();
    if (!names.isEmpty()) {
      damaged.remove(names.get(random.nextInt(names.size())));
      damaged.putAll(key(one));
      // The index of the real table insists on them.
      for (String indexed : List.of("ownerId", "createdAt", "updatedAt")) {
        if (item.containsKey(indexed)) {
          damaged.put(indexed, item.getOrDefault(indexed, AttributeValue.fromS("")));
        }
      }
    }
    return damaged;
  }

  private void compare(Try one, Map<String, AttributeValue> item) {
    var simulated =
        new SimulatedDynamoDb(
            KEYS,
            SimulatedDynamoDbTest::atOnce,
            new Write.Book(),
            Optional.empty(),
            SimulatedDynamoDb.Watch.NOBODY);
    if (item.isEmpty()) {
      var _ = real.deleteItem(r -> r.tableName(one.table()).key(key(one)));
    } else {
      simulated.put(one.table(), item);
      var _ = real.putItem(r -> r.tableName(one.table()).item(item));
    }
    assertThat(outcome(simulated, one)).as("%s on %s", one, item).isEqualTo(outcome(real, one));
  }

  private static <T> T atOnce(
      String name, Supplier<T> effect, Function<String, SdkException> refusal) {
    return effect.get();
  }

  private static Outcome outcome(DynamoDbClient client, Try one) {
    String failure = "";
    Map<String, AttributeValue> returned = Map.of();
    try {
      returned =
          switch (one.request()) {
            case UpdateItemRequest update -> client.updateItem(update).attributes();
            case PutItemRequest put -> client.putItem(put).attributes();
            case DeleteItemRequest delete -> client.deleteItem(delete).attributes();
            default -> throw new IllegalArgumentException("no write: " + one.request());
          };
    } catch (ConditionalCheckFailedException e) {
      failure = "refused";
      returned = e.hasItem() ? e.item() : Map.of();
    } catch (DynamoDbException e) {
      failure = e.awsErrorDetails().errorCode();
    }
    Map<String, AttributeValue> after =
        client.getItem(r -> r.tableName(one.table()).key(key(one)).consistentRead(true)).item();
    return new Outcome(failure, plain(returned), plain(after));
  }

  /** Without the order of sets, which means nothing. */
  private static Map<String, Object> plain(Map<String, AttributeValue> item) {
    var plain = new TreeMap<String, Object>();
    item.forEach((name, value) -> plain.put(name, value.hasNs() ? Set.copyOf(value.ns()) : value));
    return plain;
  }
}
