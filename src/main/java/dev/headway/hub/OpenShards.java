package dev.headway.hub;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Where a hub learns which shards there are, when the bus cannot have told it. */
@FunctionalInterface
public interface OpenShards {
  /**
   * Every shard of the table's stream that may still bring changes which no tail has read. Any
   * thread; must not block.
   *
   * @return fails when that cannot be known just now
   */
  CompletionStage<Set<String>> list();
}
