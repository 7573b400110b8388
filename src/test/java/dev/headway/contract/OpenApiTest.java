package dev.headway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.headway.api.ContractDocument;
import dev.headway.api.LeadQuery;
import dev.headway.api.ProblemCode;
import dev.headway.status.ErrorCode;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** The document by itself: valid, complete, and of one mind with the code. */
class OpenApiTest {
  private final JsonNode document = Contract.read();

  @Test
  void a_parser_of_others_finds_nothing_to_complain_about() {
    var options = new ParseOptions();
    options.setResolve(true);
    var parsed =
        new OpenAPIV3Parser()
            .readContents(
                new String(ContractDocument.openApi(), StandardCharsets.UTF_8), null, options);
    assertThat(parsed.getMessages()).isEmpty();
    assertThat(parsed.getOpenAPI().getPaths()).hasSameSizeAs(document.get("paths"));
  }

  @Test
  void every_schema_is_one_of_JSON_Schema() {
    JsonSchema metaschema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(SchemaLocation.of(SchemaId.V202012));
    List<String> faults = new ArrayList<>();
    document.at("/components/schemas").forEach(schema -> check(metaschema, schema, faults));
    walk(
        document,
        "",
        (path, node) -> {
          if (path.endsWith("/schema")) {
            check(metaschema, node, faults);
          }
        });
    assertThat(faults).isEmpty();
  }

  private static void check(JsonSchema metaschema, JsonNode schema, List<String> faults) {
    metaschema.validate(schema).forEach(message -> faults.add(schema + ": " + message));
  }

  @Test
  void every_reference_leads_somewhere_and_everything_that_is_defined_is_used() {
    Set<String> referred = new TreeSet<>();
    walk(
        document,
        "",
        (path, node) -> {
          if (path.endsWith("/$ref")) {
            referred.add(node.asText().substring(1));
          }
        });
    assertThat(referred).allSatisfy(ref -> assertThat(document.at(ref).isMissingNode()).isFalse());
    Set<String> defined = new TreeSet<>();
    for (String kind : List.of("schemas", "responses", "headers", "parameters")) {
      document
          .at("/components/" + kind)
          .fieldNames()
          .forEachRemaining(name -> defined.add("/components/" + kind + "/" + name));
    }
    // What no path refers to because it belongs to every path, or to none.
    defined.removeAll(
        List.of("/components/responses/MethodNotAllowed", "/components/responses/NotFound"));
    assertThat(referred).containsAll(defined);
  }

  @Test
  void every_example_is_what_its_schema_says() {
    var contract = Contract.ofService();
    List<String> faults = new ArrayList<>();
    walk(
        document,
        "",
        (path, node) -> {
          JsonNode answer = node.path("content");
          answer
              .properties()
              .forEach(form -> {
                JsonNode example = form.getValue().path("example");
                if (!example.isMissingNode()) {
                  String text = example.isTextual() ? example.textValue() : example.toString();
                  contract
                      .bodyFaults(form.getKey(), form.getValue(), text)
                      .forEach(fault -> faults.add(path + ": " + fault));
                }
              });
        });
    assertThat(faults).isEmpty();
  }

  @Test
  void every_answer_with_a_body_has_an_example_but_the_document_itself() {
    List<String> without = new ArrayList<>();
    walk(
        document,
        "",
        (path, node) ->
            node.path("content")
                .properties()
                .forEach(form -> {
                  if (!form.getValue().has("example") && !path.contains("openapi.json")) {
                    without.add(path + " " + form.getKey());
                  }
                }));
    assertThat(without).isEmpty();
  }

  @Test
  void the_names_of_the_document_are_those_of_the_code() {
    assertThat(enumOf("/components/schemas/Problem/properties/code"))
        .containsExactlyInAnyOrderElementsOf(names(ProblemCode.values()));
    assertThat(enumOf("/components/schemas/StatusError/properties/code"))
        .containsExactlyInAnyOrderElementsOf(names(ErrorCode.values()));
    assertThat(enumOf("/components/schemas/StatusRecord/properties/status"))
        .containsExactlyElementsOf(Arrays.stream(Status.values()).map(Status::wire).toList());
    assertThat(enumOf("/components/schemas/StatusRecord/properties/stage"))
        .containsExactlyElementsOf(Arrays.stream(Stage.values()).map(Stage::wire).toList());
    List<String> sorts = new ArrayList<>();
    walk(
        document.at("/paths/~1leads/get/parameters"),
        "",
        (path, node) -> {
          if (node.path("name").asText().equals("sort")) {
            node.at("/schema/enum").forEach(word -> sorts.add(word.asText()));
          }
        });
    assertThat(sorts)
        .containsExactlyElementsOf(
            Arrays.stream(LeadQuery.Sort.values()).map(LeadQuery.Sort::wire).toList());
  }

  @Test
  void every_problem_has_the_status_and_the_title_that_the_code_gives_it() {
    Map<String, Set<Integer>> statuses = new TreeMap<>();
    document
        .at("/components/responses")
        .forEach(answer -> {
          JsonNode form = answer.at("/content/application~1problem+json");
          JsonNode own = form.at("/schema/allOf/1/properties");
          own.at("/code/enum")
              .forEach(code ->
                  statuses
                      .computeIfAbsent(code.asText(), c -> new LinkedHashSet<>())
                      .add(own.at("/status/const").asInt()));
          if (!form.isMissingNode()) {
            JsonNode example = form.get("example");
            ProblemCode code = ProblemCode.valueOf(example.get("code").asText());
            assertThat(example.get("title").asText()).isEqualTo(code.title());
            assertThat(example.get("type").asText()).isEqualTo(code.type());
          }
        });
    assertThat(statuses.keySet()).containsExactlyInAnyOrderElementsOf(names(ProblemCode.values()));
    statuses.forEach((code, status) ->
        assertThat(status).as(code).containsExactly(ProblemCode.valueOf(code).httpStatus()));
  }

  @Test
  void operations_have_names_of_their_own() {
    List<String> names = new ArrayList<>();
    walk(
        document,
        "",
        (path, node) -> {
          if (path.endsWith("/operationId")) {
            names.add(node.asText());
          }
        });
    assertThat(names).doesNotHaveDuplicates().hasSizeGreaterThan(20);
  }

  private List<String> enumOf(String pointer) {
    List<String> words = new ArrayList<>();
    document.at(pointer).path("enum").forEach(word -> words.add(word.asText()));
    return words;
  }

  private static List<String> names(Enum<?>[] values) {
    return Arrays.stream(values).map(Enum::name).toList();
  }

  private static void walk(JsonNode node, String path, BiConsumer<String, JsonNode> visitor) {
    visitor.accept(path, node);
    Optional.of(node)
        .filter(JsonNode::isObject)
        .ifPresent(object ->
            object
                .properties()
                .forEach(member -> walk(member.getValue(), path + "/" + member.getKey(), visitor)));
    if (node.isArray()) {
      node.forEach(element -> walk(element, path + "/-", visitor));
    }
  }
}
