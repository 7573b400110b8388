package dev.headway.tail;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;

/**
 * DynamoDB Local's stream ARNs name a region "ddblocal", which the Streams adapter rejects as
 * unknown. The tail therefore gives the adapter a real region, and this interceptor of the streams
 * client turns it back on the wire. Has no place in a client of AWS. Stateless; any thread.
 */
public final class LocalStreamArn implements ExecutionInterceptor {
  private static final String LOCAL = ":dynamodb:ddblocal:";
  private static final String KNOWN = ":dynamodb:us-east-1:";

  /** Whether a stream of this ARN is one of DynamoDB Local. */
  public static boolean isLocal(String streamArn) {
    return streamArn.contains(LOCAL);
  }

  /** The ARN as the adapter accepts it; that of a stream on AWS stays as it is. */
  static String known(String streamArn) {
    return streamArn.replace(LOCAL, KNOWN);
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return switch (context.request()) {
      case DescribeStreamRequest r -> r.toBuilder().streamArn(local(r.streamArn())).build();
      case GetShardIteratorRequest r -> r.toBuilder().streamArn(local(r.streamArn())).build();
      default -> context.request();
    };
  }

  private static String local(String streamArn) {
    return streamArn.replace(KNOWN, LOCAL);
  }
}
