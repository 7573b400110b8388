package dev.headway.cli;

import dev.headway.status.OwnerId;
import java.io.IOException;
import java.time.Duration;

/** Makes bearer tokens. The root connects it to the development key; no service has to run. */
@FunctionalInterface
public interface TokenSource {
  /**
   * A new token for {@code subject} that is good for {@code timeToLive} from now.
   *
   * @throws IOException when the key cannot be read or must not be used; its message is a sentence
   *     for the person at the terminal
   */
  String token(OwnerId subject, Duration timeToLive) throws IOException;
}
