package dev.headway.leads;

import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Writes leads. Each is one conditional write that may be repeated and may come in any order: the
 * newest row wins (see {@link LeadRank}), and a lead counts as created for the batch that was the
 * first to write it, however often that batch is delivered. Nothing is read before it is written.
 *
 * <p>Blocking; safe for concurrent use.
 */
public final class LeadStore {
  /** Always three digits, so that texts sort like the moments. */
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** The fields, in the order in which placeholders are made from them. */
  private static final List<String> WRITTEN_ALWAYS =
      List.of(
          "firstName",
          "lastName",
          "title",
          "company",
          "email",
          "phone",
          "remarks",
          "searchText",
          "companyLower",
          "sourceFile",
          "uploadId",
          "raw",
          LeadTable.UPDATED_AT,
          "rank");

  private static final List<String> WRITTEN_ONCE =
      List.of("leadId", "createdAt", "firstUpload", "firstBatch");

  private static final String UPDATE = updateExpression();

  private final DynamoDbClient dynamo;
  private final String table;
  private final InstantSource clock;

  public LeadStore(DynamoDbClient dynamo, String table, InstantSource clock) {
    this.dynamo = dynamo;
    this.table = table;
    this.clock = clock;
  }

  /**
   * Where a lead comes from.
   *
   * @param uploadedAt when the upload was created, which orders uploads
   * @param batch which batch of the upload writes it
   */
  record Origin(OwnerId owner, UploadId upload, Instant uploadedAt, String sourceFile, int batch) {}

  /** Whether the batch that wrote a lead was the first to do so. */
  enum Stored {
    CREATED,
    UPDATED
  }

  /** Writes one standardized row. */
  Stored put(Origin origin, int row, LeadFields fields) {
    return write(
        origin,
        LeadKey.of(fields, origin.upload(), row),
        LeadRank.standardized(origin.uploadedAt(), origin.upload(), row),
        fields,
        false);
  }

  /** Keeps one row that could not be standardized; never in the place of another row's lead. */
  Stored putRaw(Origin origin, int row, LeadFields fields) {
    return write(
        origin,
        LeadKey.ofRow(origin.upload(), row),
        LeadRank.raw(origin.uploadedAt(), origin.upload(), row),
        fields,
        true);
  }

  /** Whether one of these addresses is the lead that this very row became; reads consistently. */
  boolean isStandardized(Origin origin, int row, Set<String> emails) {
    LeadRank rank = LeadRank.standardized(origin.uploadedAt(), origin.upload(), row);
    return emails.stream().anyMatch(email -> rank.value().equals(rankOf(origin.owner(), email)));
  }

  private String rankOf(OwnerId owner, String email) {
    AttributeValue rank =
        dynamo
            .getItem(
                GetItemRequest.builder()
                    .tableName(table)
                    .key(key(owner, LeadKey.ofEmail(email)))
                    .consistentRead(true)
                    .build())
            .item()
            .get("rank");
    return rank == null ? "" : rank.s();
  }

  /** Removes what {@link #putRaw} kept, once the row is stored under its own key. */
  void removeRaw(OwnerId owner, UploadId upload, int row) {
    try {
      dynamo.deleteItem(
          DeleteItemRequest.builder()
              .tableName(table)
              .key(key(owner, LeadKey.ofRow(upload, row)))
              .conditionExpression("#raw = :raw")
              .expressionAttributeNames(Map.of("#raw", "raw"))
              .expressionAttributeValues(Map.of(":raw", AttributeValue.fromBool(true)))
              .build());
    } catch (ConditionalCheckFailedException e) {
      // There is none, or it is a lead in its own right.
    }
  }

  private Stored write(Origin origin, LeadKey key, LeadRank rank, LeadFields fields, boolean raw) {
    String now = MILLIS.format(clock.instant());
    Map<String, AttributeValue> values = new HashMap<>();
    text(values, "firstName", fields.firstName());
    text(values, "lastName", fields.lastName());
    text(values, "title", fields.title());
    text(values, "company", fields.company());
    text(values, "email", fields.email());
    text(values, "phone", fields.phone());
    text(values, "remarks", fields.remarks());
    text(values, "searchText", fields.searchText());
    text(values, "companyLower", fields.company().toLowerCase(Locale.ROOT));
    text(values, "sourceFile", origin.sourceFile());
    text(values, "uploadId", origin.upload().value());
    values.put(":raw", AttributeValue.fromBool(raw));
    text(values, LeadTable.UPDATED_AT, now);
    text(values, "rank", rank.value());
    text(values, "leadId", key.leadId(origin.owner()));
    text(values, "createdAt", now);
    text(values, "firstUpload", origin.upload().value());
    values.put(":firstBatch", AttributeValue.fromN(Integer.toString(origin.batch())));

    Map<String, AttributeValue> stored;
    try {
      stored =
          dynamo
              .updateItem(
                  UpdateItemRequest.builder()
                      .tableName(table)
                      .key(key(origin.owner(), key))
                      .updateExpression(UPDATE)
                      // The same rank is the same row again: what is stored is already its value.
                      .conditionExpression("attribute_not_exists(#rank) OR #rank < :rank")
                      .expressionAttributeNames(names())
                      .expressionAttributeValues(values)
                      .returnValues(ReturnValue.ALL_NEW)
                      .returnValuesOnConditionCheckFailure(
                          ReturnValuesOnConditionCheckFailure.ALL_OLD)
                      .build())
              .attributes();
    } catch (ConditionalCheckFailedException e) {
      stored = e.item();
    }
    return wasFirst(stored, origin) ? Stored.CREATED : Stored.UPDATED;
  }

  private static boolean wasFirst(Map<String, AttributeValue> stored, Origin origin) {
    AttributeValue upload = stored.get("firstUpload");
    AttributeValue batch = stored.get("firstBatch");
    return upload != null
        && batch != null
        && origin.upload().value().equals(upload.s())
        && Integer.toString(origin.batch()).equals(batch.n());
  }

  private static void text(Map<String, AttributeValue> values, String name, String value) {
    values.put(":" + name, AttributeValue.fromS(value));
  }

  private static Map<String, AttributeValue> key(OwnerId owner, LeadKey key) {
    return Map.of(
        LeadTable.OWNER_ID, AttributeValue.fromS(owner.value()),
        LeadTable.LEAD_KEY, AttributeValue.fromS(key.value()));
  }

  private static String updateExpression() {
    StringBuilder sets = new StringBuilder("SET ");
    for (String name : WRITTEN_ALWAYS) {
      sets.append('#').append(name).append(" = :").append(name).append(", ");
    }
    for (String name : WRITTEN_ONCE) {
      sets.append("#%1$s = if_not_exists(#%1$s, :%1$s), ".formatted(name));
    }
    return sets.substring(0, sets.length() - 2);
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    WRITTEN_ALWAYS.forEach(name -> names.put("#" + name, name));
    WRITTEN_ONCE.forEach(name -> names.put("#" + name, name));
    return names;
  }
}
