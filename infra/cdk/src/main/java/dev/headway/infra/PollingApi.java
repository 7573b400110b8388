package dev.headway.infra;

import java.util.List;
import java.util.Objects;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpJwtAuthorizer;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.AddRoutesOptions;
import software.amazon.awscdk.services.apigatewayv2.CfnStage;
import software.amazon.awscdk.services.apigatewayv2.CorsHttpMethod;
import software.amazon.awscdk.services.apigatewayv2.CorsPreflightOptions;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpMethod;
import software.amazon.awscdk.services.lambda.IFunction;
import software.constructs.Construct;

/**
 * The same contract on a host of its own, for those who poll without the service: it cannot hold a
 * stream.
 */
final class PollingApi {
  /** Requests a second; one address of the service may send 200. */
  private static final int RATE = 200;

  private static final int BURST = 400;

  private final HttpApi api;

  PollingApi(Construct scope, Keeping keeping, Users users, Workers workers, String page) {
    var authorizer =
        HttpJwtAuthorizer.Builder.create("Tokens", users.issuer())
            .jwtAudience(List.of(users.clientId()))
            .build();
    api =
        HttpApi.Builder.create(scope, "PollingApi")
            .description("Headway for those who poll")
            .defaultAuthorizer(authorizer)
            .corsPreflight(
                CorsPreflightOptions.builder()
                    .allowOrigins(List.of(page))
                    .allowMethods(
                        List.of(CorsHttpMethod.GET, CorsHttpMethod.HEAD, CorsHttpMethod.POST))
                    .allowHeaders(
                        List.of("authorization", "content-type", "if-none-match", "prefer"))
                    .exposeHeaders(
                        List.of(
                            "age",
                            "etag",
                            "location",
                            "retry-after",
                            "www-authenticate",
                            "x-request-id"))
                    .maxAge(Duration.hours(1))
                    .build())
            .build();
    var reader = integration("Reader", workers.leadReader());
    route("/uploads", List.of(HttpMethod.POST), integration("Desk", workers.fileUpload()));
    var reads = List.of(HttpMethod.GET, HttpMethod.HEAD);
    route("/leads", reads, reader);
    route("/status", reads, reader);
    route("/status/{uploadId}", reads, reader);
    route("/status/{uploadId}/cancel", List.of(HttpMethod.POST), reader);
    logRequests(scope, keeping);
  }

  private static HttpLambdaIntegration integration(String id, IFunction function) {
    return new HttpLambdaIntegration(id, function);
  }

  private void route(String path, List<HttpMethod> methods, HttpLambdaIntegration integration) {
    api.addRoutes(
        AddRoutesOptions.builder().path(path).methods(methods).integration(integration).build());
  }

  /** Without address and token of the caller. */
  private void logRequests(Construct scope, Keeping keeping) {
    var log = keeping.logGroup(scope, "PollingLog");
    var stage =
        (CfnStage)
            Objects.requireNonNull(
                Objects.requireNonNull(api.getDefaultStage()).getNode().getDefaultChild());
    stage.setAccessLogSettings(
        CfnStage.AccessLogSettingsProperty.builder()
            .destinationArn(log.getLogGroupArn())
            .format(
                """
                {"requestId":"$context.requestId","route":"$context.routeKey",\
                "status":"$context.status","ms":"$context.responseLatency",\
                "error":"$context.error.message"}\
                """)
            .build());
    stage.setDefaultRouteSettings(
        CfnStage.RouteSettingsProperty.builder()
            .throttlingRateLimit(RATE)
            .throttlingBurstLimit(BURST)
            .build());
  }

  HttpApi api() {
    return api;
  }

  String address() {
    return "https://" + api.getApiId() + ".execute-api." + Aws.REGION + "." + Aws.URL_SUFFIX;
  }
}
