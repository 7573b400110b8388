package dev.headway.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** How tests find the parts of the template. */
final class Parts {
  private Parts() {}

  static List<JsonNode> workers() {
    return Synthesized.dev().resources("AWS::Lambda::Function").values().stream()
        .filter(function -> function.path("Handler").asText().startsWith("dev.headway."))
        .toList();
  }

  static JsonNode container(String name) {
    return list(only(Synthesized.dev().resources("AWS::ECS::TaskDefinition"))
            .path("ContainerDefinitions"))
        .filter(container -> container.path("Name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static Map<String, JsonNode> variables(JsonNode container) {
    Map<String, JsonNode> variables = new TreeMap<>();
    list(container.path("Environment"))
        .forEach(v -> variables.put(v.path("Name").asText(), v.path("Value")));
    return variables;
  }

  static JsonNode targetGroup() {
    return only(Synthesized.dev().resources("AWS::ElasticLoadBalancingV2::TargetGroup"));
  }

  static int attribute(JsonNode group, String key) {
    return list(group.path("TargetGroupAttributes"))
        .filter(attribute -> attribute.path("Key").asText().equals(key))
        .findFirst()
        .orElseThrow()
        .path("Value")
        .asInt();
  }

  static JsonNode resource(String type, String id) {
    return Synthesized.dev().resources(type).entrySet().stream()
        .filter(entry -> entry.getKey().matches(id + "[0-9A-F]{8}"))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  static JsonNode only(Map<String, JsonNode> resources) {
    assertThat(resources).hasSize(1);
    return resources.values().iterator().next();
  }

  static Stream<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  static Stream<JsonNode> oneOrMore(JsonNode value) {
    return value.isArray() ? list(value) : Stream.of(value);
  }

  @SafeVarargs
  static Set<String> union(Set<String>... sets) {
    Set<String> all = new TreeSet<>();
    for (Set<String> set : sets) {
      all.addAll(set);
    }
    return all;
  }
}
