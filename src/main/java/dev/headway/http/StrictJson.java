package dev.headway.http;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the parts of a token. One that says a thing twice is none: two readers might believe two
 * different things (RFC 7519, 4).
 */
final class StrictJson {
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /** The object in Base64 (RFC 4648, URL alphabet); empty where it is none. */
  static Optional<JsonObject> object(String base64) {
    try {
      Map<String, Object> members = MAPPER.readValue(Base64.getUrlDecoder().decode(base64), OBJECT);
      return Optional.ofNullable(members).map(JsonObject::new);
    } catch (IllegalArgumentException | IOException e) {
      return Optional.empty();
    }
  }
}
