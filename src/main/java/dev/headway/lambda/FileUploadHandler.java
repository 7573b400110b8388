package dev.headway.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.headway.api.AcceptedUpload;
import dev.headway.api.NewUploadJson;
import dev.headway.api.Representation;
import dev.headway.api.Uploads;
import dev.headway.api.Views;
import java.time.InstantSource;
import java.util.Map;

/** Accepts uploads: {@code POST /uploads}. */
public final class FileUploadHandler
    implements RequestHandler<APIGatewayV2HTTPEvent, APIGatewayV2HTTPResponse> {
  private final Uploads uploads;
  private final HttpAnswers answers;

  /** For Lambda. */
  public FileUploadHandler() {
    this(new Workshop(Environment.ofProcess()));
  }

  FileUploadHandler(Workshop workshop) {
    this(workshop.uploadDesk(), workshop.clock(), workshop.invocations());
  }

  public FileUploadHandler(Uploads uploads, InstantSource clock) {
    this(uploads, clock, Invocations.UNTRACED);
  }

  private FileUploadHandler(Uploads uploads, InstantSource clock, Invocations invocations) {
    this.uploads = uploads;
    this.answers = new HttpAnswers(clock, invocations);
  }

  @Override
  public APIGatewayV2HTTPResponse handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    return answers.to(event, context, this::accept);
  }

  private APIGatewayV2HTTPResponse accept(HttpCall call) {
    if (!call.method().equals("POST")) {
      throw new HttpAnswers.MethodNotAllowed("POST");
    }
    AcceptedUpload accepted = uploads.accept(call.owner(), NewUploadJson.parse(call.body()));
    return HttpAnswers.of(
        201,
        Map.of(
            "Content-Type",
            Representation.JSON.contentType(),
            "Cache-Control",
            "no-store", // the body holds an address that is good for whoever has it
            "Location",
            "/status/" + accepted.status().uploadId()),
        Views.accepted(accepted));
  }
}
