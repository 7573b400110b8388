package dev.headway.cli;

import dev.headway.status.OwnerId;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** What a command shows to the service to say who it is: a bearer token for the next request. */
@FunctionalInterface
interface Credentials {
  /** The variable that holds a token for services that do not know the development key. */
  String TOKEN_VARIABLE = "HEADWAY_TOKEN";

  /** Longer than any stream lives without reconnecting; every request gets a new one anyway. */
  Duration TIME_TO_LIVE = Duration.ofHours(1);

  String bearer() throws CommandFailure;

  /** The token of the environment where there is one, otherwise development tokens. */
  static Credentials of(Map<String, String> environment, TokenSource tokens, OwnerId owner) {
    String given = environment.getOrDefault(TOKEN_VARIABLE, "").strip();
    if (!given.isEmpty()) {
      return () -> requireToken(given);
    }
    return () -> {
      try {
        return tokens.token(owner, TIME_TO_LIVE);
      } catch (IOException e) {
        throw keyFailure(e);
      }
    };
  }

  /** Whether the environment has a token. */
  static boolean given(Map<String, String> environment) {
    return !environment.getOrDefault(TOKEN_VARIABLE, "").isBlank();
  }

  static OwnerId owner(String option, String text) throws CommandFailure {
    try {
      return new OwnerId(text);
    } catch (IllegalArgumentException _) {
      throw CommandFailure.usage(option + " is the name of a user.");
    }
  }

  static CommandFailure keyFailure(IOException e) {
    return CommandFailure.noAnswer(
        e.getMessage() == null ? "The development key cannot be used." : e.getMessage());
  }

  private static String requireToken(String text) throws CommandFailure {
    if (!text.matches("[A-Za-z0-9._~+/=-]+")) { // RFC 6750, and safe in a header
      throw CommandFailure.usage(TOKEN_VARIABLE + " does not hold a bearer token.");
    }
    return text;
  }
}
