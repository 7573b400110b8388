package dev.headway.tail;

import dev.headway.status.ProcessingStatus;
import java.util.List;

/**
 * What the tail tells the node. Called on KCL's threads, for one shard in order; a call that
 * returns means that the changes were handed over and may be checkpointed. Never blocks for long.
 */
public interface TailListener {
  /** A shard's lease is this node's from now on. */
  void leased(String shardId);

  /** Changes of one shard in the order of the stream; never empty, no expired records. */
  void changed(String shardId, List<ProcessingStatus> changes);

  /** The shard was read up to its end just now: everything written before is handed over. */
  void readToEnd(String shardId);

  /** The shard is closed and read to its last record; its children take over. */
  void ended(String shardId, List<String> children);

  /** The lease went to another node or was given up; nothing is known of the shard any more. */
  void released(String shardId);
}
