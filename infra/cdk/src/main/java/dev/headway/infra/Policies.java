package dev.headway.infra;

import java.util.List;
import software.amazon.awscdk.services.iam.PolicyStatement;

/** Statements of what is allowed. Each names its resource: there is no way here to name all. */
final class Policies {
  private Policies() {}

  static PolicyStatement allow(List<String> actions, String resource) {
    return allow(actions, List.of(resource));
  }

  static PolicyStatement allow(List<String> actions, List<String> resources) {
    if (resources.contains("*")) {
      throw new IllegalArgumentException("name the resource of " + actions);
    }
    return PolicyStatement.Builder.create().actions(actions).resources(resources).build();
  }
}
