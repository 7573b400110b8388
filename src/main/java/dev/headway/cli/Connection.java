package dev.headway.cli;

import dev.headway.status.UploadId;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;

/** Which service to speak to and as whom; what {@code --url} and {@code --as} say. */
record Connection(URI base, String user, boolean tokenGiven, Credentials credentials) {
  static final Set<String> OPTIONS = Set.of("url", "as");

  private static final String DEFAULT_URL = "http://127.0.0.1:8080";
  static final String DEFAULT_USER = "developer";

  static Connection of(CommandLine line, Surroundings here) throws CommandFailure {
    String user = line.option("as").orElse(DEFAULT_USER);
    var credentials =
        Credentials.of(here.environment(), here.tokens(), Credentials.owner("--as", user));
    boolean given = Credentials.given(here.environment());
    URI base = address(line.option("url").orElse(DEFAULT_URL), "--url");
    return new Connection(base, user, given, credentials);
  }

  RemoteService open(Timing timing) {
    return new RemoteService(base, credentials, timing.silence());
  }

  /** The command that shows this upload again. */
  String watchCommand(UploadId id) {
    String command = "./headway watch " + id;
    if (!base.toString().equals(DEFAULT_URL)) {
      command += " --url " + quoted(base.toString());
    }
    if (!tokenGiven && !user.equals(DEFAULT_USER)) {
      command += " --as " + quoted(user);
    }
    return command;
  }

  /** The command that cancels this upload. */
  String cancelCommand(UploadId id) {
    String token =
        tokenGiven
            ? "$" + Credentials.TOKEN_VARIABLE
            : "$(./headway token --sub " + quoted(user) + ")";
    return "curl -X POST -H \"Authorization: Bearer %s\" %s"
        .formatted(token, quoted(base + "/status/" + id + "/cancel"));
  }

  /** The address of a service, without a slash at its end. */
  static URI address(String text, String what) throws CommandFailure {
    try {
      var uri = new URI(text.replaceAll("/+$", ""));
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (web
          && uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && uri.getRawUserInfo() == null
          && uri.getPort() <= 65_535) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // answered below
    }
    throw CommandFailure.usage(what + " is an address like " + DEFAULT_URL + ".");
  }

  /** As a shell wants it: plain words as they are, everything else between single quotes. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9._:/@-]+")
        ? text
        : "'" + Printable.of(text).replace("'", "'\\''") + "'";
  }
}
