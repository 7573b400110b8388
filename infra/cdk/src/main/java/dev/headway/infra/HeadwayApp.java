package dev.headway.infra;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;

/** What {@code cdk} runs: one environment of the context, as one stack. */
public final class HeadwayApp {
  private HeadwayApp() {}

  public static void main(String[] args) {
    var app = new App();
    // Maven and cdk.json both start in infra/cdk.
    var _ = stackIn(app, Sources.under(Path.of("../..")));
    app.synth();
  }

  /** The stack, with cdk-nag watching: what it finds is an error of the synthesis. */
  static HeadwayStack stackIn(App app, Sources sources) {
    var settings = Settings.of(app.getNode());
    var stack = new HeadwayStack(app, settings, sources);
    Aspects.of(app).add(AwsSolutionsChecks.Builder.create().verbose(true).build());
    return stack;
  }
}
