package dev.headway.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** A whole answer. */
record Answer(Head head, String text) {
  private static final JsonMapper JSON = new JsonMapper();

  int status() {
    return head.status();
  }

  Optional<String> header(String name) {
    return head.header(name);
  }

  /** The body as JSON; a missing node if it is none. */
  JsonNode json() {
    return json(text);
  }

  static JsonNode json(String document) {
    try {
      return JSON.readTree(document);
    } catch (JsonProcessingException e) {
      return JSON.missingNode();
    }
  }

  long version() {
    return json().path("version").asLong(-1);
  }

  /** For a report: without what lets its reader in. */
  @Override
  public String toString() {
    String shown = text.replaceAll("\"ticket\" *: *\"[^\"]*\"", "\"ticket\":\"…\"");
    return head + (shown.isEmpty() ? "" : "\n    \n    " + Ask.cut(shown, 400));
  }
}
