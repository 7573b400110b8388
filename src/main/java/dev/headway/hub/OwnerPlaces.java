package dev.headway.hub;

import dev.headway.status.OwnerId;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many streams and waiting polls each person has open on a node. Any thread. It costs some 40
 * bytes for each person and nothing for each further stream.
 */
public final class OwnerPlaces {
  private final ConcurrentHashMap<OwnerId, Integer> taken = new ConcurrentHashMap<>();

  /** One more. */
  public void take(OwnerId owner) {
    taken.merge(owner, 1, Integer::sum);
  }

  /** One less; once for each {@link #take}. */
  public void free(OwnerId owner) {
    taken.computeIfPresent(owner, (key, count) -> count == 1 ? null : count - 1);
  }

  /** How many this one has. */
  public int of(OwnerId owner) {
    return Objects.requireNonNullElse(taken.get(owner), 0);
  }

  /** How many people have any. */
  public int owners() {
    return taken.size();
  }
}
