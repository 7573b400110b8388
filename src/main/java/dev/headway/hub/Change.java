package dev.headway.hub;

import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusEncoder;
import dev.headway.status.UploadId;
import io.vertx.core.buffer.Buffer;

/**
 * One version of one record, encoded once for every poll and every stream of this node. Immutable
 * to its users; any thread. Two that ask for the same bytes at once may both make them, which costs
 * a copy and harms nobody.
 */
public final class Change {
  private final ProcessingStatus record;
  private volatile Bytes bytes;

  /** What streams send for a version. */
  public interface Frame {
    /**
     * Makes it.
     *
     * @param json the record on one line; it has to be in the frame in one piece
     */
    Buffer of(long version, byte[] json);

    /** How many bytes of the frame come after the JSON. */
    int afterJson();
  }

  /** The JSON in the form that somebody asked for last: there are ten thousands of these. */
  private sealed interface Bytes {}

  private static final class Encoded implements Bytes {
    private final byte[] json;

    Encoded(byte[] json) {
      this.json = json;
    }
  }

  private record Polled(Buffer json) implements Bytes {}

  private record Framed(Buffer frame, Buffer json) implements Bytes {}

  public Change(ProcessingStatus record, StatusEncoder encoder) {
    this.record = record;
    this.bytes = new Encoded(encoder.encode(record));
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
    return switch (bytes) {
      case Encoded encoded -> {
        Buffer made = Buffer.buffer(encoded.json);
        bytes = new Polled(made);
        yield made;
      }
      case Polled(Buffer json) -> json;
      case Framed(Buffer frame, Buffer json) -> json;
    };
  }

  /**
   * What the streams send for this change, made for the first that asks and shared by all. Shared:
   * never write to it.
   *
   * @param form always the same
   */
  public Buffer frame(Frame form) {
    return switch (bytes) {
      case Encoded encoded -> framed(form, encoded.json);
      case Polled(Buffer json) -> framed(form, json.getBytes());
      case Framed(Buffer frame, Buffer json) -> frame;
    };
  }

  private Buffer framed(Frame form, byte[] json) {
    Buffer frame = form.of(version(), json);
    int end = frame.length() - form.afterJson();
    bytes = new Framed(frame, frame.slice(end - json.length, end));
    return frame;
  }

  @Override
  public String toString() {
    return "Change[" + uploadId() + " v" + version() + " " + record.status().wire() + "]";
  }
}
