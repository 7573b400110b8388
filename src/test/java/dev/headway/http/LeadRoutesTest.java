package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.api.LeadPage;
import dev.headway.api.ProblemCode;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeadRoutesTest extends ServiceTest {
  @Test
  void leads_are_found_for_the_caller() {
    service.leads.set((owner, query) -> {
      service.events.add(owner.value() + " " + query);
      return TestService.page(query, 2);
    });
    HttpResponse<String> response =
        service.send("GET", "/leads?limit=7&q=a%20b&company=%C3%BC&sort=updatedAt");
    JsonObject body = new JsonObject(response.body());
    assertThat(body.getJsonArray("leads")).hasSize(1);
    assertThat(body.getString("nextCursor")).isEqualTo("2");
    assertThat(service.events)
        .containsExactly(
            "alice LeadQuery[limit=7, cursor=Optional.empty, text=Optional[a b],"
                + " company=Optional[ü], sort=OLDEST]");
    assertHeader(response, "Cache-Control", "no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1&limit=2", "sort=up", "limit=%zz", "q=%00&limit=x"})
  void a_query_that_is_none_is_refused(String query) {
    String raw =
        service.raw(
            "GET /leads?"
                + query
                + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                + TestService.ALICE
                + "\r\n\r\n");
    assertThat(raw).startsWith("HTTP/1.1 400").contains("INVALID_REQUEST");
  }

  @Test
  void leads_are_exported_page_by_page() {
    service.leads.set((owner, query) -> {
      assertThat(query.limit()).isEqualTo(100);
      return TestService.page(query, 500);
    });
    HttpResponse<String> response = service.send("GET", "/leads?limit=3", "Accept", "text/csv");
    assertHeader(response, "Content-Type", "text/csv; charset=utf-8; header=present");
    assertHeader(response, "Content-Disposition", "attachment; filename=\"leads.csv\"");
    assertThat(response.body().lines()).hasSize(501);
    assertThat(response.body().lines().skip(1).map(line -> line.split(",", 2)[0]))
        .doesNotHaveDuplicates()
        .last()
        .isEqualTo("lead-500");
  }

  @Test
  void an_export_that_fails_at_once_is_a_problem_and_later_is_cut() {
    service.leads.set((owner, query) -> {
      throw new TestService.Outage();
    });
    assertProblem(
        service.send("GET", "/leads", "Accept", "text/csv"), ProblemCode.DATABASE_UNAVAILABLE);

    service.leads.set((owner, query) -> {
      LeadPage page = TestService.page(query, 5);
      if (query.cursor().equals(Optional.of("3"))) {
        throw new TestService.Outage();
      }
      return page;
    });
    String raw =
        service.raw(
            "GET /leads HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\nAuthorization: "
                + TestService.ALICE
                + "\r\n\r\n");
    assertThat(raw).contains("lead-2").doesNotContain("lead-3").doesNotEndWith("0\r\n\r\n");
  }
}
