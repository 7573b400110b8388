package dev.headway.infra;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/**
 * The stack of one environment, synthesized without the command line of CDK.
 *
 * @param folder with the template and what goes with it
 * @param template as CloudFormation gets it
 * @param findings of cdk-nag, and other warnings and errors; empty is clean
 */
record Synthesis(Path folder, JsonNode template, List<String> findings) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * @param project {@code infra/cdk}, for the context in its {@code cdk.json}
   * @param output a folder for everything that is made
   */
  static Synthesis of(Path project, String environment, Path output) {
    Map<String, Object> context = contextOf(project);
    context.put("environment", environment);
    var app =
        new App(
            AppProps.builder()
                .context(context)
                .outdir(output.toString())
                .analyticsReporting(false)
                .build());
    var stack = HeadwayApp.stackIn(app, Sources.under(project.resolve("../..")));
    app.synth();
    Path template = output.resolve(stack.getTemplateFile());
    return new Synthesis(output, read(template), findingsIn(output));
  }

  /** What the synthesis says of each resource, in the files that it keeps its remarks in. */
  private static List<String> findingsIn(Path output) {
    try (var files = Files.list(output)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .flatMap(file -> remarks(read(file)))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> remarks(JsonNode node) {
    String type = node.path("type").asText();
    Stream<String> here =
        type.equals("aws:cdk:error") || type.equals("aws:cdk:warning")
            ? Stream.of(node.path("data").asText())
            : Stream.empty();
    return Stream.concat(here, node.valueStream().flatMap(Synthesis::remarks));
  }

  static Map<String, Object> contextOf(Path project) {
    JsonNode context = read(project.resolve("cdk.json")).path("context");
    return MAPPER.convertValue(context, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  static JsonNode read(Path file) {
    try {
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The resources of a type, by their logical ids. */
  Map<String, JsonNode> resources(String type) {
    Map<String, JsonNode> found = new LinkedHashMap<>();
    template
        .path("Resources")
        .properties()
        .forEach(entry -> {
          if (entry.getValue().path("Type").asText().equals(type)) {
            found.put(entry.getKey(), entry.getValue().path("Properties"));
          }
        });
    return found;
  }

  Stream<JsonNode> all() {
    return template.path("Resources").valueStream();
  }
}
