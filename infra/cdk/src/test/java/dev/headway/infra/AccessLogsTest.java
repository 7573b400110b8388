package dev.headway.infra;

import static dev.headway.infra.Parts.list;
import static dev.headway.infra.Parts.only;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract: a ticket, which stands in the query of an address, is in no log. */
class AccessLogsTest {
  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void cloudfront_logs_requests_without_queries_cookies_and_referers(String environment) {
    var synthesis = Synthesized.of(environment);
    // The log that is a property of the distribution has whole addresses.
    assertThat(
            only(synthesis.resources("AWS::CloudFront::Distribution"))
                .path("DistributionConfig")
                .has("Logging"))
        .isFalse();
    assertThat(synthesis.resources("AWS::CloudFront::RealtimeLogConfig")).isEmpty();
    JsonNode delivery = only(synthesis.resources("AWS::Logs::Delivery"));
    assertThat(list(delivery.path("RecordFields")).map(JsonNode::asText))
        .contains("c-ip", "cs-method", "cs-uri-stem", "sc-status", "time-taken")
        .doesNotContain("cs-uri-query", "cs(Cookie)", "cs(Referer)");
    // Left out is what is not named: a delivery without names has everything.
    assertThat(delivery.path("RecordFields")).hasSizeGreaterThan(10);
    JsonNode source = only(synthesis.resources("AWS::Logs::DeliverySource"));
    assertThat(source.path("LogType").asText()).isEqualTo("ACCESS_LOGS");
    assertThat(source.path("ResourceArn").toString()).contains(":distribution/");
    assertThat(source.path("Name").asText()).hasSizeLessThanOrEqualTo(60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "prod"})
  void the_load_balancer_writes_no_log_because_its_lines_have_whole_addresses(String environment) {
    JsonNode balancer =
        only(Synthesized.of(environment).resources("AWS::ElasticLoadBalancingV2::LoadBalancer"));
    assertThat(list(balancer.path("LoadBalancerAttributes")))
        .filteredOn(attribute -> attribute.path("Key").asText().contains("logs"))
        .allSatisfy(attribute -> assertThat(attribute.path("Value").asText()).isEqualTo("false"));
  }

  @Test
  void the_log_of_the_front_is_ordered_where_cloudfront_takes_orders_and_may_be_written() {
    var synthesis = Synthesized.dev();
    JsonNode conditions = synthesis.template().path("Conditions");
    Map<String, JsonNode> ordered =
        synthesis
            .template()
            .path("Resources")
            .propertyStream()
            .filter(resource ->
                resource.getValue().path("Type").asText().startsWith("AWS::Logs::Delivery"))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(ordered)
        .hasSize(3)
        .allSatisfy((id, part) ->
            assertThat(conditions.path(part.path("Condition").asText()).toString())
                .contains("AWS::Region", FrontLog.REGION));
    assertThat(synthesis.resources("AWS::S3::BucketPolicy"))
        .anySatisfy((id, policy) -> {
          assertThat(id).startsWith("AccessLog");
          assertThat(list(policy.path("PolicyDocument").path("Statement")))
              .anySatisfy(statement -> {
                assertThat(statement.path("Principal").toString())
                    .contains("delivery.logs.amazonaws.com");
                assertThat(statement.path("Resource").toString()).contains("/front/AWSLogs/");
                assertThat(statement.path("Condition").toString())
                    .contains("aws:SourceAccount", ":logs:us-east-1:");
              });
        });
    assertThat(
            only(synthesis.resources("AWS::Logs::DeliveryDestination"))
                .path("DestinationResourceArn")
                .toString())
        .contains("/front");
  }

  @Test
  void the_polling_host_logs_routes_and_neither_addresses_nor_people() {
    String format =
        only(Synthesized.dev().resources("AWS::ApiGatewayV2::Stage"))
            .path("AccessLogSettings")
            .path("Format")
            .asText();
    assertThat(format)
        .contains("$context.requestId", "$context.routeKey", "$context.status")
        .doesNotContain("$context.path", "$context.identity", "authorizer", "querystring");
  }

  @Test
  void operators_of_other_regions_are_told_the_same_fields() throws IOException {
    assertThat(Files.readString(Synthesized.ROOT.resolve("docs/operations.md")))
        .contains(
            "--record-fields "
                + String.join(" ", FrontLog.FIELDS.stream().map(f -> "'" + f + "'").toList()));
  }
}
