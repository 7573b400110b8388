package dev.headway.infra;

import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Tags;
import software.constructs.Construct;

/** Everything of one environment, in the order of a change's way. */
final class HeadwayStack extends Stack {
  HeadwayStack(Construct scope, Settings settings, Sources sources) {
    super(
        scope,
        "headway-" + settings.environment(),
        StackProps.builder()
            .stackName("headway-" + settings.environment())
            .description("Headway (" + settings.environment() + "): live status of uploads")
            .terminationProtection(settings.keepData())
            .build());
    var keeping = new Keeping(settings.keepData(), settings.logDays());
    var network = new Network(this, keeping, settings.natGateways());
    var users = new Users(this, keeping);
    var tables = new Tables(this, settings.environment(), keeping);
    var uploads = new UploadBucket(this, settings.environment(), keeping);
    var workers = new Workers(this, settings, sources, keeping, tables, uploads);
    var service = new Service(this, settings, sources, keeping, network, tables, uploads, users);
    var front = new Front(this, settings.environment(), sources, uploads, service.loadBalancer());
    uploads.allowPage(front.origin());
    service.allowPage(front.origin());
    var polling = new PollingApi(this, keeping, users, workers, front.origin());
    new Watch(this, settings, service, workers, uploads, polling).build();
    Reasons.stateFor(this);

    Tags.of(this).add("application", "headway");
    Tags.of(this).add("environment", settings.environment());
    output("PageAddress", front.origin());
    output("PollingAddress", polling.address());
    output("UserPoolId", users.pool().getUserPoolId());
    output("UserPoolClientId", users.clientId());
    output("ModelKeySecret", workers.modelKey().getSecretName());
  }

  private void output(String name, String value) {
    CfnOutput.Builder.create(this, name).value(value).build();
  }
}
