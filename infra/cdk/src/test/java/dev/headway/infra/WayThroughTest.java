package dev.headway.infra;

import static dev.headway.infra.Parts.attribute;
import static dev.headway.infra.Parts.container;
import static dev.headway.infra.Parts.list;
import static dev.headway.infra.Parts.oneOrMore;
import static dev.headway.infra.Parts.only;
import static dev.headway.infra.Parts.targetGroup;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What would break only where it runs: time-outs that do not fit, rights that come too late. */
class WayThroughTest {
  /** CloudFront's own name for: all headers, cookies and queries of the viewer. */
  private static final String ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3";

  private static JsonNode front() {
    return only(Synthesized.dev().resources("AWS::CloudFront::Distribution"))
        .path("DistributionConfig");
  }

  private static JsonNode origin() {
    return list(front().path("Origins"))
        .map(origin -> origin.path("VpcOriginConfig"))
        .filter(JsonNode::isObject)
        .findFirst()
        .orElseThrow();
  }

  private static int idleTimeout() {
    return list(only(Synthesized.dev().resources("AWS::ElasticLoadBalancingV2::LoadBalancer"))
            .path("LoadBalancerAttributes"))
        .filter(a -> a.path("Key").asText().equals("idle_timeout.timeout_seconds"))
        .findFirst()
        .orElseThrow()
        .path("Value")
        .asInt();
  }

  /** A constant of the service, from its source. */
  private static int seconds(String file, String constant) throws IOException {
    String source = Files.readString(Synthesized.ROOT.resolve("src/main/java/dev/headway/" + file));
    var found = Pattern.compile(constant + " = Duration.ofSeconds\\((\\d+)\\)").matcher(source);
    assertThat(found.find()).as(file + ": " + constant).isTrue();
    return Integer.parseInt(found.group(1));
  }

  @Test
  void nobody_on_the_way_gives_up_on_a_poll_that_waits_as_long_as_it_may() throws IOException {
    int wait = seconds("api/WaitPreference.java", "LONGEST");
    assertThat(origin().path("OriginReadTimeout").asInt()).isBetween(wait + 5, 120);
    assertThat(idleTimeout()).isGreaterThanOrEqualTo(wait + 5);
  }

  @Test
  void each_closes_an_idle_connection_before_the_one_behind_it_does() throws IOException {
    int service = seconds("http/HttpConfig.java", "DEFAULT_IDLE_TIMEOUT");
    assertThat(idleTimeout()).isLessThan(service);
    assertThat(origin().path("OriginKeepaliveTimeout").asInt()).isLessThan(idleTimeout());
  }

  @Test
  void the_service_gets_every_header_cookie_and_query_and_every_method() {
    assertThat(list(front().path("CacheBehaviors")))
        .hasSize(6)
        .allSatisfy(behavior -> {
          assertThat(behavior.path("OriginRequestPolicyId").asText()).isEqualTo(ALL_VIEWER);
          assertThat(list(behavior.path("AllowedMethods")).map(JsonNode::asText))
              .contains("GET", "HEAD", "OPTIONS", "POST", "DELETE");
          assertThat(behavior.path("ViewerProtocolPolicy").asText()).isEqualTo("https-only");
        });
  }

