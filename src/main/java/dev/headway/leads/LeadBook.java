package dev.headway.leads;

import dev.headway.api.Lead;
import dev.headway.api.LeadPage;
import dev.headway.api.LeadQuery;
import dev.headway.api.Leads;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * Lists an owner's leads by their last change. A query reads one owner's partition of the index and
 * nothing else. Blocking; safe for concurrent use.
 *
 * <p>A lead that changes while somebody pages through the list moves to its newest end: it may be
 * seen twice or be missed until the list is read again from there.
 */
public final class LeadBook implements Leads {
  private static final Logger log = LoggerFactory.getLogger(LeadBook.class);

  /**
   * Leads that one call reads at most while it looks for matches. A page may then come back short,
   * with a cursor that goes on from there, instead of late.
   */
  private static final int MAX_READ = 5_000;

  /** Leads that one request to DynamoDB looks at when only some of them will match. */
  private static final int READ_AT_ONCE = 500;

  private final DynamoDbClient dynamo;
  private final String table;

  public LeadBook(DynamoDbClient dynamo, String table) {
    this.dynamo = dynamo;
    this.table = table;
  }

  @Override
  public LeadPage find(OwnerId owner, LeadQuery query) {
    Map<String, AttributeValue> start =
        query
            .cursor()
            .map(c -> LeadCursor.decode(c, owner, query.sort()).startKey(owner))
            .orElse(Map.of());
    try {
      return page(owner, query, start);
    } catch (SdkException e) {
      log.warn("the table of leads cannot be read", e);
      throw new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE, "The leads cannot be read just now. Try again soon.");
    }
  }

  private LeadPage page(OwnerId owner, LeadQuery query, Map<String, AttributeValue> from) {
    Filter filter = Filter.of(query);
    List<Lead> leads = new ArrayList<>(query.limit());
    Map<String, AttributeValue> start = from;
    int read = 0;
    do {
      // One more than wanted tells whether there is a next page.
      int atOnce = filter.expression() == null ? query.limit() - leads.size() + 1 : READ_AT_ONCE;
      QueryResponse response = dynamo.query(request(owner, query, filter, start, atOnce));
      for (Map<String, AttributeValue> item : response.items()) {
        if (leads.size() == query.limit()) {
          return new LeadPage(leads, Optional.of(LeadCursor.of(start).encode(owner, query.sort())));
        }
        leads.add(lead(item));
        start = item;
      }
      read += response.scannedCount();
      start = response.lastEvaluatedKey();
      if (leads.size() == query.limit() && !start.isEmpty()) {
        // Full exactly where DynamoDB paused: go on behind it next time.
        break;
      }
    } while (!start.isEmpty() && read < MAX_READ);
    return new LeadPage(
        leads,
        start.isEmpty()
            ? Optional.empty()
            : Optional.of(LeadCursor.of(start).encode(owner, query.sort())));
  }

  private QueryRequest request(
      OwnerId owner,
      LeadQuery query,
      Filter filter,
      Map<String, AttributeValue> start,
      int atOnce) {
    Map<String, AttributeValue> values = new HashMap<>(filter.values());
    values.put(":owner", AttributeValue.fromS(owner.value()));
    QueryRequest.Builder request =
        QueryRequest.builder()
            .tableName(table)
            .indexName(LeadTable.BY_UPDATE)
            .keyConditionExpression(LeadTable.OWNER_ID + " = :owner")
            .expressionAttributeValues(values)
            .scanIndexForward(
                switch (query.sort()) {
                  case NEWEST -> false;
                  case OLDEST -> true;
                })
            .limit(atOnce);
    if (filter.expression() != null) {
      request.filterExpression(filter.expression());
    }
    if (!start.isEmpty()) {
      request.exclusiveStartKey(start);
    }
    return request.build();
  }

  /** What a lead must contain; DynamoDB looks, so that only matches travel. */
  private record Filter(@Nullable String expression, Map<String, AttributeValue> values) {
    static Filter of(LeadQuery query) {
      List<String> conditions = new ArrayList<>();
      Map<String, AttributeValue> values = new HashMap<>();
      wanted(query.text())
          .ifPresent(text -> {
            conditions.add("contains(searchText, :text)");
            values.put(":text", AttributeValue.fromS(text));
          });
      wanted(query.company())
          .ifPresent(company -> {
            conditions.add("contains(companyLower, :company)");
            values.put(":company", AttributeValue.fromS(company));
          });
      return new Filter(conditions.isEmpty() ? null : String.join(" AND ", conditions), values);
    }

    private static Optional<String> wanted(Optional<String> text) {
      return text.map(t -> t.strip().toLowerCase(Locale.ROOT)).filter(t -> !t.isEmpty());
    }
  }

  private static Lead lead(Map<String, AttributeValue> item) {
    return new Lead(
        text(item, "leadId"),
        text(item, "firstName"),
        text(item, "lastName"),
        text(item, "title"),
        text(item, "company"),
        text(item, "email"),
        text(item, "phone"),
        text(item, "remarks"),
        text(item, "sourceFile"),
        new UploadId(text(item, "uploadId")),
        text(item, "createdAt"),
        text(item, "updatedAt"));
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null || value.s() == null ? "" : value.s();
  }
}
