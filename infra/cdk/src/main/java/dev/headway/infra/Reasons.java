package dev.headway.infra;

import io.github.cdklabs.cdknag.NagPackSuppression;
import io.github.cdklabs.cdknag.NagSuppressions;
import io.github.cdklabs.cdknag.RegexAppliesTo;
import java.util.List;
import software.amazon.awscdk.Stack;
import software.constructs.IConstruct;

/** Why a rule of cdk-nag is not kept; there is no other place where one is set aside. */
final class Reasons {
  private static final String WILDCARD = "AwsSolutions-IAM5";

  private Reasons() {}

  static void stateFor(Stack stack) {
    setAside(
        child(stack, "Front"),
        because("AwsSolutions-CFR1", "Whoever has an account may upload from any country."),
        because(
            "AwsSolutions-CFR2",
            "Every address but the page's own files needs a token, and the service limits how often"
                + " an address and a user may ask. A web ACL can be added by whoever pays for it."),
        because(
            "AwsSolutions-CFR3",
            "It is logged, by a delivery whose fields are chosen: the log that the rule knows has"
                + " whole addresses, and in them the tickets of streams (docs/decisions/0020)."),
        because(
            "AwsSolutions-CFR4",
            "CloudFront's own name comes with its own certificate and its own minimum; a name of"
                + " one's own, which needs a certificate in another region, sets TLS 1.2."));
    setAside(
        child(stack, "LoadBalancer"),
        because(
            "AwsSolutions-ELB2",
            "A line of its log has the whole address, and in it the tickets of streams; that field"
                + " can not be left out. CloudFront, its only client, logs each request without"
                + " the query (docs/decisions/0020)."));
    setAside(
        child(stack, "Users"),
        because(
            "AwsSolutions-COG3",
            "People are invited and have a second factor; the plan with threat protection costs"
                + " twenty times as much for each of them."));
    setAside(
        child(stack, "Task"),
        because(
            "AwsSolutions-ECS2",
            "Names and addresses are no secrets. The two that are, the address of the bus with its"
                + " password and the key of tickets, come from Secrets Manager."),
        wildcard(
            "ecr:GetAuthorizationToken is for no resource in particular: IAM knows none for it.",
            "Resource::*"),
        objects("An upload's object is named after an id that does not exist yet."));
    for (String worker :
        List.of("FileUpload", "LeadSplitter", "DeepSeekCaller", "BatchDeadLetter")) {
      setAside(
          child(stack, worker + "Role"),
          objects("Objects are named after uploads and batches that do not exist yet."));
    }
    setAside(
        child(stack, "ModelKey"),
        because("AwsSolutions-SMG4", "The key is given out by the model's provider, by hand."));
    for (String secret : List.of("BusPassword", "BusAddress")) {
      setAside(
          child(stack, secret),
          because(
              "AwsSolutions-SMG4",
              "The bus takes a new password in steps between which all tasks are replaced: by hand,"
                  + " as docs/operations.md says. It is reached from the service's tasks alone and"
                  + " carries nothing that is kept."));
    }
    setAside(
        child(stack, "TicketKey"),
        because(
            "AwsSolutions-SMG4",
            "All tasks need the same key at the same time, and the old one for a while beside it:"
                + " by hand, as docs/operations.md says. It opens streams for reading, and no"
                + " ticket outlives its token."));
    setAside(
        pageFiles(stack),
        because(
            "AwsSolutions-IAM4",
            "CDK's own function for copying files in, which runs during a deployment only, comes"
                + " with the policy for writing its log."),
        wildcard(
            "The same function reads the deployment's files and writes the page's bucket, and no"
                + " other.",
            "Action::s3:Abort*",
            "Action::s3:DeleteObject*",
            "Action::s3:GetBucket*",
            "Action::s3:GetObject*",
            "Action::s3:List*"),
        files("The same function: the page's files are known by their bucket."),
        because("AwsSolutions-L1", "CDK chooses the language of the same function."));
  }

  private static IConstruct child(Stack stack, String id) {
    return stack.getNode().findChild(id);
  }

  private static IConstruct pageFiles(Stack stack) {
    return stack.getNode().getChildren().stream()
        .filter(child -> child.getNode().getId().startsWith("Custom::CDKBucketDeployment"))
        .findFirst()
        .orElseThrow();
  }

  private static void setAside(IConstruct where, NagPackSuppression... reasons) {
    NagSuppressions.addResourceSuppressions(where, List.of(reasons), true);
  }

  private static NagPackSuppression because(String rule, String reason) {
    return NagPackSuppression.builder().id(rule).reason(reason).build();
  }

  private static NagPackSuppression wildcard(String reason, String... what) {
    return NagPackSuppression.builder()
        .id(WILDCARD)
        .reason(reason)
        .appliesTo(List.<Object>of((Object[]) what))
        .build();
  }

  /** Everything under one prefix of the bucket of uploads, never the bucket. */
  private static NagPackSuppression objects(String reason) {
    return matching(reason, "/^Resource::arn:.*-uploads-.*\\/(uploads|batches)\\/\\*$/");
  }

  private static NagPackSuppression files(String reason) {
    return matching(reason, "/^Resource::(<PageBucket.*\\.Arn>|arn:.*-assets-.*)\\/\\*$/");
  }

  private static NagPackSuppression matching(String reason, String regex) {
    return NagPackSuppression.builder()
        .id(WILDCARD)
        .reason(reason)
        .appliesTo(List.of(RegexAppliesTo.builder().regex(regex).build()))
        .build();
  }
}
