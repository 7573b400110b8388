package dev.headway.tail;

import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The stream of the status table.
 *
 * @param arn as DescribeTable names it
 * @param client with a timeout for each call. For DynamoDB Local it needs the interceptors {@link
 *     LocalStreamArn} and {@link LocalChildShards}; stays the caller's
 */
public record TableStream(String arn, DynamoDbStreamsClient client) {}
