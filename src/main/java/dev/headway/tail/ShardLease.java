package dev.headway.tail;

import java.time.Duration;
import java.util.Optional;

/**
 * A shard that this node reads, as metrics and health see it.
 *
 * @param sinceReadToEnd how long ago a read proved that there was nothing more; empty until the
 *     first did
 */
public record ShardLease(String shardId, Optional<Duration> sinceReadToEnd) {}
