package dev.headway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a {@link NewUpload} from the body of a request. Strict: UTF-8 only, no member twice,
 * nothing after the document, little nesting. Members that it does not know are left, so that an
 * older service serves a newer page.
 */
public final class NewUploadJson {
  /** What is asked for is a name, a number and a type. */
  public static final int MAX_BODY_BYTES = 16 * 1024;

  private static final int MAX_CONTENT_TYPE = 255;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxNumberLength(40)
                          .maxStringLength(MAX_BODY_BYTES)
                          .maxNameLength(256)
                          .maxDocumentLength(MAX_BODY_BYTES)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // What was wrong is ours to say: the parser would repeat a piece of the body.
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private NewUploadJson() {}

  /**
   * What the body asks for.
   *
   * @throws ProblemException {@code REQUEST_TOO_LARGE}, or {@code INVALID_REQUEST} saying which
   *     member is wrong and what it may be
   */
  public static NewUpload parse(byte[] body) {
    if (body.length > MAX_BODY_BYTES) {
      throw new ProblemException(
          ProblemCode.REQUEST_TOO_LARGE,
          "The body may have at most "
              + MAX_BODY_BYTES
              + " bytes. The file itself goes to the address that the answer names.");
    }
    JsonNode document = document(body);
    if (!document.isObject()) {
      throw invalid("The body must be a JSON object with fileName and fileSize.");
    }
    return new NewUpload(fileName(document), fileSize(document), contentType(document));
  }

  private static JsonNode document(byte[] body) {
    try {
      // Decoded here, because the parser would also guess UTF-16 and UTF-32.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      return MAPPER.readTree(text);
    } catch (CharacterCodingException e) {
      throw invalid("The body must be UTF-8.");
    } catch (JsonProcessingException e) {
      throw invalid("The body must be one JSON object, each member once and nothing after it.");
    }
  }

  private static String fileName(JsonNode document) {
    JsonNode node = document.path("fileName");
    if (!node.isTextual()) {
      throw invalid("fileName must be a text.");
    }
    return FileName.clean(node.textValue());
  }

  private static long fileSize(JsonNode document) {
    JsonNode node = document.path("fileSize");
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 0) {
      throw invalid("fileSize must be the size in bytes, a whole number that is not negative.");
    }
    return node.longValue();
  }

  private static Optional<String> contentType(JsonNode document) {
    JsonNode node = document.path("contentType");
    if (node.isMissingNode() || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()
        || node.textValue().length() > MAX_CONTENT_TYPE
        || !node.textValue().chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw invalid("contentType must be a media type.");
    }
    // A browser that knows no type for a file says so with an empty text.
    return Optional.of(node.textValue().strip()).filter(type -> !type.isEmpty());
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.INVALID_REQUEST, detail);
  }
}
