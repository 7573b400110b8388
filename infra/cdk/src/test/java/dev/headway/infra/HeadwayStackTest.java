package dev.headway.infra;

import static dev.headway.infra.Parts.attribute;
import static dev.headway.infra.Parts.container;
import static dev.headway.infra.Parts.list;
import static dev.headway.infra.Parts.oneOrMore;
import static dev.headway.infra.Parts.only;
import static dev.headway.infra.Parts.resource;
import static dev.headway.infra.Parts.targetGroup;
import static dev.headway.infra.Parts.union;
import static dev.headway.infra.Parts.variables;
import static dev.headway.infra.Parts.workers;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.assertions.Template;

/** What is deployed, statement by statement, read from the template that CloudFormation gets. */
class HeadwayStackTest {
  private static final Set<String> QUEUE_WORKERS =
      Set.of("LeadSplitter", "DeepSeekCaller", "SplitDeadLetter", "BatchDeadLetter");

  /** For these IAM knows no resource. */
  private static final Set<String> FOR_NO_RESOURCE = Set.of("ecr:GetAuthorizationToken");

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void cdk_nag_finds_nothing(String environment) {
    assertThat(Synthesized.of(environment).findings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void every_rule_that_is_set_aside_says_why(String environment) {
    List<JsonNode> reasons =
        Synthesized.of(environment)
            .all()
            .flatMap(r -> list(r.path("Metadata").path("cdk_nag").path("rules_to_suppress")))
            .toList();
    assertThat(reasons).isNotEmpty();
    assertThat(reasons)
        .allSatisfy(reason -> assertThat(reason.path("reason").asText()).hasSizeGreaterThan(30));
  }

  @Test
  void a_second_synthesis_is_identical() throws IOException {
    var again = Synthesized.made("dev", "test-dev-again");
    assertThat(again.template()).isEqualTo(Synthesized.dev().template());
    assertThat(Files.readString(again.folder().resolve("headway-dev.assets.json")))
        .isEqualTo(Files.readString(Synthesized.dev().folder().resolve("headway-dev.assets.json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void no_policy_names_all_resources_where_one_can_be_named(String environment) {
    var synthesis = Synthesized.of(environment);
    List<JsonNode> statements =
        Stream.concat(
                synthesis.resources("AWS::IAM::Policy").values().stream(),
                synthesis.resources("AWS::IAM::Role").values().stream()
                    .flatMap(role -> list(role.path("Policies"))))
            .flatMap(policy -> list(policy.path("PolicyDocument").path("Statement")))
            .toList();
    assertThat(statements).hasSizeGreaterThan(20);
    assertThat(statements)
        .filteredOn(statement ->
            oneOrMore(statement.path("Resource")).anyMatch(r -> r.asText().equals("*")))
        .allSatisfy(statement ->
            assertThat(oneOrMore(statement.path("Action")).map(JsonNode::asText))
                .isSubsetOf(FOR_NO_RESOURCE));
    assertThat(statements)
        .flatMap(statement -> oneOrMore(statement.path("Action")).map(JsonNode::asText).toList())
        .doesNotContain("*")
        .noneMatch(action -> action.endsWith(":*"));
  }

  @Test
  void a_function_may_do_what_it_does_and_nothing_else() {
    Map<String, Set<String>> actions = new TreeMap<>();
    Synthesized.dev()
        .resources("AWS::IAM::Policy")
        .forEach((id, policy) -> {
          if (id.contains("RoleDefaultPolicy") && !id.contains("Task") && !id.contains("Custom")) {
            Set<String> allowed = new TreeSet<>();
            list(policy.path("PolicyDocument").path("Statement"))
                .flatMap(statement -> oneOrMore(statement.path("Action")))
                .map(JsonNode::asText)
                .filter(action -> !action.startsWith("logs:"))
                .forEach(allowed::add);
            actions.put(id.substring(0, id.indexOf("RoleDefaultPolicy")), allowed);
          }
        });
    var consume =
        Set.of(
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage");
    var move = Set.of("dynamodb:GetItem", "dynamodb:UpdateItem");
    assertThat(actions.keySet()).containsAll(QUEUE_WORKERS);
    assertThat(actions.get("FileUpload"))
        .containsExactlyInAnyOrder("dynamodb:GetItem", "dynamodb:PutItem", "s3:PutObject");
    assertThat(actions.get("LeadReader"))
        .containsExactlyInAnyOrder(
            "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem");
    assertThat(actions.get("UploadSweep"))
        .containsExactlyInAnyOrder("dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem");
    assertThat(actions.get("LeadSplitter"))
        .isEqualTo(union(consume, move, Set.of("s3:GetObject", "s3:PutObject", "sqs:SendMessage")));
    assertThat(actions.get("DeepSeekCaller"))
        .isEqualTo(
            union(
                consume,
                move,
                Set.of("dynamodb:DeleteItem", "s3:GetObject", "secretsmanager:GetSecretValue")));
    assertThat(actions.get("SplitDeadLetter")).isEqualTo(union(consume, move));
    assertThat(actions.get("BatchDeadLetter"))
        .isEqualTo(
            union(consume, move, Set.of("dynamodb:DeleteItem", "s3:GetObject", "sqs:SendMessage")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void the_status_table_streams_new_images_expires_and_can_be_restored(String environment) {
    template(environment)
        .hasResource(
            "AWS::DynamoDB::Table",
            Map.of(
                "DeletionPolicy",
                environment.equals("prod") ? "Retain" : "Delete",
                "Properties",
                Map.of(
                    "TableName", "headway-" + environment + "-status",
                    "BillingMode", "PAY_PER_REQUEST",
                    "StreamSpecification", Map.of("StreamViewType", "NEW_IMAGE"),
                    "TimeToLiveSpecification", Map.of("AttributeName", "ttl", "Enabled", true),
                    "PointInTimeRecoverySpecification", Map.of("PointInTimeRecoveryEnabled", true),
                    "GlobalSecondaryIndexes",
                        List.of(
                            index("ownerId-createdAt", "ownerId", "createdAt", "KEYS_ONLY"),
                            index("awaits-deadline", "awaits", "deadline", "KEYS_ONLY")))));
  }

  @Test
  void the_leads_table_is_listed_by_change_and_can_be_restored() {
    template("dev")
        .hasResourceProperties(
            "AWS::DynamoDB::Table",
            Map.of(
                "TableName", "headway-dev-leads",
                "BillingMode", "PAY_PER_REQUEST",
                "PointInTimeRecoverySpecification", Map.of("PointInTimeRecoveryEnabled", true),
                "KeySchema", keys("ownerId", "leadKey"),
                "GlobalSecondaryIndexes",
                    List.of(index("ownerId-updatedAt", "ownerId", "updatedAt", "ALL"))));
  }

  @Test
  void no_bucket_is_public_and_each_speaks_tls_only() {
    var synthesis = Synthesized.dev();
    assertThat(synthesis.resources("AWS::S3::Bucket").values())
        .hasSize(3)
        .allSatisfy(bucket ->
            assertThat(bucket.path("PublicAccessBlockConfiguration").valueStream())
                .hasSize(4)
                .allMatch(JsonNode::asBoolean));
    assertThat(synthesis.resources("AWS::S3::BucketPolicy").values())
        .hasSize(3)
        .allSatisfy(policy ->
            assertThat(list(policy.path("PolicyDocument").path("Statement")))
                .anySatisfy(statement -> {
                  assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
                  assertThat(
                          statement
                              .path("Condition")
                              .path("Bool")
                              .path("aws:SecureTransport")
                              .asText())
                      .isEqualTo("false");
                }));
  }

  @Test
  void the_page_alone_sends_files_and_each_is_announced_and_forgotten() {
    JsonNode bucket = resource("AWS::S3::Bucket", "Uploads");
    JsonNode rule = bucket.path("CorsConfiguration").path("CorsRules").path(0);
    assertThat(rule.path("AllowedMethods").toString()).isEqualTo("[\"PUT\"]");
    assertThat(rule.path("AllowedOrigins").toString()).contains("DomainName").doesNotContain("*");
    JsonNode announced =
        bucket.path("NotificationConfiguration").path("QueueConfigurations").path(0);
    assertThat(announced.path("Event").asText()).isEqualTo("s3:ObjectCreated:*");
    assertThat(announced.path("Filter").toString()).contains("uploads/");
    assertThat(list(bucket.path("LifecycleConfiguration").path("Rules")))
        .extracting(r -> r.path("Prefix").asText() + r.path("ExpirationInDays").asText())
        .containsExactly("uploads/30", "batches/7");
  }

  @Test
  void what_fails_for_good_has_a_queue_and_a_consumer_of_its_own() {
    Map<String, JsonNode> queues = Synthesized.dev().resources("AWS::SQS::Queue");
    assertThat(queues).hasSize(4);
    assertThat(queues.values()).filteredOn(queue -> queue.has("RedrivePolicy")).hasSize(2);
    assertThat(Synthesized.dev().resources("AWS::Lambda::EventSourceMapping").values())
        .hasSize(QUEUE_WORKERS.size())
        .allSatisfy(mapping -> {
          assertThat(mapping.path("FunctionResponseTypes").toString())
              .contains("ReportBatchItemFailures");
          assertThat(mapping.path("FunctionName").toString()).contains(":live");
          assertThat(mapping.path("ScalingConfig").path("MaximumConcurrency").asInt())
              .isGreaterThanOrEqualTo(2);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void the_model_is_asked_by_no_more_than_so_many_at_a_time(String environment) {
    int most = environment.equals("prod") ? 50 : 5;
    assertThat(Synthesized.of(environment).resources("AWS::Lambda::EventSourceMapping"))
        .anySatisfy((id, mapping) -> {
          assertThat(id).startsWith("DeepSeekCaller");
          assertThat(mapping.path("ScalingConfig").path("MaximumConcurrency").asInt())
              .isEqualTo(most);
        });
  }

  @Test
  void functions_run_java_25_on_arm_from_a_snapshot_and_end_before_their_message_shows_again() {
    List<JsonNode> functions = workers();
    assertThat(functions).hasSize(7);
    assertThat(functions)
        .allSatisfy(function -> {
          assertThat(function.path("Runtime").asText()).isEqualTo("java25");
          assertThat(function.path("Architectures").path(0).asText()).isEqualTo("arm64");
          assertThat(function.path("SnapStart").path("ApplyOn").asText())
              .isEqualTo("PublishedVersions");
          assertThat(function.path("Timeout").asInt())
              .isLessThan((int) UploadBucket.HIDDEN.toSeconds().doubleValue());
        });
    assertThat(Synthesized.dev().resources("AWS::Lambda::Alias")).hasSize(7);
  }

  @Test
  void every_function_is_a_class_of_the_jar() throws IOException {
    try (var jar = new JarFile(Synthesized.ROOT.resolve("target/headway-lambda.jar").toFile())) {
      assertThat(workers())
          .extracting(function -> function.path("Handler").asText().replace('.', '/') + ".class")
          .allSatisfy(name -> assertThat(jar.getEntry(name)).as(name).isNotNull());
    }
  }

  @Test
  void the_key_of_the_model_is_in_no_variable() {
    assertThat(Synthesized.dev().template().toString())
        .doesNotContain("\"DEEPSEEK_API_KEY\"")
        .contains("DEEPSEEK_API_KEY_SECRET");
  }

  @Test
  void every_route_of_the_polling_host_needs_a_token() {
    Map<String, JsonNode> routes = Synthesized.dev().resources("AWS::ApiGatewayV2::Route");
    assertThat(routes.values())
        .allSatisfy(route -> assertThat(route.path("AuthorizationType").asText()).isEqualTo("JWT"));
    assertThat(routes.values())
        .extracting(route -> route.path("RouteKey").asText())
        .containsExactlyInAnyOrder(
            "POST /uploads",
            "GET /leads",
            "HEAD /leads",
            "GET /status",
            "HEAD /status",
            "GET /status/{uploadId}",
            "HEAD /status/{uploadId}",
            "POST /status/{uploadId}/cancel");
  }

  @Test
  void the_polling_host_asks_the_functions_and_is_no_part_of_the_front() {
    var synthesis = Synthesized.dev();
    assertThat(synthesis.resources("AWS::ApiGatewayV2::Integration").values())
        .extracting(integration -> integration.path("IntegrationUri").toString())
        .satisfiesExactlyInAnyOrder(
            uri -> assertThat(uri).contains("LeadReaderLive"),
            uri -> assertThat(uri).contains("FileUploadLive"));
    JsonNode authorizer = only(synthesis.resources("AWS::ApiGatewayV2::Authorizer"));
    assertThat(authorizer.path("AuthorizerType").asText()).isEqualTo("JWT");
    assertThat(authorizer.path("JwtConfiguration").toString()).contains("cognito-idp");
    assertThat(only(synthesis.resources("AWS::CloudFront::Distribution")).toString())
        .doesNotContain("execute-api");
  }

  @Test
  void people_are_let_in_by_somebody_and_prove_themselves_twice() {
    JsonNode pool = only(Synthesized.dev().resources("AWS::Cognito::UserPool"));
    assertThat(pool.path("AdminCreateUserConfig").path("AllowAdminCreateUserOnly").asBoolean())
        .isTrue();
    assertThat(pool.path("MfaConfiguration").asText()).isEqualTo("ON");
    assertThat(variables(container("service")).get("HEADWAY_ISSUER").toString())
        .contains("cognito-idp");
  }

  @Test
  void the_page_comes_from_a_bucket_that_cloudfront_alone_may_read() {
    var synthesis = Synthesized.dev();
    JsonNode front =
        only(synthesis.resources("AWS::CloudFront::Distribution")).path("DistributionConfig");
    String origin = front.path("DefaultCacheBehavior").path("TargetOriginId").asText();
    assertThat(list(front.path("Origins")))
        .filteredOn(o -> o.path("Id").asText().equals(origin))
        .singleElement()
        .satisfies(o -> {
          assertThat(o.path("DomainName").toString()).contains("PageBucket");
          assertThat(o.has("OriginAccessControlId")).isTrue();
        });
    assertThat(synthesis.resources("AWS::S3::BucketPolicy").toString())
        .contains("cloudfront.amazonaws.com");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void there_is_an_alarm_for_all_that_operators_have_to_know(String environment) {
    assertThat(Synthesized.of(environment).resources("AWS::CloudWatch::Alarm").values())
        .extracting(
            alarm -> alarm.path("AlarmName").asText().replace("headway-" + environment + "-", ""))
        .contains(
            "TailLag",
            "NoLease",
            "BusDown",
            "ResyncReads",
            "SplitDeadLetters",
            "BatchDeadLetters",
            "ServiceErrors",
            "LoadBalancerErrors",
            "PollingErrors",
            "UploadsStalled",
            "StreamsNearLimit");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void the_service_is_two_tasks_at_least_in_two_zones_and_grows_by_streams_and_cpu(
      String environment) {
    var synthesis = Synthesized.of(environment);
    JsonNode service = only(synthesis.resources("AWS::ECS::Service"));
    assertThat(service.path("DesiredCount").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(
            service.path("NetworkConfiguration").path("AwsvpcConfiguration").path("Subnets").size())
        .isGreaterThanOrEqualTo(2);
    assertThat(service.path("AvailabilityZoneRebalancing").asText()).isEqualTo("ENABLED");
    assertThat(
            only(synthesis.resources("AWS::ApplicationAutoScaling::ScalableTarget"))
                .path("MinCapacity")
                .asInt())
        .isGreaterThanOrEqualTo(2);
    assertThat(synthesis.resources("AWS::ApplicationAutoScaling::ScalingPolicy").toString())
        .contains("headway_streams_open", "ECSServiceAverageCPUUtilization");
  }

  @Test
  void a_task_has_time_to_drain_before_it_is_killed_and_before_its_streams_are_cut() {
    JsonNode service = container("service");
    int drain = Integer.parseInt(variables(service).get("HEADWAY_DRAIN_SECONDS").asText());
    assertThat(service.path("StopTimeout").asInt()).isGreaterThanOrEqualTo(drain + 10);
    assertThat(attribute(targetGroup(), "deregistration_delay.timeout_seconds"))
        .isGreaterThan(drain);
  }

  @Test
  void an_agent_that_ends_is_started_again_and_the_service_has_the_rest_of_the_memory() {
    JsonNode agent = container("metrics");
    assertThat(agent.path("Essential").asBoolean(true)).isFalse();
    assertThat(agent.path("RestartPolicy").path("Enabled").asBoolean()).isTrue();
    assertThat(agent.path("Memory").asInt()).isGreaterThanOrEqualTo(256);
    JsonNode task = only(Synthesized.dev().resources("AWS::ECS::TaskDefinition"));
    assertThat(agent.path("Memory").asInt() + container("service").path("Memory").asInt())
        .isEqualTo(task.path("Memory").asInt());
  }

  @Test
  void the_load_balancer_is_made_for_streams() {
    JsonNode balancer =
        only(Synthesized.dev().resources("AWS::ElasticLoadBalancingV2::LoadBalancer"));
    assertThat(balancer.path("Scheme").asText()).isEqualTo("internal");
    assertThat(targetGroup().path("HealthCheckPath").asText()).isEqualTo("/health/ready");
    assertThat(targetGroup().toString()).contains("least_outstanding_requests");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void a_task_is_reached_by_the_load_balancer_alone_and_not_on_the_port_of_operators(
      String environment) {
    var synthesis = Synthesized.of(environment);
    List<JsonNode> rules =
        Stream.concat(
                synthesis.resources("AWS::EC2::SecurityGroupIngress").values().stream(),
                synthesis.resources("AWS::EC2::SecurityGroup").values().stream()
                    .flatMap(group -> list(group.path("SecurityGroupIngress"))))
            .toList();
    assertThat(rules)
        .extracting(rule -> rule.path("FromPort").asText() + "-" + rule.path("ToPort").asText())
        .containsExactlyInAnyOrder("80-80", "8080-8080", "6379-6379");
    assertThat(rules)
        .filteredOn(rule -> rule.path("FromPort").asInt() == 8080)
        .singleElement()
        .satisfies(rule ->
            assertThat(rule.path("SourceSecurityGroupId").toString())
                .contains("LoadBalancerGroup"));
    Map<String, JsonNode> told = variables(container("service"));
    assertThat(told.get("HEADWAY_MANAGEMENT_PORT").asInt()).isEqualTo(9090);
    assertThat(container("metrics").path("Environment").toString()).contains("127.0.0.1:9090");
    assertThat(container("service").path("PortMappings")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void nothing_is_traced_until_somebody_wants_it_and_then_all_parts_are_told_the_same(
      String environment) {
    assertThat(Plan.settings(Synthesized.PROJECT, environment).traces()).isZero();
    List<JsonNode> told =
        Stream.concat(
                Stream.of(variables(container("service")).get("HEADWAY_TRACES")),
                workers().stream()
                    .map(f -> f.path("Environment").path("Variables").path("HEADWAY_TRACES")))
            .toList();
    assertThat(told).hasSize(8).allSatisfy(share -> assertThat(share.asText()).isEqualTo("0.0"));
  }

  @Test
  void the_bus_is_encrypted_and_survives_a_zone() {
    JsonNode bus = only(Synthesized.dev().resources("AWS::ElastiCache::ReplicationGroup"));
    assertThat(bus.path("Engine").asText()).isEqualTo("valkey");
    assertThat(bus.path("TransitEncryptionEnabled").asBoolean()).isTrue();
    assertThat(bus.path("MultiAZEnabled").asBoolean()).isTrue();
    assertThat(container("service").path("Secrets").toString()).contains("HEADWAY_BUS");
    assertThat(
            resource("AWS::SecretsManager::Secret", "BusAddress").path("SecretString").toString())
        .contains("rediss://:");
  }

  @Test
  void events_are_neither_compressed_nor_kept_on_their_way_through_cloudfront() {
    JsonNode front =
        only(Synthesized.dev().resources("AWS::CloudFront::Distribution"))
            .path("DistributionConfig");
    String cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
    Map<String, JsonNode> behaviors = new LinkedHashMap<>();
    list(front.path("CacheBehaviors"))
        .forEach(b -> behaviors.put(b.path("PathPattern").asText(), b));
    assertThat(behaviors)
        .containsKeys(
            "/status*", "/uploads", "/leads", "/session", "/settings.json", "/openapi.json");
    assertThat(behaviors.values())
        .allSatisfy(behavior -> {
          assertThat(behavior.path("Compress").asBoolean()).isFalse();
          assertThat(behavior.path("CachePolicyId").asText()).isEqualTo(cachingDisabled);
        });
    // Operators' addresses are the network's own.
    assertThat(behaviors.keySet()).noneMatch(path -> path.contains("metrics"));
    assertThat(behaviors.keySet()).noneMatch(path -> path.contains("health"));
  }

  @Test
  void every_log_ends_some_day_and_no_function_writes_another_log() {
    var synthesis = Synthesized.prod();
    assertThat(synthesis.resources("AWS::Logs::LogGroup").values())
        .allSatisfy(log -> assertThat(log.path("RetentionInDays").asInt()).isPositive());
    assertThat(synthesis.resources("AWS::Lambda::Function").values())
        .allSatisfy(
            function -> assertThat(function.path("LoggingConfig").has("LogGroup")).isTrue());
  }

  @Test
  void every_alarm_tells_somebody_and_is_explained() throws IOException {
    String explained = Files.readString(Synthesized.ROOT.resolve("docs/operations.md"));
    assertThat(Synthesized.dev().resources("AWS::CloudWatch::Alarm").values())
        .hasSizeGreaterThan(15)
        .allSatisfy(alarm -> {
          String name = alarm.path("AlarmName").asText().replace("headway-dev-", "");
          // A heading of its own, and below it what it means and what to do.
          assertThat(sectionOf(name, explained)).contains("**Means.**", "**Do.**");
          assertThat(alarm.path("AlarmActions").size()).isEqualTo(1);
        });
  }

  @Test
  void a_figure_in_an_alarm_on_the_dashboard_or_of_the_scaling_is_one_that_is_passed_on() {
    String template = Synthesized.dev().template().toString();
    List<String> used = new ArrayList<>();
    var matcher = Pattern.compile("headway_[a-z_]+").matcher(template);
    while (matcher.find()) {
      used.add(matcher.group());
    }
    assertThat(used).isNotEmpty().isSubsetOf(ServiceMetrics.names());
  }

  private static String sectionOf(String alarm, String document) {
    return document
        .lines()
        .dropWhile(line -> !line.startsWith("### ") || !line.contains("`" + alarm + "`"))
        .skip(1)
        .takeWhile(line -> !line.startsWith("#"))
        .collect(Collectors.joining("\n"));
  }

  private static Map<String, Object> index(
      String name, String partition, String sort, String projection) {
    return Map.of(
        "IndexName", name,
        "KeySchema", keys(partition, sort),
        "Projection", Map.of("ProjectionType", projection));
  }

  private static List<Map<String, String>> keys(String partition, String sort) {
    return List.of(
        Map.of("AttributeName", partition, "KeyType", "HASH"),
        Map.of("AttributeName", sort, "KeyType", "RANGE"));
  }

  private static Template template(String environment) {
    return Template.fromString(Synthesized.of(environment).template().toString());
  }
}
