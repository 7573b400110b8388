package dev.headway.status;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When batches were done, for the estimate of completion.
 *
 * @param startedAt when the first batches were handed out; empty before the split
 * @param recent when batches were done lately, oldest first: the newest time of each of {@link
 *     #SLOTS} slots, so batches that end in no order leave gaps among the older ones
 */
public record Pace(Optional<Instant> startedAt, List<Instant> recent) {
  /**
   * How many completion times a record keeps. A batch writes its time under its number modulo this,
   * blindly: no worker reads before it writes.
   */
  public static final int SLOTS = 16;

  public static final Pace UNKNOWN = new Pace(Optional.empty(), List.of());

  public Pace {
    recent = recent.stream().sorted().toList();
    if (recent.size() > SLOTS) {
      throw new IllegalArgumentException("more than " + SLOTS + " recent batches");
    }
  }
}
