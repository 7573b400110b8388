package dev.headway.http;

import dev.headway.status.OwnerId;
import java.util.List;
import java.util.function.Function;

/**
 * Gives out tokens to whoever asks, on a machine where everything is for trying out.
 *
 * @param users that the page offers; others may be named
 * @param tokens a token that this service accepts. Called on the event loop: must not block
 */
public record DevelopmentSignIn(List<String> users, Function<OwnerId, String> tokens) {
  public DevelopmentSignIn {
    users = List.copyOf(users);
  }
}
