package dev.headway.tail;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * A stream that refuses, in front of one that never does: what DynamoDB Local cannot be made to.
 */
final class FaultyStreams implements DynamoDbStreamsClient {
  /** What DynamoDB says. */
  enum Refusal {
    LIMIT,
    THROTTLED,
    THROUGHPUT,
    INTERNAL,
    EXPIRED_ITERATOR,
    TRIMMED;

    /** As the SDK throws it. */
    AwsServiceException exception() {
      return switch (this) {
        case LIMIT -> built(LimitExceededException.builder(), "LimitExceededException");
        case THROTTLED -> built(DynamoDbException.builder(), "ThrottlingException");
        case THROUGHPUT ->
            built(
                ProvisionedThroughputExceededException.builder(),
                "ProvisionedThroughputExceededException");
        case INTERNAL -> built(InternalServerErrorException.builder(), "InternalServerError");
        case EXPIRED_ITERATOR ->
            built(ExpiredIteratorException.builder(), "ExpiredIteratorException");
        case TRIMMED -> built(TrimmedDataAccessException.builder(), "TrimmedDataAccessException");
      };
    }

    private static AwsServiceException built(AwsServiceException.Builder exception, String code) {
      var details =
          AwsErrorDetails.builder()
              .serviceName("DynamoDbStreams")
              .errorCode(code)
              .errorMessage("as the test wants it")
              .build();
      return exception.awsErrorDetails(details).build();
    }
  }

  private final DynamoDbStreamsClient real;
  private final AtomicInteger refusedReads = new AtomicInteger();
  private final AtomicInteger descriptionsToRefuse = new AtomicInteger();
  private volatile @Nullable Refusal reads;

  FaultyStreams(DynamoDbStreamsClient real) {
    this.real = real;
  }

  /**
   * Refuses every read from now on. What is trimmed also gives no iterator behind what was read.
   */
  void refuseReads(Refusal how) {
    reads = how;
  }

  void allowReads() {
    reads = null;
  }

  int refusedReads() {
    return refusedReads.get();
  }

  void refuseDescriptions(int count) {
    descriptionsToRefuse.set(count);
  }

  boolean hasRefusedEnough() {
    return descriptionsToRefuse.get() <= 0;
  }

  @Override
  public GetRecordsResponse getRecords(GetRecordsRequest request) {
    Refusal refusal = reads;
    if (refusal != null) {
      refusedReads.incrementAndGet();
      throw refusal.exception();
    }
    return real.getRecords(request);
  }

  @Override
  public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
    if (reads == Refusal.TRIMMED
        && request.shardIteratorType() == ShardIteratorType.AFTER_SEQUENCE_NUMBER) {
      throw Refusal.TRIMMED.exception();
    }
    return real.getShardIterator(request);
  }

  @Override
  public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
    if (descriptionsToRefuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw Refusal.THROTTLED.exception();
    }
    return real.describeStream(request);
  }

  @Override
  public String serviceName() {
    return real.serviceName();
  }

  @Override
  public void close() {
    // The real one is somebody else's.
  }
}
