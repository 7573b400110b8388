package dev.headway.simulation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Tables in memory, whose writes obey the conditions of the requests. Only what the workers call is
 * there; everything else throws {@link UnsupportedOperationException}, as the SDK's interface does.
 */
final class SimulatedDynamoDb implements DynamoDbClient {
  private static final String AWAITS_INDEX = "awaits-deadline";

  private final Map<String, List<String>> keys;
  private final Calls calls;
  private final Write.Book book;
  private final Optional<Fault> fault;
  private final Watch watch;
  private final Map<String, Map<String, Map<String, AttributeValue>>> tables = new HashMap<>();

  /** Sees every write. */
  interface Watch {
    Watch NOBODY = new Watch() {};

    /** A write that has yet to meet its condition; an item that is empty is none. */
    default void tried(String table, DynamoDbRequest request, Map<String, AttributeValue> there) {}

    /** A write that was done. */
    default void applied(
        String table,
        Write write,
        Map<String, AttributeValue> before,
        Map<String, AttributeValue> after) {}
  }

  /**
   * Empty tables.
   *
   * @param keys the attributes of the primary key of each table
   */
  SimulatedDynamoDb(
      Map<String, List<String>> keys,
      Calls calls,
      Write.Book book,
      Optional<Fault> fault,
      Watch watch) {
    this.keys = keys;
    this.calls = calls;
    this.book = book;
    this.fault = fault;
    this.watch = watch;
    keys.keySet().forEach(table -> tables.put(table, new TreeMap<>()));
  }

  /** The item as it is now, empty if there is none; not a call. */
  Map<String, AttributeValue> look(String table, String... key) {
    return items(table).getOrDefault(String.join("\n", key), Map.of());
  }

  void put(String table, Map<String, AttributeValue> item) {
    items(table).put(key(table, item), item);
  }

  void remove(String table, String... key) {
    items(table).remove(String.join("\n", key));
  }

  void forEach(String table, BiConsumer<String, Map<String, AttributeValue>> reader) {
    items(table).forEach(reader);
  }

  private Map<String, Map<String, AttributeValue>> items(String table) {
    var items = tables.get(table);
    if (items == null) {
      throw new IllegalArgumentException("no table " + table);
    }
    return items;
  }

  private String key(String table, Map<String, AttributeValue> item) {
    return String.join(
        "\n",
        keys.getOrDefault(table, List.of()).stream()
            .map(name -> item.getOrDefault(name, AttributeValue.fromS("")).s())
            .toList());
  }

  @Override
  public GetItemResponse getItem(GetItemRequest request) {
    return make(
        "reads " + request.tableName(),
        () ->
            GetItemResponse.builder()
                .item(
                    items(request.tableName())
                        .getOrDefault(key(request.tableName(), request.key()), Map.of()))
                .build());
  }

  @Override
  public PutItemResponse putItem(PutItemRequest request) {
    Write write = book.of("put", request.conditionExpression(), "");
    return make(
        write.name(),
        () -> {
          var values =
              new Values(
                  request.hasExpressionAttributeNames()
                      ? request.expressionAttributeNames()
                      : Map.of(),
                  request.expressionAttributeValues());
          Map<String, AttributeValue> there =
              look(request.tableName(), key(request.tableName(), request.item()));
          watch.tried(request.tableName(), request, there);
          require(write, values.with(there), request.returnValuesOnConditionCheckFailure());
          put(request.tableName(), request.item());
          watch.applied(request.tableName(), write, there, request.item());
          return PutItemResponse.builder().build();
        });
  }

  @Override
  public UpdateItemResponse updateItem(UpdateItemRequest request) {
    Write write = book.of("update", request.conditionExpression(), request.updateExpression());
    return make(
        write.name(),
        () -> {
          var values =
              new Values(request.expressionAttributeNames(), request.expressionAttributeValues());
          Map<String, AttributeValue> there =
              look(request.tableName(), key(request.tableName(), request.key()));
          watch.tried(request.tableName(), request, there);
          require(write, values.with(there), request.returnValuesOnConditionCheckFailure());
          Map<String, AttributeValue> after =
              Expressions.apply(
                  write.actions(), values.with(there.isEmpty() ? request.key() : there));
          put(request.tableName(), after);
          watch.applied(request.tableName(), write, there, after);
          return UpdateItemResponse.builder().attributes(after).build();
        });
  }

  @Override
  public DeleteItemResponse deleteItem(DeleteItemRequest request) {
    Write write = book.of("delete", request.conditionExpression(), "");
    return make(
        write.name(),
        () -> {
          var values =
              new Values(request.expressionAttributeNames(), request.expressionAttributeValues());
          String key = key(request.tableName(), request.key());
          Map<String, AttributeValue> there = look(request.tableName(), key);
          watch.tried(request.tableName(), request, there);
          require(write, values.with(there), request.returnValuesOnConditionCheckFailure());
          if (fault.filter(f -> f.suppresses(write.name())).isPresent()) {
            return DeleteItemResponse.builder().build();
          }
          remove(request.tableName(), key);
          watch.applied(request.tableName(), write, there, Map.of());
          return DeleteItemResponse.builder().build();
        });
  }

  /** Of an index with keys alone and never late; a reader that takes it for a hint cannot tell. */
  @Override
  public QueryResponse query(QueryRequest request) {
    if (!AWAITS_INDEX.equals(request.indexName())) {
      throw new AssertionError("no index " + request.indexName());
    }
    return make(
        "asks who waits for a file",
        () -> {
          Expressions.Condition condition = Expressions.condition(request.keyConditionExpression());
          var values =
              new Values(request.expressionAttributeNames(), request.expressionAttributeValues());
          return QueryResponse.builder()
              .items(
                  items(request.tableName()).values().stream()
                      .filter(item -> condition.holds(values.with(item)))
                      .map(SimulatedDynamoDb::keysInIndex)
                      .sorted(Comparator.comparing(SimulatedDynamoDb::deadline))
                      .toList())
              .build();
        });
  }

  private static Map<String, AttributeValue> keysInIndex(Map<String, AttributeValue> item) {
    var keys = new HashMap<>(item);
    keys.keySet().retainAll(List.of("uploadId", "awaits", "deadline"));
    return keys;
  }

  private static String deadline(Map<String, AttributeValue> item) {
    return item.getOrDefault("deadline", AttributeValue.fromS("")).s();
  }

  private record Values(Map<String, String> names, Map<String, AttributeValue> values) {
    Expressions.Scope with(Map<String, AttributeValue> item) {
      return new Expressions.Scope(item, names, values);
    }
  }

  private void require(
      Write write, Expressions.Scope scope, ReturnValuesOnConditionCheckFailure returned) {
    Expressions.Condition condition =
        fault
            .filter(f -> f.write().equals(write.name()))
            .map(f -> write.condition().without(c -> f.conditions().contains(c.text())))
            .orElse(write.condition());
    if (!condition.holds(scope)) {
      var refusal =
          ConditionalCheckFailedException.builder().message("The conditional request failed");
      if (returned == ReturnValuesOnConditionCheckFailure.ALL_OLD && !scope.item().isEmpty()) {
        refusal.item(scope.item());
      }
      throw refusal.build();
    }
  }

  private <T> T make(String name, Supplier<T> effect) {
    return calls.make(
        name,
        effect,
        why ->
            ProvisionedThroughputExceededException.builder().statusCode(400).message(why).build());
  }

  @Override
  public String serviceName() {
    return "dynamodb";
  }

  @Override
  public void close() {}
}
