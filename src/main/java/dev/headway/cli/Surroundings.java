package dev.headway.cli;

import java.util.Map;

/**
 * What a command that talks to a service was started in.
 *
 * @param tokens used unless the environment has a token
 */
public record Surroundings(Terminal terminal, TokenSource tokens, Map<String, String> environment) {
  public Surroundings {
    environment = Map.copyOf(environment);
  }
}
