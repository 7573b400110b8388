package dev.headway.lambda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.leads.UploadedObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the notifications that S3 sends to a queue. By hand, because the classes of the Lambda
 * library for them cannot be read with a plain JSON mapper.
 */
final class S3Notification {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(20)
                          .maxStringLength(10_000)
                          .maxDocumentLength(1 << 20)
                          .build())
                  .build())
          .build();

  private S3Notification() {}

  /**
   * The objects that were created, in their order. Other events have none, nor has the one by which
   * S3 tries a new connection.
   *
   * @throws IllegalArgumentException if the text is no notification; repeats nothing of it
   */
  static List<UploadedObject> created(String body) {
    JsonNode root;
    try {
      root = MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a notification of S3: no JSON");
    }
    if (root.path("Event").asText().equals("s3:TestEvent")) {
      return List.of();
    }
    if (!root.path("Records").isArray()) {
      throw new IllegalArgumentException("not a notification of S3: no records");
    }
    List<UploadedObject> objects = new ArrayList<>();
    for (JsonNode record : root.path("Records")) {
      // "ObjectCreated:Put" and the like; some stores write "s3:" in front.
      if (record.path("eventName").asText().contains("ObjectCreated:")) {
        objects.add(object(record.path("s3")));
      }
    }
    return objects;
  }

  private static UploadedObject object(JsonNode s3) {
    JsonNode object = s3.path("object");
    JsonNode size = object.path("size");
    if (!size.isIntegralNumber()) {
      throw new IllegalArgumentException("not a notification of S3: an object without size");
    }
    return new UploadedObject(
        s3.path("bucket").path("name").asText(),
        // As in a form: a space is a plus.
        URLDecoder.decode(object.path("key").asText(), StandardCharsets.UTF_8),
        size.asLong(),
        Optional.of(object.path("eTag").asText()).filter(tag -> !tag.isEmpty()));
  }
}
