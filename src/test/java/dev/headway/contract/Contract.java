package dev.headway.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.headway.api.ContractDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI document as a judge of answers. Stricter than a reader may be: members and headers
 * that the document does not name are faults here. Immutable but for its cache; any thread.
 */
public final class Contract {
  static final JsonMapper JSON = new JsonMapper();

  /** Of the message and its connection; OpenAPI leaves them to HTTP. */
  private static final Set<String> FRAMING =
      Set.of("content-type", "content-length", "transfer-encoding", "connection", "date");

  /** What any address may answer before it knows which it is. */
  private static final Map<Integer, String> ANYWHERE =
      Map.of(
          400, "InvalidId",
          404, "NotFound",
          405, "MethodNotAllowed",
          414, "UriTooLong",
          431, "HeadersTooLarge",
          500, "InternalError",
          503, "Unavailable");

  private static final String PROBLEM = "application/problem+json";
  private static final String EVENT_STREAM = "text/event-stream";

  private final JsonNode document;
  private final Whose whose;
  private final ObjectNode definitions;
  private final JsonSchemaFactory schemas =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
  private final SchemaValidatorsConfig config =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
  private final Map<JsonNode, JsonSchema> compiled = new ConcurrentHashMap<>();

  /** Whose answers are judged. */
  private enum Whose {
    /** Ours: nothing that the document does not name. */
    SERVICE,
    /** Those behind the API's own host: as strict, but for what a gateway adds. */
    FUNCTIONS,
    /** Of another server, perhaps behind proxies: what is not named may be there. */
    ANYBODY
  }

  private Contract(JsonNode document, Whose whose) {
    this.document = document;
    this.whose = whose;
    this.definitions = JSON.createObjectNode();
    document
        .at("/components/schemas")
        .properties()
        .forEach(schema -> {
          JsonNode own = local(schema.getValue());
          definitions.set(schema.getKey(), whose == Whose.ANYBODY ? own : closed(own));
        });
  }

  /** What the service promises. */
  public static Contract ofService() {
    return new Contract(read(), Whose.SERVICE);
  }

  /** What the functions behind the API's own host promise: some of it, and JSON only. */
  public static Contract ofFunctions() {
    return new Contract(read(), Whose.FUNCTIONS);
  }

  /** What every server of the contract promises; it may say more. */
  static Contract ofAnybody() {
    return new Contract(read(), Whose.ANYBODY);
  }

