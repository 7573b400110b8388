package dev.headway.tail;

import com.amazonaws.services.dynamodbv2.streamsadapter.AmazonDynamoDBStreamsAdapterClient;
import com.amazonaws.services.dynamodbv2.streamsadapter.adapter.DynamoDBStreamsGetRecordsResponseAdapter;
import com.amazonaws.services.dynamodbv2.streamsadapter.util.AmazonServiceExceptionTransformer;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * The adapter's client, with two things done differently for GetRecords.
 *
 * <p>It runs on the reading thread of its shard, which waits for it anyway. The adapter hands it to
 * the common pool, which has one thread on two cores: there the shards queue behind one another and
 * behind everybody else's work.
 *
 * <p>An empty read is stamped with the monotonic time at which it was sent. KCL buffers up to a
 * dozen batches, and also makes empty ones out of records that it has filtered; the stamp tells a
 * reader that an empty batch is an empty read, and how old it is. It travels as {@code
 * millisBehindLatest}, which KCL carries through unread when metrics are off; the adapter's own
 * value compares wall clocks and is absent on empty reads.
 */
final class StampedReads extends AmazonDynamoDBStreamsAdapterClient {
  private final DynamoDbStreamsClient streams;
  private final LongSupplier nanos;

  StampedReads(DynamoDbStreamsClient streams, Region region, LongSupplier nanos) {
    super(streams, region);
    this.streams = streams;
    this.nanos = nanos;
  }

  @Override
  public CompletableFuture<DynamoDBStreamsGetRecordsResponseAdapter> getDynamoDBStreamsRecords(
      GetRecordsRequest request) {
    long sentAt = nanos.getAsLong();
    try {
      return CompletableFuture.completedFuture(
          new StampedRead(streams.getRecords(request), sentAt));
    } catch (AwsServiceException e) {
      return CompletableFuture.failedFuture(
          AmazonServiceExceptionTransformer.transformDynamoDBStreamsToKinesisGetRecords(
              e, SkipRecordsBehavior.SKIP_RECORDS_TO_TRIM_HORIZON));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static final class StampedRead extends DynamoDBStreamsGetRecordsResponseAdapter {
    private final @Nullable Long sentAt;

    StampedRead(GetRecordsResponse response, long sentAt) {
      super(response);
      this.sentAt = response.records().isEmpty() ? sentAt : null;
    }

    @Override
    public @Nullable Long millisBehindLatest() {
      return sentAt;
    }
  }
}
