package dev.headway.leads;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.headway.status.TraceParent;
import dev.headway.status.UploadId;
import java.util.List;
import java.util.Optional;

/**
 * One batch on its way from the splitter to a standardizer. Says nothing about owner or file: those
 * are read from the status record, which also tells whether the work is still wanted.
 *
 * @param format of this message; readers refuse one that they do not know
 * @param batch from 1 to the number of batches
 * @param rows the rows themselves, or none if they lie in object storage
 * @param rowsKey the object that holds the rows of a batch too big for a message
 * @param traceparent of the split, where it is traced
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"v", "uploadId", "batch", "traceparent", "rowsKey", "rows"})
record BatchMessage(
    @JsonProperty("v") int format,
    UploadId uploadId,
    int batch,
    Optional<String> rowsKey,
    List<SourceRow> rows,
    Optional<String> traceparent) {
  static final int FORMAT = 1;

  BatchMessage {
    if (format != FORMAT) {
      throw new IllegalArgumentException("a batch message of an unknown format: " + format);
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batches are counted from 1, not " + batch);
    }
    rows = List.copyOf(rows);
    if (rows.isEmpty() == rowsKey.isEmpty()) {
      throw new IllegalArgumentException("a batch has its rows either here or in an object");
    }
  }

  static BatchMessage of(UploadId uploadId, int batch, List<SourceRow> rows) {
    return new BatchMessage(FORMAT, uploadId, batch, Optional.empty(), rows, Optional.empty());
  }

  /** The same batch by reference. */
  BatchMessage withRowsIn(String key) {
    return new BatchMessage(FORMAT, uploadId, batch, Optional.of(key), List.of(), traceparent);
  }

  /** The same batch, sent from some place of a trace. */
  BatchMessage from(Optional<TraceParent> place) {
    return new BatchMessage(FORMAT, uploadId, batch, rowsKey, rows, place.map(TraceParent::value));
  }

  Optional<TraceParent> trace() {
    return traceparent.flatMap(TraceParent::parse);
  }
}