  static JsonNode read() {
    try {
      return JSON.readTree(ContractDocument.openApi());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the answer of a function is one that the document has. */
  public void require(
      String method, String target, int status, Map<String, String> headers, String body) {
    Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    var exchange =
        new Exchange(Optional.of(new Exchange.Request(method, target)), status, all, body, true);
    List<String> faults = faults(exchange);
    if (!faults.isEmpty()) {
      throw new AssertionError(String.join("\n", faults) + "\nin " + exchange);
    }
  }

  /** What is wrong with an answer, each fault a sentence; empty if nothing is. */
  List<String> faults(Exchange exchange) {
    List<String> faults = new ArrayList<>();
    if (whose == Whose.SERVICE) {
      requireEverywhere(exchange, faults);
    }
    Optional<Exchange.Request> request = exchange.request();
    Optional<JsonNode> item =
        request
            .flatMap(r -> itemOf(r.path()))
            .filter(i -> whose != Whose.FUNCTIONS || hasOneOfFunctions(i));
    Optional<JsonNode> operation =
        item.map(i -> i.path(request.orElseThrow().method().toLowerCase(Locale.ROOT)))
            .filter(o -> !o.isMissingNode())
            .filter(o -> whose != Whose.FUNCTIONS || isOfFunctions(o));
    if (operation.isPresent()) {
      JsonNode answer = operation.get().path("responses").path(Integer.toString(exchange.status()));
      if (answer.isMissingNode()) {
        faults.add("the status is not among those of this path and method");
      } else {
        judge(exchange, resolved(answer), faults);
      }
    } else if (item.isPresent() || exchange.status() >= 400 || request.isEmpty()) {
      String name = ANYWHERE.get(exchange.status());
      if (name == null || (item.isPresent() && exchange.status() == 404)) {
        faults.add("the status is none that is answered where there is no such path or method");
      } else {
        judge(exchange, document.at("/components/responses/" + name), faults);
      }
    } else if (exchange.header("Content-Security-Policy").isEmpty()) {
      faults.add("the path is neither in the document nor a file of the page");
    }
    return faults;
  }

  private static void requireEverywhere(Exchange exchange, List<String> faults) {
    if (exchange.header("X-Request-Id").isEmpty()) {
      faults.add("there is no X-Request-Id");
    }
    if (!exchange.header("X-Content-Type-Options").equals(Optional.of("nosniff"))) {
      faults.add("there is no X-Content-Type-Options: nosniff");
    }
  }

  private static boolean hasOneOfFunctions(JsonNode item) {
    for (JsonNode operation : item) {
      if (isOfFunctions(operation)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfFunctions(JsonNode operation) {
    return operation.path("servers").size() > 1;
  }

  /** The paths of the document; literal ones win over templates, as OpenAPI says. */
  private Optional<JsonNode> itemOf(String path) {
    JsonNode literal = document.path("paths").path(path);
    if (!literal.isMissingNode()) {
      return Optional.of(literal);
    }
    for (Map.Entry<String, JsonNode> item : document.path("paths").properties()) {
      if (path.matches(item.getKey().replaceAll("\\{[a-zA-Z]+}", "[^/]+"))) {
        return Optional.of(item.getValue());
      }
    }
    return Optional.empty();
  }

  private JsonNode resolved(JsonNode node) {
    String ref = node.path("$ref").asText("");
    return ref.isEmpty() ? node : document.at(ref.substring(1));
  }

  private void judge(Exchange exchange, JsonNode answer, List<String> faults) {
    JsonNode content = answer.path("content");
    boolean isHead = exchange.request().map(Exchange.Request::method).equals(Optional.of("HEAD"));
    judgeHeaders(exchange, answer, faults);
    if (content.isMissingNode()) {
      if (!exchange.text().isEmpty()) {
        faults.add("there is a body where the document has none");
      }
      return;
    }
    JsonNode form = content.path(exchange.mediaType());
    if (form.isMissingNode()) {
      faults.add("the content type is none of " + names(content));
      return;
    }
    if (isHead) {
      if (!exchange.text().isEmpty()) {
        faults.add("there is a body after HEAD");
      }
      return;
    }
    switch (exchange.mediaType()) {
      case EVENT_STREAM ->
          judgeEvents(exchange.text(), exchange.isWhole(), form.path("x-events"), faults);
      case "application/json", PROBLEM -> {
        if (exchange.isWhole()) {
          judgeJson(exchange.text(), form.path("schema"), "the body", faults);
        }
      }
      default -> {}
    }
  }

  /** What is wrong with a text as a body of that form. */
  List<String> bodyFaults(String mediaType, JsonNode form, String text) {
    List<String> faults = new ArrayList<>();
    switch (mediaType) {
      case EVENT_STREAM -> judgeEvents(text, true, form.path("x-events"), faults);
      case "application/json", PROBLEM -> judgeJson(text, form.path("schema"), "it", faults);
      default -> {}
    }
    return faults;
  }

  private void judgeHeaders(Exchange exchange, JsonNode answer, List<String> faults) {
    JsonNode declared = answer.path("headers");
    JsonNode byContent = answer.path("x-headers-by-content").path(exchange.mediaType());
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    declared.fieldNames().forEachRemaining(known::add);
    if (!byContent.isMissingNode()) {
      // Those of this form alone, and those of every answer.
      answer
          .path("x-headers-by-content")
          .forEach(form -> form.fieldNames().forEachRemaining(known::remove));
      byContent.fieldNames().forEachRemaining(known::add);
    }
    for (String name : exchange.headers().keySet()) {
      if (whose != Whose.ANYBODY
          && !known.contains(name)
          && !FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
        faults.add("the header " + name + " is not in the document");
      }
    }
    for (String name : known) {
      JsonNode own = byContent.path(name);
      JsonNode header = resolved(own.isMissingNode() ? declared.path(name) : own);
      Optional<String> value = exchange.header(name);
      if (value.isPresent()) {
        judgeHeader(name, value.get(), header.path("schema"), faults);
      } else if (header.path("required").asBoolean()) {
        faults.add("the header " + name + " is missing");
      }
    }
  }

  private void judgeHeader(String name, String value, JsonNode schema, List<String> faults) {
    boolean isNumber = schema.path("type").asText("").equals("integer");
    JsonNode node =
        isNumber && value.matches("[0-9]{1,18}")
            ? JSON.getNodeFactory().numberNode(Long.parseLong(value))
            : JSON.getNodeFactory().textNode(value);
    for (var message : schema(schema).validate(node)) {
      faults.add("the header " + name + ": " + value + ": " + message.getMessage());
    }
  }

  private void judgeJson(String text, JsonNode schema, String what, List<String> faults) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      faults.add(what + " is no JSON: " + e.getOriginalMessage());
      return;
    }
    for (var message : schema(schema).validate(json)) {
      faults.add(what + ": " + message.getMessage());
    }
  }

  /** Fields that the contract has no use for are faults as well. */
  private void judgeEvents(String text, boolean isWhole, JsonNode events, List<String> faults) {
    String[] blocks = text.split("\n\n", -1);
    // After the last empty line comes nothing, or what was cut.
    for (int i = 0; i < blocks.length - 1; i++) {
      judgeEvent(blocks[i], events, faults);
    }
    if (isWhole && !blocks[blocks.length - 1].isEmpty()) {
      faults.add("the stream ends within an event");
    }
  }

  private void judgeEvent(String block, JsonNode events, List<String> faults) {
    String type = "";
    String id = "";
    StringBuilder data = new StringBuilder();
    for (String line : block.split("\n", -1)) {
      String[] field = line.split(": ?", 2);
      String value = field.length > 1 ? field[1] : "";
      switch (field[0]) {
        case "" -> {}
        case "event" -> type = value;
        case "id" -> id = value;
        case "data" -> data.append(value).append('\n');
        case "retry" -> {
          if (!value.matches("[1-9][0-9]{1,5}")) {
            faults.add("retry is " + value);
          }
        }
        default -> faults.add("a stream has no field " + field[0]);
      }
    }
    if (data.isEmpty()) {
      return;
    }
    JsonNode event = events.path(type);
    if (event.isMissingNode()) {
      faults.add("the event type " + type + " is none of " + names(events));
      return;
    }
    judgeJson(data.toString(), event.path("data"), "the data of " + type, faults);
    String wanted = event.has("id") ? versionOf(data.toString()) : "";
    if (!id.equals(wanted)) {
      faults.add("the id of " + type + " is " + id + " and not " + wanted);
    }
  }

  private static String versionOf(String data) {
    try {
      return JSON.readTree(data).path("version").asText();
    } catch (JsonProcessingException e) {
      return "that of a record";
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private JsonSchema schema(JsonNode inline) {
    return compiled.computeIfAbsent(
        inline,
        node -> {
          ObjectNode whole = JSON.createObjectNode();
          whole.set("$defs", definitions);
          whole.putArray("allOf").add(local(node));
          return schemas.getSchema(whole, config);
        });
  }

  /** With references into {@code $defs}, where JSON Schema looks for them. */
  private static JsonNode local(JsonNode schema) {
    try {
      return JSON.readTree(schema.toString().replace("#/components/schemas/", "#/$defs/"));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Readers leave what they do not know; here it is a fault. */
  private static JsonNode closed(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      @Nullable JsonNode members = object.get("properties");
      if (object.path("type").asText("").equals("object")
          && members != null
          && !object.has("additionalProperties")) {
        object.put("additionalProperties", false);
      }
    }
    schema.forEach(Contract::closed);
    return schema;
  }
}
