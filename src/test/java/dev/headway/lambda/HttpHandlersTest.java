package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.api.AcceptedUpload;
import dev.headway.api.LeadPage;
import dev.headway.api.LeadQuery;
import dev.headway.api.Leads;
import dev.headway.api.NewUpload;
import dev.headway.api.RefusalTime;
import dev.headway.api.Uploads;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import dev.headway.store.DynamoDbLocal;
import dev.headway.store.OwnedStatuses;
import dev.headway.store.ProcessingStatusService;
import dev.headway.store.Promises;
import dev.headway.store.SharedDynamoDbLocal;
import dev.headway.store.StatusTable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(SharedDynamoDbLocal.class)
class HttpHandlersTest {
  private static final OwnerId ANN = new OwnerId("ann");

  private final UploadId id = UploadId.random();
  private final DynamoDbLocal dynamo;
  private final ProcessingStatusService statuses;
  private final List<LeadQuery> queries = new ArrayList<>();
  private final List<OwnerId> askers = new ArrayList<>();
  private final LeadReaderHandler reader;

  HttpHandlersTest(DynamoDbLocal dynamo) {
    this.dynamo = dynamo;
    statuses =
        new ProcessingStatusService(
            dynamo.client(), dynamo.statusTable(), InstantSource.system(), Promises.DEFAULT);
    Leads leads =
        (owner, query) -> {
          askers.add(owner);
          queries.add(query);
          return new LeadPage(List.of(), Optional.of("next"));
        };
    reader =
        new LeadReaderHandler(statuses, owned(dynamo.statusTable()), leads, InstantSource.system());
  }

  private OwnedStatuses owned(StatusTable table) {
    return new OwnedStatuses(dynamo.client(), table, InstantSource.system());
  }

  private static JsonNode json(APIGatewayV2HTTPResponse response) {
    try {
      return new JsonMapper().readTree(response.getBody());
    } catch (JsonProcessingException e) {
      throw new AssertionError(response.getBody(), e);
    }
  }

  private APIGatewayV2HTTPResponse read(APIGatewayV2HTTPEvent event) {
    return HttpEvents.ask(reader, event);
  }

  private APIGatewayV2HTTPResponse read(String method, String path) {
    return read(HttpEvents.of(method, path, "ann"));
  }

