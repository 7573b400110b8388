package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import java.util.Map;

/** Requests as an HTTP API with a JWT authorizer hands them over. */
final class HttpEvents {
  private HttpEvents() {}

  static APIGatewayV2HTTPEvent of(String method, String path, String subject) {
    APIGatewayV2HTTPEvent.RequestContext.RequestContextBuilder context =
        APIGatewayV2HTTPEvent.RequestContext.builder()
            .withStage("$default")
            .withHttp(
                APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                    .withMethod(method)
                    .withPath(path)
                    .build());
    if (!subject.isEmpty()) {
      context.withAuthorizer(
          APIGatewayV2HTTPEvent.RequestContext.Authorizer.builder()
              .withJwt(
                  APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT
                      .builder()
                      .withClaims(Map.of("sub", subject, "scope", "x"))
                      .build())
              .build());
    }
    return APIGatewayV2HTTPEvent.builder()
        .withVersion("2.0")
        .withRawPath(path)
        .withRawQueryString("")
        .withHeaders(Map.of())
        .withRequestContext(context.build())
        .build();
  }
}
