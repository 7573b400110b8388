package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.headway.contract.Contract;
import java.util.Map;
import java.util.regex.Pattern;

/** Requests as an HTTP API with a JWT authorizer hands them over. */
final class HttpEvents {
  private static final Contract CONTRACT = Contract.ofFunctions();

  private HttpEvents() {}

  /** What the handler answers, held against the contract. */
  static APIGatewayV2HTTPResponse ask(
      RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> handler,
      APIGatewayV2HTTPEvent event) {
    APIGatewayV2HTTPResponse response = handler.handleRequest(event, new FakeContext(1000));
    CONTRACT.require(
        event.getRequestContext().getHttp().getMethod(),
        // Without the stage, which a named one puts in front.
        event
            .getRawPath()
            .replaceFirst("^/" + Pattern.quote(event.getRequestContext().getStage()) + "/", "/"),
        response.getStatusCode(),
        response.getHeaders(),
        response.getBody());
    return response;
  }

  static APIGatewayV2HTTPEvent of(String method, String path, String subject) {
    return of(method, path, subject.isEmpty() ? Map.of() : Map.of("sub", subject, "scope", "x"));
  }

  /**
   * @param claims of the token that the authorizer accepted; empty for a request without one
   */
  static APIGatewayV2HTTPEvent of(String method, String path, Map<String, String> claims) {
    APIGatewayV2HTTPEvent.RequestContext.RequestContextBuilder context =
        APIGatewayV2HTTPEvent.RequestContext.builder()
            .withStage("$default")
            .withHttp(
                APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                    .withMethod(method)
                    .withPath(path)
                    .build());
    if (!claims.isEmpty()) {
      context.withAuthorizer(
          APIGatewayV2HTTPEvent.RequestContext.Authorizer.builder()
              .withJwt(
                  APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT
                      .builder()
                      .withClaims(claims)
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