  private static String code(APIGatewayV2HTTPResponse response) {
    assertThat(response.getHeaders()).containsEntry("Content-Type", "application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(response.getStatusCode());
    return problem.path("code").asText();
  }

  @Test
  void a_poll_answers_as_the_service_does() {
    statuses.createStatus(id, ANN, "a.csv", 10);
    APIGatewayV2HTTPResponse response = read("GET", "/status/" + id);
    assertThat(response.getStatusCode()).isEqualTo(200);
    assertThat(response.getHeaders())
        .containsEntry("ETag", "\"1\"")
        .containsEntry("Retry-After", "2")
        .containsEntry("Cache-Control", "private, no-cache")
        .containsEntry("Content-Type", "application/json");
    assertThat(json(response).path("uploadId").asText()).isEqualTo(id.value());
    assertThat(json(response).path("version").asInt()).isEqualTo(1);

    APIGatewayV2HTTPEvent again = HttpEvents.of("GET", "/status/" + id, "ann");
    again.setHeaders(Map.of("If-None-Match", "W/\"1\""));
    assertThat(read(again).getStatusCode()).isEqualTo(304);
    assertThat(read(again).getBody()).isEmpty();
    assertThat(read("HEAD", "/status/" + id).getBody()).isEmpty();
  }

  @Test
  void an_unknown_and_a_foreign_upload_look_the_same() {
    statuses.createStatus(id, new OwnerId("bob"), "a.csv", 10);
    UploadId broken = broken();
    for (String method : List.of("GET", "POST")) {
      String suffix = method.equals("POST") ? "/cancel" : "";
      Answered unknown = answered(() -> read(method, "/status/" + UploadId.random() + suffix));
      assertThat(code(unknown.response())).isEqualTo("UPLOAD_NOT_FOUND");
      for (UploadId foreign : List.of(id, broken)) {
        Answered answer = answered(() -> read(method, "/status/" + foreign + suffix));
        assertThat(code(answer.response())).isEqualTo("UPLOAD_NOT_FOUND");
        assertThat(answer.response().getHeaders()).isEqualTo(unknown.response().getHeaders());
        assertThat(json(answer.response()).path("detail"))
            .isEqualTo(json(unknown.response()).path("detail"));
        assertThat(answer.took()).isGreaterThanOrEqualTo(RefusalTime.STEP);
      }
      assertThat(unknown.took()).isGreaterThanOrEqualTo(RefusalTime.STEP);
    }
    assertThat(statuses.getStatus(id).orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void a_refusal_of_HEAD_has_no_body() {
    APIGatewayV2HTTPResponse refused = read("HEAD", "/status/" + id);
    assertThat(refused.getStatusCode()).isEqualTo(404);
    assertThat(refused.getBody()).isEmpty();
    assertThat(refused.getHeaders()).containsEntry("Content-Type", "application/problem+json");
  }

  @Test
  void picks_that_are_not_the_callers_look_the_same_too() {
    statuses.createStatus(id, new OwnerId("bob"), "a.csv", 10);
    UploadId own = UploadId.random();
    statuses.createStatus(own, ANN, "a.csv", 10);
    for (UploadId absent : List.of(id, UploadId.random(), broken())) {
      Answered none = answered(() -> uploads(ANN, "uploadId=" + absent));
      assertThat(none.response().getBody()).isEqualTo("{\"uploads\":[]}");
      assertThat(none.response().getHeaders())
          .isEqualTo(uploads(ANN, "uploadId=nowhere").getHeaders());
      assertThat(none.took()).isGreaterThanOrEqualTo(RefusalTime.STEP);
      Answered some = answered(() -> uploads(ANN, "uploadId=" + absent + "&uploadId=" + own));
      assertThat(json(some.response()).path("uploads")).hasSize(1);
      assertThat(some.took()).isGreaterThanOrEqualTo(RefusalTime.STEP);
    }
  }

  /** Somebody else's record, which nobody can read. */
  private UploadId broken() {
    UploadId broken = UploadId.random();
    dynamo
        .client()
        .putItem(put ->
            put.tableName(dynamo.statusTable().name())
                .item(
                    Map.of(
                        "uploadId", AttributeValue.fromS(broken.value()),
                        "ownerId", AttributeValue.fromS("bob"),
                        "version", AttributeValue.fromS("none"))));
    return broken;
  }

  private record Answered(APIGatewayV2HTTPResponse response, Duration took) {}

  private static Answered answered(Supplier<APIGatewayV2HTTPResponse> question) {
    long asked = System.nanoTime();
    APIGatewayV2HTTPResponse response = question.get();
    return new Answered(response, Duration.ofNanos(System.nanoTime() - asked));
  }

  @Test
  void a_cancellation_is_final_and_may_be_repeated() {
    statuses.createStatus(id, ANN, "a.csv", 10);
    APIGatewayV2HTTPResponse first = read("POST", "/status/" + id + "/cancel");
    assertThat(first.getStatusCode()).isEqualTo(200);
    assertThat(json(first).path("status").asText()).isEqualTo("cancelled");
    assertThat(read("POST", "/status/" + id + "/cancel").getBody()).isEqualTo(first.getBody());

    UploadId failed = UploadId.random();
    statuses.createStatus(failed, ANN, "a.csv", 10);
    statuses.setError(failed, dev.headway.status.Failure.EMPTY);
    assertThat(code(read("POST", "/status/" + failed + "/cancel"))).isEqualTo("CANNOT_CANCEL");
  }

  @Test
  void the_callers_uploads_are_listed_and_picked_as_by_the_service() {
    OwnerId owner = new OwnerId("owner of " + id);
    List<UploadId> ids = List.of(id, UploadId.random(), UploadId.random());
    ids.forEach(each -> statuses.createStatus(each, owner, "a.csv", 10));
    UploadId foreign = UploadId.random();
    statuses.createStatus(foreign, ANN, "a.csv", 10);

    List<String> listed = new ArrayList<>();
    String query = "limit=2";
    while (!query.isEmpty()) {
      JsonNode page = json(uploads(owner, query));
      page.path("uploads").forEach(upload -> listed.add(upload.path("uploadId").asText()));
      query = page.has("nextCursor") ? "cursor=" + page.path("nextCursor").asText() : "";
    }
    assertThat(listed)
        .containsExactlyInAnyOrderElementsOf(ids.stream().map(UploadId::value).toList());

    APIGatewayV2HTTPResponse picked =
        uploads(owner, "uploadId=" + id + "&uploadId=nowhere&uploadId=" + foreign);
    assertThat(picked.getBody())
        .isEqualTo("{\"uploads\":[" + read("GET", "/status/" + id, owner).getBody() + "]}");
    assertThat(picked.getHeaders())
        .containsEntry("Retry-After", "2")
        .containsEntry("Age", "0")
        .containsEntry("Cache-Control", "private, no-cache");
    assertThat(uploads(new OwnerId("nobody"), "").getBody()).isEqualTo("{\"uploads\":[]}");
    assertThat(code(uploads(owner, "limit=0"))).isEqualTo("INVALID_REQUEST");
    assertThat(code(uploads(owner, "uploadId=a.b"))).isEqualTo("INVALID_UPLOAD_ID");
  }

  private APIGatewayV2HTTPResponse uploads(OwnerId owner, String query) {
    APIGatewayV2HTTPEvent event = HttpEvents.of("GET", "/status", owner.value());
    event.setRawQueryString(query);
    return read(event);
  }

  private APIGatewayV2HTTPResponse read(String method, String path, OwnerId owner) {
    return read(HttpEvents.of(method, path, owner.value()));
  }

  @Test
  void there_are_no_streams_here() {
    APIGatewayV2HTTPEvent stream = HttpEvents.of("GET", "/status/" + id, "ann");
    stream.setHeaders(Map.of("accept", "text/event-stream"));
    assertThat(code(read(stream))).isEqualTo("NOT_ACCEPTABLE");
    assertThat(code(read("GET", "/status/" + id + "/events"))).isEqualTo("NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2Fb", "a.b", "", "%00", "ü"})
  void ids_are_checked(String bad) {
    assertThat(code(read("GET", "/status/" + bad))).isEqualTo("INVALID_UPLOAD_ID");
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /leads, 'GET, HEAD'",
    "DELETE, /status/x, 'GET, HEAD'",
    "POST, /status, 'GET, HEAD'",
    "GET, /status/x/cancel, POST"
  })
  void other_methods_are_not_allowed(String method, String path, String allowed) {
    APIGatewayV2HTTPResponse response = read(method, path);
    assertThat(code(response)).isEqualTo("METHOD_NOT_ALLOWED");
    assertThat(response.getHeaders()).containsEntry("Allow", allowed);
  }

  @Test
  void an_id_token_is_no_access_token_though_the_authorizer_accepts_it() {
    Map<String, String> claims = Map.of("sub", "ann", "token_use", "id", "aud", "client");
    for (String path : List.of("/leads", "/status", "/status/" + id)) {
      APIGatewayV2HTTPResponse response = read(HttpEvents.of("GET", path, claims));
      assertThat(response.getStatusCode()).isEqualTo(401);
      assertThat(code(response)).isEqualTo("INVALID_TOKEN");
    }
    statuses.createStatus(id, ANN, "a.csv", 10);
    Map<String, String> access = Map.of("sub", "ann", "token_use", "access", "client_id", "client");
    assertThat(read(HttpEvents.of("GET", "/status/" + id, access)).getStatusCode()).isEqualTo(200);
  }

  @Test
  void nobody_is_let_in_without_a_subject() {
    APIGatewayV2HTTPResponse response = read(HttpEvents.of("GET", "/leads", ""));
    assertThat(code(response)).isEqualTo("UNAUTHORIZED");
    assertThat(response.getHeaders()).containsEntry("WWW-Authenticate", "Bearer");
    assertThat(code(read(HttpEvents.of("GET", "/leads", "x".repeat(1000)))))
        .isEqualTo("INVALID_TOKEN");
  }

  @Test
  void leads_are_asked_for_with_the_decoded_query_of_their_owner() {
    APIGatewayV2HTTPEvent event = HttpEvents.of("GET", "/leads", "ann");
    event.setRawQueryString("limit=5&q=K%C3%A4se+%26+Co&sort=updatedAt&unknown");
    APIGatewayV2HTTPResponse response = read(event);
    assertThat(response.getBody()).isEqualTo("{\"leads\":[],\"nextCursor\":\"next\"}");
    assertThat(askers).containsExactly(ANN);
    assertThat(queries)
        .containsExactly(
            new LeadQuery(
                5,
                Optional.empty(),
                Optional.of("Käse & Co"),
                Optional.empty(),
                LeadQuery.Sort.OLDEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=1&limit=2", "q=%", "sort=name"})
  void a_bad_query_is_refused(String query) {
    APIGatewayV2HTTPEvent event = HttpEvents.of("GET", "/leads", "ann");
    event.setRawQueryString(query);
    assertThat(code(read(event))).isEqualTo("INVALID_REQUEST");
  }

  @Test
  void the_name_of_a_stage_is_no_part_of_the_path() {
    APIGatewayV2HTTPEvent event = HttpEvents.of("GET", "/prod/leads", "ann");
    event.getRequestContext().setStage("prod");
    assertThat(read(event).getStatusCode()).isEqualTo(200);
  }

  @Test
  void a_table_that_cannot_be_reached_is_503() {
    LeadReaderHandler broken =
        new LeadReaderHandler(
            statuses,
            owned(new StatusTable("NoSuchTable")),
            (owner, query) -> new LeadPage(List.of(), Optional.empty()),
            InstantSource.system());
    APIGatewayV2HTTPResponse response =
        HttpEvents.ask(broken, HttpEvents.of("GET", "/status/x", "ann"));
    assertThat(code(response)).isEqualTo("DATABASE_UNAVAILABLE");
    assertThat(response.getHeaders()).containsKey("Retry-After");
  }

  @Test
  void a_fault_is_answered_with_a_request_id_and_nothing_else() {
    Leads faulty =
        (owner, query) -> {
          throw new IllegalStateException("secret");
        };
    APIGatewayV2HTTPResponse response =
        HttpEvents.ask(
            new LeadReaderHandler(
                statuses, owned(dynamo.statusTable()), faulty, InstantSource.system()),
            HttpEvents.of("GET", "/leads", "ann"));
    assertThat(code(response)).isEqualTo("INTERNAL_ERROR");
    assertThat(response.getBody()).doesNotContain("secret");
    assertThat(json(response).path("requestId").asText())
        .isEqualTo(response.getHeaders().get("X-Request-Id"));
  }

  /** Accepts what it is asked for, and remembers it. */
  private final class Desk implements Uploads {
    private final List<NewUpload> asked = new ArrayList<>();

    @Override
    public AcceptedUpload accept(OwnerId owner, NewUpload upload) {
      asked.add(upload);
      return new AcceptedUpload(
          statuses
              .createStatus(id, owner, upload.fileName(), upload.fileSize())
              .current()
              .orElseThrow(),
          new AcceptedUpload.Target(
              "PUT",
              URI.create("https://bucket.example/x?sig=1"),
              Map.of("content-type", "text/csv")));
    }
  }

  private static APIGatewayV2HTTPEvent post(String body) {
    APIGatewayV2HTTPEvent event = HttpEvents.of("POST", "/uploads", "ann");
    event.setBody(body);
    return event;
  }

  @Test
  void an_upload_is_accepted_with_its_address_and_record() {
    Desk desk = new Desk();
    FileUploadHandler handler = new FileUploadHandler(desk, InstantSource.system());
    String body = "{\"fileName\":\"a.csv\",\"fileSize\":10}";
    APIGatewayV2HTTPEvent event =
        post(Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8)));
    event.setIsBase64Encoded(true);
    APIGatewayV2HTTPResponse response = HttpEvents.ask(handler, event);
    assertThat(response.getStatusCode()).isEqualTo(201);
    assertThat(response.getHeaders()).containsEntry("Location", "/status/" + id);
    assertThat(json(response).at("/upload/url").asText())
        .isEqualTo("https://bucket.example/x?sig=1");
    assertThat(json(response).at("/status/status").asText()).isEqualTo("uploading");
    assertThat(desk.asked).containsExactly(new NewUpload("a.csv", 10, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"fileName\":\"a.csv\"}", "{\"fileName\":1,\"fileSize\":1}"})
  void a_bad_body_is_refused(String body) {
    Desk desk = new Desk();
    APIGatewayV2HTTPResponse response =
        HttpEvents.ask(new FileUploadHandler(desk, InstantSource.system()), post(body));
    assertThat(code(response)).isEqualTo("INVALID_REQUEST");
    assertThat(desk.asked).isEmpty();
  }

  @Test
  void uploads_are_posted() {
    FileUploadHandler handler = new FileUploadHandler(new Desk(), InstantSource.system());
    assertThat(code(HttpEvents.ask(handler, HttpEvents.of("GET", "/uploads", "ann"))))
        .isEqualTo("METHOD_NOT_ALLOWED");
  }
}
