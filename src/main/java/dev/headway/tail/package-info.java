/**
 * The stream reader: the KCL scheduler over DynamoDB Streams, shard readers, checkpoints and lag.
 * Runs on KCL's threads, under the supervision of one thread of its own ({@code headway-tail}), and
 * hands every change over to a listener. May depend on {@code status}, the codec of {@code store},
 * the AWS SDK and KCL. What only DynamoDB Local needs is in {@link
 * dev.headway.tail.LocalStreamArn}, {@link dev.headway.tail.LocalChildShards} and {@code
 * SoleWorkerLeases}.
 */
@NullMarked
package dev.headway.tail;

import org.jspecify.annotations.NullMarked;
