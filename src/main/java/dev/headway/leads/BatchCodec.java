package dev.headway.leads;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.headway.status.UploadId;
import java.util.List;
import java.util.Optional;

/** Batches as JSON: in ASCII, because a queue refuses some characters that a file may hold. */
final class BatchCodec {
  /** A cell has at most 32,767 characters by default; this leaves room for a wider limit. */
  private static final int MAX_STRING = 1 << 20;

  private static final String BURIED = "buried";

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10)
                          .maxStringLength(MAX_STRING)
                          .build())
                  .build())
          .addModule(new Jdk8Module())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  String encode(BatchMessage message) {
    return write(message);
  }

  /** The rows alone, for an object. */
  String encodeRows(List<SourceRow> rows) {
    return write(rows);
  }

  private String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a batch cannot be written as JSON", e);
    }
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is none; the text of the exception repeats nothing of it
   */
  BatchMessage decode(String json) {
    return read(json, new TypeReference<BatchMessage>() {});
  }

  /** Reads what {@link #encodeRows} wrote; throws as {@link #decode} does. */
  List<SourceRow> decodeRows(String json) {
    return read(json, new TypeReference<List<SourceRow>>() {});
  }

  private <T> T read(String json, TypeReference<T> type) {
    T value;
    try {
      value = MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      // Neither its message nor itself as the cause: they quote the source, personal data.
      throw new IllegalArgumentException("not a batch: " + e.getClass().getSimpleName());
    }
    if (value == null) {
      throw new IllegalArgumentException("not a batch: null");
    }
    return value;
  }

  /** Which batch a message is about, even if the rest of it cannot be read. */
  Optional<Identity> identify(String json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      int batch = tree.path("batch").asInt();
      return UploadId.parse(tree.path("uploadId").asText())
          .filter(id -> batch >= 1)
          .map(id -> new Identity(id, batch, tree.path(BURIED).asBoolean()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The same message, marked as one whose batch was counted as failed. */
  String buried(String json) {
    try {
      ObjectNode message = MAPPER.readValue(json, ObjectNode.class);
      return write(message.put(BURIED, true));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a batch: " + e.getClass().getSimpleName());
    }
  }

  /**
   * What names a batch.
   *
   * @param buried whether the batch was counted as failed before this message was sent
   */
  record Identity(UploadId uploadId, int batch, boolean buried) {}
}