  @Test
  void the_page_has_the_policy_that_the_service_gives_it() throws IOException {
    String source =
        Files.readString(Synthesized.ROOT.resolve("src/main/java/dev/headway/http/ServePage.java"));
    String policy =
        only(Synthesized.dev().resources("AWS::CloudFront::ResponseHeadersPolicy"))
            .findValue("ContentSecurityPolicy")
            .findValue("ContentSecurityPolicy")
            .toString();
    for (String part :
        List.of(
            "default-src 'self'; connect-src 'self'",
            "; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';",
            " frame-ancestors 'none'")) {
      assertThat(source).contains(part);
      assertThat(policy).contains(part);
    }
    // Where the addresses that are signed lead to, also in us-east-1.
    assertThat(policy).contains(".s3.", "AWS::Region");
    assertThat(policy.replaceAll("\\{[^}]*}", ""))
        .doesNotContain("unsafe-inline", "unsafe-eval", "*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void the_jvm_knows_how_much_memory_it_may_take_and_the_task_holds_both_containers(
      String environment) {
    JsonNode task = only(Synthesized.of(environment).resources("AWS::ECS::TaskDefinition"));
    List<Integer> limits =
        list(task.path("ContainerDefinitions")).map(c -> c.path("Memory").asInt()).toList();
    assertThat(limits).hasSize(2).allSatisfy(limit -> assertThat(limit).isPositive());
    assertThat(limits.stream().mapToInt(limit -> limit).sum())
        .isEqualTo(task.path("Memory").asInt());
    assertThat(task.path("RuntimePlatform").path("CpuArchitecture").asText()).isEqualTo("ARM64");
  }

  @Test
  void the_container_is_asked_by_a_program_that_is_in_its_image() throws IOException {
    List<String> command =
        list(container("service").path("HealthCheck").path("Command"))
            .map(JsonNode::asText)
            .toList();
    assertThat(command).containsExactly("CMD", "/opt/headway/health");
    Path program = Synthesized.ROOT.resolve("docker/health");
    assertThat(program).isExecutable();
    assertThat(Files.readString(program)).startsWith("#!/bin/bash");
    assertThat(Files.readString(Synthesized.ROOT.resolve("Dockerfile")))
        .contains("FROM debian:", "COPY docker/ /opt/headway/");
    assertThat(container("service").path("ReadonlyRootFilesystem").asBoolean()).isTrue();
  }

  @Test
  void alarms_may_speak_to_the_topic() {
    assertThat(
            list(
                only(Synthesized.dev().resources("AWS::SNS::TopicPolicy"))
                    .path("PolicyDocument")
                    .path("Statement")))
        .anySatisfy(statement -> {
          assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
          assertThat(statement.path("Principal").path("Service").asText())
              .isEqualTo("cloudwatch.amazonaws.com");
          assertThat(statement.path("Action").asText()).isEqualTo("sns:Publish");
          assertThat(statement.path("Condition").toString()).contains("aws:SourceAccount");
        })
        .anySatisfy(statement -> {
          assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
          assertThat(statement.path("Condition").toString()).contains("aws:SecureTransport");
        });
  }

  @Test
  void a_function_is_published_when_it_has_its_rights() {
    // A snapshot is made by starting it.
    var resources = Synthesized.dev().template().path("Resources");
    assertThat(resources.propertyStream())
        .filteredOn(resource ->
            resource
                .getValue()
                .path("Properties")
                .path("Handler")
                .asText()
                .startsWith("dev.headway."))
        .hasSize(7)
        .allSatisfy(resource ->
            assertThat(resource.getValue().path("DependsOn").toString())
                .contains("RoleDefaultPolicy"));
  }

  @Test
  void the_schedule_the_queues_and_the_polling_host_call_the_alias_that_has_the_snapshot() {
    var synthesis = Synthesized.dev();
    assertThat(only(synthesis.resources("AWS::Events::Rule")).path("Targets").toString())
        .contains("UploadSweepLive");
    assertThat(synthesis.resources("AWS::Lambda::Alias").values())
        .hasSize(7)
        .allSatisfy(alias -> {
          assertThat(alias.path("Name").asText()).isEqualTo("live");
          assertThat(alias.path("FunctionVersion").toString()).contains("Version");
        });
    assertThat(synthesis.resources("AWS::Lambda::Permission").values())
        .isNotEmpty()
        .allSatisfy(
            permission -> assertThat(permission.path("FunctionName").toString()).contains("Live"));
  }

  @Test
  void one_function_reads_one_secret_and_no_policy_reaches_beyond_the_stack() {
    assertThat(
            Synthesized.dev().resources("AWS::IAM::Policy").entrySet().stream()
                .filter(policy -> policy.getKey().contains("RoleDefaultPolicy"))
                .flatMap(policy -> list(policy.getValue().path("PolicyDocument").path("Statement")))
                .filter(statement ->
                    oneOrMore(statement.path("Action"))
                        .anyMatch(action -> action.asText().startsWith("secretsmanager:")))
                .map(statement -> statement.path("Resource").toString()))
        .hasSize(3) // the model's, by its function; those of the bus and the tickets, by ECS
        .allSatisfy(resource -> assertThat(resource).containsAnyOf("ModelKey", "Bus", "TicketKey"));
  }

  @Test
  void tasks_begin_when_the_load_balancer_can_ask_them_and_have_time_to_get_ready() {
    var resources = Synthesized.dev().template().path("Resources");
    JsonNode service =
        resources
            .propertyStream()
            .map(java.util.Map.Entry::getValue)
            .filter(resource -> resource.path("Type").asText().equals("AWS::ECS::Service"))
            .findFirst()
            .orElseThrow();
    assertThat(service.path("DependsOn").toString()).contains("Requests");
    int grace = service.path("Properties").path("HealthCheckGracePeriodSeconds").asInt();
    int warmUp = Parts.variables(container("service")).get("HEADWAY_WARM_UP_SECONDS").asInt();
    assertThat(grace).isGreaterThanOrEqualTo(warmUp * 3);
    JsonNode check = targetGroup();
    assertThat(check.path("HealthCheckPath").asText()).isEqualTo("/health/ready");
    // Out within a drain, so that no request is sent to a task that has begun to go.
    assertThat(
            check.path("HealthCheckIntervalSeconds").asInt()
                * check.path("UnhealthyThresholdCount").asInt())
        .isLessThan(attribute(check, "deregistration_delay.timeout_seconds"));
  }
}
