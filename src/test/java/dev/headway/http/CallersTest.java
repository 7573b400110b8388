package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.ProblemCode;
import dev.headway.api.Samples;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallersTest extends ServiceTest {
  private static final String STATUS = "/status/" + Samples.ID;

  @Test
  void without_a_token_nothing_is_told() {
    HttpResponse<String> response = service.send("GET", STATUS, "Authorization", "Basic YTpi");
    assertProblem(response, ProblemCode.UNAUTHORIZED);
    assertHeader(response, "WWW-Authenticate", "Bearer realm=\"headway\"");
    assertThat(service.raw("GET " + STATUS + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 401")
        .contains("UNAUTHORIZED");
    assertThat(service.events).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/status/x",
    "GET,/status/x/events",
    "GET,/leads",
    "POST,/uploads",
    "POST,/status/x/cancel"
  })
  void every_route_of_a_caller_wants_a_token(String method, String path) {
    assertProblem(service.send(method, path, "Authorization", "Bearer"), ProblemCode.UNAUTHORIZED);
    HttpResponse<String> response =
        service.send(method, path, "Authorization", "Bearer not.a.token");
    assertProblem(response, ProblemCode.INVALID_TOKEN);
    assertHeader(
        response,
        "WWW-Authenticate",
        "Bearer realm=\"headway\", error=\"invalid_token\","
            + " error_description=\"The token is not valid\"");
  }

  @Test
  void an_expired_token_is_said_to_be_one() {
    service.now.set(Samples.NOW.plus(Duration.ofHours(2)));
    assertProblem(service.send("GET", STATUS), ProblemCode.TOKEN_EXPIRED);
  }

  @Test
  void the_scheme_is_read_in_any_case_and_a_huge_token_not_at_all() {
    String token = TestService.ALICE.substring("Bearer ".length());
    assertThat(service.send("GET", STATUS, "Authorization", "bEARER   " + token).statusCode())
        .isEqualTo(200);
    assertProblem(
        service.send("GET", STATUS, "Authorization", "Bearer " + "a".repeat(9000)),
        ProblemCode.INVALID_TOKEN);
    assertProblem(
        service.send("GET", STATUS, "Authorization", "Bearer " + "a".repeat(20_000)),
        ProblemCode.HEADERS_TOO_LARGE);
  }

  @Test
  void a_token_in_the_query_is_none() {
    String token = TestService.ALICE.substring("Bearer ".length());
    assertThat(
            service.raw(
                "GET "
                    + STATUS
                    + "?access_token="
                    + token
                    + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 401");
  }
}
