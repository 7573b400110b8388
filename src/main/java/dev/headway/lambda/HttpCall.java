package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.OwnerId;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request as the HTTP API hands it over, with what the handlers ask of it. */
record HttpCall(
    String method,
    String path,
    Map<String, String> headers,
    String query,
    String rawBody,
    boolean base64,
    Map<String, String> claims) {
  private static final String ACCESS = "access";

  static HttpCall of(APIGatewayV2HTTPEvent event) {
    Optional<APIGatewayV2HTTPEvent.RequestContext> context =
        Optional.ofNullable(event.getRequestContext());
    return new HttpCall(
        methodOf(event),
        path(event, context),
        lowerCaseNames(event.getHeaders()),
        Optional.ofNullable(event.getRawQueryString()).orElse(""),
        Optional.ofNullable(event.getBody()).orElse(""),
        event.getIsBase64Encoded(),
        context
            .map(APIGatewayV2HTTPEvent.RequestContext::getAuthorizer)
            .map(APIGatewayV2HTTPEvent.RequestContext.Authorizer::getJwt)
            .map(APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT::getClaims)
            .orElse(Map.of()));
  }

  static String methodOf(APIGatewayV2HTTPEvent event) {
    return Optional.ofNullable(event.getRequestContext())
        .map(APIGatewayV2HTTPEvent.RequestContext::getHttp)
        .map(APIGatewayV2HTTPEvent.RequestContext.Http::getMethod)
        .orElse("GET");
  }

  /** Without the stage, which a named one puts in front. */
  private static String path(
      APIGatewayV2HTTPEvent event, Optional<APIGatewayV2HTTPEvent.RequestContext> context) {
    String raw = Optional.ofNullable(event.getRawPath()).orElse("/");
    String prefix =
        "/" + context.map(APIGatewayV2HTTPEvent.RequestContext::getStage).orElse("$default");
    return raw.startsWith(prefix + "/") ? raw.substring(prefix.length()) : raw;
  }

  private static Map<String, String> lowerCaseNames(Map<String, String> headers) {
    Map<String, String> lower = new LinkedHashMap<>();
    if (headers != null) {
      headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    }
    return lower;
  }

  byte[] body() {
    if (!base64) {
      return rawBody.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(rawBody);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(ProblemCode.INVALID_REQUEST, "The body cannot be decoded.");
    }
  }

  /** Whose token the authorizer accepted; the API lets nobody in without one. */
  OwnerId owner() {
    // The authorizer lets Cognito's id tokens in as well, which tell a page who its user is and are
    // no leave to act for them.
    if (!claims.getOrDefault("token_use", ACCESS).equals(ACCESS)) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "The token is no access token.");
    }
    try {
      return Optional.ofNullable(claims.get("sub"))
          .filter(subject -> !subject.isBlank())
          .map(OwnerId::new)
          .orElseThrow(
              () -> new ProblemException(ProblemCode.UNAUTHORIZED, "A bearer token is needed."));
    } catch (IllegalArgumentException e) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "The token's subject is too long.");
    }
  }

  /** All values of a header; the API has joined them with commas. */
  List<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName)).map(List::of).orElse(List.of());
  }

  Map<String, List<String>> parameters() {
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        parameters.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          ProblemCode.INVALID_REQUEST, "The query has a % that begins no character.");
    }
  }
}
