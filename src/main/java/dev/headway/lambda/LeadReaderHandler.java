package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.headway.api.CancelAnswer;
import dev.headway.api.Conditional;
import dev.headway.api.LeadQueryParameters;
import dev.headway.api.Leads;
import dev.headway.api.Negotiation;
import dev.headway.api.PollAnswer;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.Representation;
import dev.headway.api.StatusJson;
import dev.headway.api.UploadQuery;
import dev.headway.api.UploadsAnswer;
import dev.headway.api.Views;
import dev.headway.api.Visibility;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusWriter;
import dev.headway.status.UploadId;
import dev.headway.store.OwnedStatuses;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers reads where the service is not: {@code GET /leads}, {@code GET /status}, {@code GET
 * /status/…} and {@code POST /status/…/cancel}, by the same contract as the service, but JSON only.
 * There are no streams here, and nothing is waited for.
 */
public final class LeadReaderHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private static final Pattern STATUS = Pattern.compile("/status/([^/]*)(/cancel)?");

  private final StatusWriter statuses;
  private final OwnedStatuses owned;
  private final Leads leads;
  private final InstantSource clock;
  private final HttpAnswers answers;
  private final StatusJson json = new StatusJson();

  /** For Lambda. */
  public LeadReaderHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  LeadReaderHandler(Workshop workshop) {
    this(
        workshop.statuses(),
        workshop.ownedStatuses(),
        workshop.leadBook(),
        workshop.clock(),
        workshop.invocations());
  }

  public LeadReaderHandler(
      StatusWriter statuses, OwnedStatuses owned, Leads leads, InstantSource clock) {
    this(statuses, owned, leads, clock, Invocations.UNTRACED);
  }

  private LeadReaderHandler(
      StatusWriter statuses,
      OwnedStatuses owned,
      Leads leads,
      InstantSource clock,
      Invocations invocations) {
    this.statuses = statuses;
    this.owned = owned;
    this.leads = leads;
    this.clock = clock;
    this.answers = new HttpAnswers(clock, invocations);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return answers.to(event, context, this::route);
  }

  private APIGatewayV2HTTPResponse route(HttpCall call) {
    if (call.path().equals("/leads")) {
      allow(call, "GET", "HEAD");
      return leads(call);
    }
    if (call.path().equals("/status")) {
      allow(call, "GET", "HEAD");
      return uploads(call);
    }
    Matcher status = STATUS.matcher(call.path());
    if (!status.matches()) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is nothing at this address.");
    }
    if (status.group(2) != null) {
      allow(call, "POST");
      return cancel(call, status.group(1));
    }
    allow(call, "GET", "HEAD");
    return status(call, status.group(1));
  }

  private static void allow(HttpCall call, String... methods) {
    if (!List.of(methods).contains(call.method())) {
      throw new HttpAnswers.MethodNotAllowed(String.join(", ", methods));
    }
  }

  private APIGatewayV2HTTPResponse leads(HttpCall call) {
    OwnerId owner = call.owner();
    requireJson(call);
    byte[] body = Views.leads(leads.find(owner, LeadQueryParameters.parse(call.parameters())));
    return HttpAnswers.of(
        200,
        Map.of("Content-Type", Representation.JSON.contentType(), "Cache-Control", "no-store"),
        body);
  }

  private APIGatewayV2HTTPResponse status(HttpCall call, String id) {
    OwnerId owner = call.owner();
    UploadId uploadId = uploadId(id);
    requireJson(call);
    PollAnswer answer =
        PollAnswer.of(
            visible(uploadId, owner),
            Duration.ZERO, // read just now, consistently
            Conditional.parse(call.header("if-none-match")));
    return HttpAnswers.of(
        answer.httpStatus(), answer.headers(), answer.body().map(json::encode).orElse(new byte[0]));
  }

  private APIGatewayV2HTTPResponse uploads(HttpCall call) {
    OwnerId owner = call.owner();
    requireJson(call);
    UploadQuery query = UploadQuery.parse(call.parameters());
    if (!query.picks().isEmpty()) {
      return uploads(picked(owner, query.picks()), Optional.empty());
    }
    // One more than wanted tells whether there is a next page.
    List<OwnedUpload> listed = owned.newestOf(owner, query.limit() + 1, query.after());
    List<OwnedUpload> page = listed.subList(0, Math.min(query.limit(), listed.size()));
    return uploads(
        visible(owner, page.stream().map(OwnedUpload::uploadId).toList()),
        listed.size() > page.size() ? Optional.of(page.getLast()) : Optional.empty());
  }

  private APIGatewayV2HTTPResponse uploads(
      List<ProcessingStatus> records, Optional<OwnedUpload> next) {
    byte[] body = UploadsAnswer.body(records.stream().map(json::encode).toList(), next);
    return HttpAnswers.of(200, UploadsAnswer.headers(records, Duration.ZERO), body);
  }

  private APIGatewayV2HTTPResponse cancel(HttpCall call, String id) {
    OwnerId owner = call.owner();
    UploadId uploadId = uploadId(id);
    requireJson(call);
    ProcessingStatus before = visible(uploadId, owner);
    CancelAnswer answer = CancelAnswer.of(statuses.cancel(before.uploadId()));
    return HttpAnswers.of(answer.httpStatus(), answer.headers(), json.encode(answer.body()));
  }

  /** What is not the caller's is left out just as what does not exist, and takes as long. */
  private List<ProcessingStatus> picked(OwnerId owner, List<UploadId> picks) {
    long asked = System.nanoTime();
    List<ProcessingStatus> found = visible(owner, picks);
    if (found.size() < picks.size()) {
      HttpAnswers.waitForStep(asked);
    }
    return found;
  }

  private List<ProcessingStatus> visible(OwnerId owner, List<UploadId> ids) {
    Instant now = clock.instant();
    return owned.readAll(ids).values().stream()
        .filter(record -> Visibility.isVisible(record, owner, now))
        .sorted(Comparator.comparing(OwnedUpload::of, OwnedUpload.NEWEST_FIRST))
        .toList();
  }

  /** Read as the others are: a record that cannot be decoded is absent, whosever it is. */
  private ProcessingStatus visible(UploadId id, OwnerId owner) {
    Optional<ProcessingStatus> found = Optional.ofNullable(owned.readAll(List.of(id)).get(id));
    return Visibility.require(found, owner, clock.instant());
  }

  private static UploadId uploadId(String text) {
    return UploadId.parse(text)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.INVALID_UPLOAD_ID,
                "An upload id is 1 to 255 of A-Z, a-z, 0-9, _ and -."));
  }

  private static void requireJson(HttpCall call) {
    if (Negotiation.choose(call.header("accept"), List.of(Representation.JSON)).isEmpty()) {
      throw new ProblemException(
          ProblemCode.NOT_ACCEPTABLE, "Only application/json is offered at this host.");
    }
  }
}
