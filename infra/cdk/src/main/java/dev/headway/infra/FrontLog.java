package dev.headway.infra;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnCondition;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.cloudfront.Distribution;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.CfnDelivery;
import software.amazon.awscdk.services.logs.CfnDeliveryDestination;
import software.amazon.awscdk.services.logs.CfnDeliverySource;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

/**
 * CloudFront's log of requests, without their queries: a stream's ticket stands there, and what
 * somebody searches for. Of the logs that see an address it is the only one whose fields can be
 * chosen, so it is the only one there is (docs/decisions/0020).
 */
final class FrontLog {
  /** Not the query, not the cookies, not the page that linked here. */
  static final List<String> FIELDS =
      List.of(
          "date",
          "time",
          "x-edge-location",
          "x-edge-request-id",
          "c-ip",
          "cs-method",
          "cs-uri-stem",
          "sc-status",
          "sc-bytes",
          "cs-bytes",
          "time-taken",
          "time-to-first-byte",
          "x-edge-result-type",
          "x-edge-detailed-result-type",
          "cs-protocol-version",
          "ssl-protocol",
          "cs(User-Agent)");

  /** CloudFront takes orders for its log nowhere else. */
  static final String REGION = "us-east-1";

  private static final String PREFIX = "front";

  private FrontLog() {}

  static void of(Construct scope, String environment, Distribution distribution, Bucket logs) {
    String account = "arn:" + Aws.PARTITION + ":logs:" + REGION + ":" + Aws.ACCOUNT_ID;
    var written =
        logs.addToResourcePolicy(
            PolicyStatement.Builder.create()
                .effect(Effect.ALLOW)
                .principals(List.of(new ServicePrincipal("delivery.logs.amazonaws.com")))
                .actions(List.of("s3:PutObject"))
                .resources(
                    List.of(
                        logs.getBucketArn() + "/" + PREFIX + "/AWSLogs/" + Aws.ACCOUNT_ID + "/*"))
                .conditions(
                    Map.of(
                        "StringEquals",
                        Map.of(
                            "aws:SourceAccount",
                            Aws.ACCOUNT_ID,
                            "s3:x-amz-acl",
                            "bucket-owner-full-control"),
                        "ArnLike",
                        Map.of("aws:SourceArn", account + ":delivery-source:*")))
                .build());
    var source =
        CfnDeliverySource.Builder.create(scope, "FrontLogSource")
            .name("headway-" + environment + "-front")
            .logType("ACCESS_LOGS")
            .resourceArn(distribution.getDistributionArn())
            .build();
    var destination =
        CfnDeliveryDestination.Builder.create(scope, "FrontLogDestination")
            .name("headway-" + environment + "-front")
            .destinationResourceArn(logs.getBucketArn() + "/" + PREFIX)
            .outputFormat("json")
            .build();
    destination.getNode().addDependency(Objects.requireNonNull(written.getPolicyDependable()));
    var delivery =
        CfnDelivery.Builder.create(scope, "FrontLogDelivery")
            .deliverySourceName(source.getRef())
            .deliveryDestinationArn(destination.getAttrArn())
            .recordFields(FIELDS)
            .build();
    var here =
        CfnCondition.Builder.create(scope, "FrontLogIsOrderedHere")
            .expression(Fn.conditionEquals(Aws.REGION, REGION))
            .build();
    for (CfnResource part : List.of(source, destination, delivery)) {
      part.getCfnOptions().setCondition(here);
    }
  }
}
