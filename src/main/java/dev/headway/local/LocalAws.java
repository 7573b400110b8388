package dev.headway.local;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The SDK's clients, pointed at the emulators. They are made once and shared by all threads; {@link
 * #close()} closes them all.
 */
public final class LocalAws implements AutoCloseable {
  public static final Region REGION = Region.US_EAST_1;

  /** The keys that S3Proxy checks signatures with. They open nothing but the emulators. */
  static final String ACCESS_KEY = "local";

  static final String SECRET_KEY = "locallocal";

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY));

  /** Longer than any long poll of ours; an emulator that is silent for so long has died. */
  private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);

  private static final int EVENT_LOOPS = 2;
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  private final LocalConfig config;
  private final SdkHttpClient http;
  private final SdkAsyncHttpClient asyncHttp;

  /** Of our own, because the SDK closes its own with a quiet period of two seconds. */
  private final EventLoopGroup loops = eventLoops();

  private final DynamoDbClient dynamoDb;
  private final DynamoDbAsyncClient dynamoDbAsync;
  private final SqsClient sqs;
  private final S3Client s3;
  private final S3Presigner presigner;

  public LocalAws(LocalConfig config) {
    this.config = config;
    http = UrlConnectionHttpClient.builder().socketTimeout(SOCKET_TIMEOUT).build();
    asyncHttp =
        NettyNioAsyncHttpClient.builder()
            .readTimeout(SOCKET_TIMEOUT)
            .eventLoopGroup(SdkEventLoopGroup.create(loops))
            .build();
    dynamoDb =
        local(DynamoDbClient.builder())
            .endpointOverride(config.dynamoDb())
            .httpClient(http)
            .build();
    dynamoDbAsync =
        local(DynamoDbAsyncClient.builder())
            .endpointOverride(config.dynamoDb())
            .httpClient(asyncHttp)
            .build();
    sqs = local(SqsClient.builder()).endpointOverride(config.sqs()).httpClient(http).build();
    s3 =
        local(S3Client.builder())
            .endpointOverride(config.s3())
            .httpClient(http)
            .forcePathStyle(true)
            .build();
    presigner =
        S3Presigner.builder()
            .endpointOverride(config.s3())
            .region(REGION)
            .credentialsProvider(CREDENTIALS)
            .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build())
            .build();
  }

  private static <B extends AwsClientBuilder<B, C>, C> B local(B builder) {
    return builder.region(REGION).credentialsProvider(CREDENTIALS);
  }

  /** The SDK knows event loops by their class, and not yet those that replace this one. */
  @SuppressWarnings("deprecation")
  private static EventLoopGroup eventLoops() {
    return new NioEventLoopGroup(EVENT_LOOPS, new DefaultThreadFactory("local-aws", true));
  }

  public DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  public DynamoDbAsyncClient dynamoDbAsync() {
    return dynamoDbAsync;
  }

  /**
   * A new client of the streams, which the caller closes. The tail brings an interceptor of its
   * own: the KCL adapter rejects the region that DynamoDB Local puts into its stream ARNs.
   */
  public DynamoDbStreamsClient dynamoDbStreams(ExecutionInterceptor... interceptors) {
    return local(DynamoDbStreamsClient.builder())
        .endpointOverride(config.dynamoDb())
        .httpClient(http)
        .overrideConfiguration(override -> {
          for (var interceptor : interceptors) {
            override.addExecutionInterceptor(interceptor);
          }
        })
        .build();
  }

  public SqsClient sqs() {
    return sqs;
  }

  public S3Client s3() {
    return s3;
  }

  public S3Presigner presigner() {
    return presigner;
  }

  @Override
  public void close() {
    presigner.close();
    s3.close();
    sqs.close();
    dynamoDbAsync.close();
    dynamoDb.close();
    asyncHttp.close();
    http.close();
    loops
        .shutdownGracefully(0, CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_WITHIN.toMillis());
  }
}
