package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One version of one record, encoded once for every poll and every stream of this node. Immutable
 * to its users; any thread.
 */
public final class Change {
  private final ProcessingStatus record;
  private final Buffer json;
  private volatile @Nullable Buffer frame;

  public Change(ProcessingStatus record, StatusEncoder encoder) {
    this.record = record;
    this.json = Buffer.buffer(encoder.encode(record));
  }

  public ProcessingStatus record() {
    return record;
  }

  public UploadId uploadId() {
    return record.uploadId();
  }

  public long version() {
    return record.version();
  }

  /** Whether nothing ever changes the upload after this. */
  public boolean isTerminal() {
    return record.isTerminal();
  }

  /** The record as JSON on one line. Shared: never write to it. */
  public Buffer json() {
    return json;
  }

  /**
   * What the streams send for this change, made by the first that asks and shared by all. Two that
   * ask at once may both make it, which costs a copy and harms nobody. Shared: never write to it.
   *
   * @param framing always the same function
   */
  public Buffer frame(Function<Change, Buffer> framing) {
    Buffer made = frame;
    if (made == null) {
      made = framing.apply(this);
      frame = made;
    }
    return made;
  }

  @Override
  public String toString() {
    return "Change[" + uploadId() + " v" + version() + " " + record.status().wire() + "]";
  }
}
