package dev.headway.tail;

import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ShardFilter;
import software.amazon.awssdk.services.dynamodb.model.ShardFilterType;

/**
 * DynamoDB Local answers the shard filter CHILD_SHARDS with nothing, so that the end of a shard
 * (every 4 hours) stalled the tail for 46 s and more. This interceptor of the streams client asks
 * for the shards after the parent, unfiltered, and picks the children itself. Has no place in a
 * client of AWS. Any thread.
 */
public final class LocalChildShards implements ExecutionInterceptor {
  private static final ExecutionAttribute<String> PARENT =
      new ExecutionAttribute<>("headway.parentShard");

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    if (context.request() instanceof DescribeStreamRequest request
        && request.shardFilter() != null
        && request.shardFilter().type() == ShardFilterType.CHILD_SHARDS) {
      String parent = request.shardFilter().shardId();
      attributes.putAttribute(PARENT, parent);
      // A shard's id begins with the time of its birth, so its children are listed after it.
      return request.toBuilder()
          .shardFilter((ShardFilter) null)
          .exclusiveStartShardId(parent)
          .build();
    }
    return context.request();
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    String parent = attributes.getAttribute(PARENT);
    if (parent != null && context.response() instanceof DescribeStreamResponse response) {
      var stream = response.streamDescription();
      var children =
          stream.shards().stream().filter(shard -> parent.equals(shard.parentShardId())).toList();
      return response.toBuilder()
          .streamDescription(stream.toBuilder().shards(children).build())
          .build();
    }
    return context.response();
  }
}
