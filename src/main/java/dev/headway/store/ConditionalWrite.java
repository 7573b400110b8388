package dev.headway.store;

import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * One conditional update under construction. Attributes are written as {@code #name}, since many of
 * ours are reserved words of DynamoDB, and stand for themselves unless {@link #named} says what
 * they stand for; values are written as {@code :name}. Answers with the record after the write, or,
 * refused, with the record that refused it: neither needs a second read.
 */
final class ConditionalWrite {
  private static final Pattern NAME = Pattern.compile("#(\\w+)");

  private final String table;
  private final UploadId id;
  private final List<String> conditions = new ArrayList<>();
  private final List<String> sets = new ArrayList<>();
  private final List<String> adds = new ArrayList<>();
  private final List<String> deletes = new ArrayList<>();
  private final List<String> removes = new ArrayList<>();
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, AttributeValue> values = new HashMap<>();

  ConditionalWrite(String table, UploadId id) {
    this.table = table;
    this.id = id;
  }

  /** All conditions must hold. */
  ConditionalWrite when(String condition) {
    conditions.add("(" + condition + ")");
    return this;
  }

  ConditionalWrite set(String assignment) {
    sets.add(assignment);
    return this;
  }

  /** Adds the members of {@code :value} to the set at {@code #path}. */
  ConditionalWrite add(String pathAndValue) {
    adds.add(pathAndValue);
    return this;
  }

  /** Takes the members of {@code :value} out of the set at {@code #path}. */
  ConditionalWrite delete(String pathAndValue) {
    deletes.add(pathAndValue);
    return this;
  }

  ConditionalWrite remove(String path) {
    removes.add(path);
    return this;
  }

  ConditionalWrite named(String alias, String attribute) {
    names.put("#" + alias, attribute);
    return this;
  }

  ConditionalWrite with(String name, AttributeValue value) {
    values.put(":" + name, value);
    return this;
  }

  UpdateItemRequest toRequest() {
    String condition = String.join(" AND ", conditions);
    String update =
        clause("SET", sets)
            + clause("ADD", adds)
            + clause("DELETE", deletes)
            + clause("REMOVE", removes);
    var allNames = new HashMap<>(names);
    NAME.matcher(condition + update)
        .results()
        .forEach(name -> allNames.putIfAbsent(name.group(), name.group(1)));
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(Map.of("uploadId", Attribute.of(id.value())))
        .conditionExpression(condition)
        .updateExpression(update)
        .expressionAttributeNames(allNames)
        .expressionAttributeValues(values)
        .returnValues(ReturnValue.ALL_NEW)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  /** The same write that sets one attribute more, which no condition is about. */
  static UpdateItemRequest alsoSetting(
      UpdateItemRequest write, String attribute, AttributeValue value) {
    String set = "SET ";
    if (!write.updateExpression().startsWith(set)) {
      throw new IllegalArgumentException("a write begins with what it sets");
    }
    var names = new HashMap<>(write.expressionAttributeNames());
    names.put("#" + attribute, attribute);
    var values = new HashMap<>(write.expressionAttributeValues());
    values.put(":" + attribute, value);
    String more = set + "#" + attribute + " = :" + attribute + ", ";
    return write.toBuilder()
        .updateExpression(more + write.updateExpression().substring(set.length()))
        .expressionAttributeNames(names)
        .expressionAttributeValues(values)
        .build();
  }

  private static String clause(String keyword, List<String> parts) {
    return parts.isEmpty() ? "" : keyword + " " + String.join(", ", parts) + " ";
  }
}
