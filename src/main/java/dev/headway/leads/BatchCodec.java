package dev.headway.leads;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.headway.status.UploadId;
import java.util.List;
import java.util.Optional;

/** Batches as JSON: in ASCII, because a queue refuses some characters that a file may hold. */
final class BatchCodec {
  /** A cell has at most 32,767 characters by default; this leaves room for a wider limit. */
  private static final int MAX_STRING = 1 << 20;

  private final JsonMapper mapper;

  BatchCodec() {
    JsonFactory factory =
        JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(10)
                    .maxStringLength(MAX_STRING)
                    .build())
            .build();
    mapper =
        JsonMapper.builder(factory)
            .addModule(new Jdk8Module())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
  }

  String encode(BatchMessage message) {
    return write(message);
  }

  /** The rows alone, for an object. */
  String encodeRows(List<SourceRow> rows) {
    return write(rows);
  }

  private String write(Object value) {
    try {
      return mapper.writeValueAsString(value);
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
      value = mapper.readValue(json, type);
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
      JsonNode tree = mapper.readTree(json);
      int batch = tree.path("batch").asInt();
      return UploadId.parse(tree.path("uploadId").asText())
          .filter(id -> batch >= 1)
          .map(id -> new Identity(id, batch));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** What names a batch. */
  record Identity(UploadId uploadId, int batch) {}
}
