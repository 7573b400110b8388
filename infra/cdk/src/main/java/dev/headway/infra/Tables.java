package dev.headway.infra;

import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.GlobalSecondaryIndexProps;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.ProjectionType;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** The two tables, and who may do what to them: each function gets the calls that it makes. */
final class Tables {
  private static final String OWNER_INDEX = "ownerId-createdAt";
  private static final String AWAITS_INDEX = "awaits-deadline";
  private static final String LEADS_INDEX = "ownerId-updatedAt";

  private final Table statuses;
  private final Table leads;

  Tables(Construct scope, String environment, Keeping keeping) {
    statuses =
        table(scope, "ProcessingStatus", "headway-" + environment + "-status", keeping)
            .partitionKey(text("uploadId"))
            .stream(StreamViewType.NEW_IMAGE)
            .timeToLiveAttribute("ttl")
            .build();
    statuses.addGlobalSecondaryIndex(index(OWNER_INDEX, "ownerId", "createdAt", keys()));
    // Sparse: it holds the uploads that wait for their file and no others.
    statuses.addGlobalSecondaryIndex(index(AWAITS_INDEX, "awaits", "deadline", keys()));
    leads =
        table(scope, "Leads", "headway-" + environment + "-leads", keeping)
            .partitionKey(text("ownerId"))
            .sortKey(text("leadKey"))
            .build();
    leads.addGlobalSecondaryIndex(index(LEADS_INDEX, "ownerId", "updatedAt", ProjectionType.ALL));
  }

  private static Table.Builder table(Construct scope, String id, String name, Keeping keeping) {
    return Table.Builder.create(scope, id)
        .tableName(name)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .pointInTimeRecoverySpecification(
            PointInTimeRecoverySpecification.builder().pointInTimeRecoveryEnabled(true).build())
        .deletionProtection(keeping.data())
        .removalPolicy(keeping.policy());
  }

  private static GlobalSecondaryIndexProps index(
      String name, String partition, String sort, ProjectionType projection) {
    return GlobalSecondaryIndexProps.builder()
        .indexName(name)
        .partitionKey(text(partition))
        .sortKey(text(sort))
        .projectionType(projection)
        .build();
  }

  private static ProjectionType keys() {
    return ProjectionType.KEYS_ONLY;
  }

  private static Attribute text(String name) {
    return Attribute.builder().name(name).type(AttributeType.STRING).build();
  }

  String statusName() {
    return statuses.getTableName();
  }

  String leadsName() {
    return leads.getTableName();
  }

  /** A new upload's record, which also replaces one whose life is over. */
  PolicyStatement createStatus() {
    return Policies.allow(List.of("dynamodb:PutItem", "dynamodb:GetItem"), statuses.getTableArn());
  }

  /** What every worker does to the record of the upload that it works on. */
  PolicyStatement moveStatus() {
    return Policies.allow(
        List.of("dynamodb:UpdateItem", "dynamodb:GetItem"), statuses.getTableArn());
  }

  PolicyStatement readStatuses() {
    return Policies.allow(
        List.of("dynamodb:GetItem", "dynamodb:BatchGetItem"), statuses.getTableArn());
  }

  PolicyStatement listOwner() {
    return Policies.allow(List.of("dynamodb:Query"), ofIndex(statuses, OWNER_INDEX));
  }

  PolicyStatement listAwaited() {
    return Policies.allow(List.of("dynamodb:Query"), ofIndex(statuses, AWAITS_INDEX));
  }

  PolicyStatement storeLeads() {
    return Policies.allow(
        List.of("dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"),
        leads.getTableArn());
  }

  PolicyStatement listLeads() {
    return Policies.allow(List.of("dynamodb:Query"), ofIndex(leads, LEADS_INDEX));
  }

  PolicyStatement describeStatuses() {
    return Policies.allow(List.of("dynamodb:DescribeTable"), statuses.getTableArn());
  }

  PolicyStatement readStream() {
    return Policies.allow(
        List.of("dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"),
        String.valueOf(statuses.getTableStreamArn()));
  }

  /** The three tables that the stream's readers make for themselves, by the names they take. */
  List<PolicyStatement> keepLeases(String application) {
    var stack = Stack.of(statuses);
    List<String> tables =
        List.of("", "-CoordinatorState", "-WorkerMetricStats").stream()
            .map(suffix ->
                "arn:%s:dynamodb:%s:%s:table/%s%s"
                    .formatted(
                        stack.getPartition(),
                        stack.getRegion(),
                        stack.getAccount(),
                        application,
                        suffix))
            .toList();
    return List.of(
        Policies.allow(
            List.of(
                "dynamodb:CreateTable",
                "dynamodb:DescribeTable",
                "dynamodb:UpdateTable",
                "dynamodb:Scan",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem"),
            tables),
        Policies.allow(
            List.of("dynamodb:Query"), tables.getFirst() + "/index/LeaseOwnerToLeaseKeyIndex"));
  }

  private static String ofIndex(Table table, String index) {
    return table.getTableArn() + "/index/" + index;
  }
}
