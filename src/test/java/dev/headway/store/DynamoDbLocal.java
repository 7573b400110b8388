package dev.headway.store;

import java.net.URI;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * DynamoDB Local in this JVM, in memory, on a free port of loopback, with the clients that the
 * program uses. Takes about a second to start: share one among the tests of a class. It deletes
 * what is past its time to live by the clock of the machine, so a test's own clock must not stand
 * in the past.
 */
public final class DynamoDbLocal implements AutoCloseable {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "locallocal"));

  private final DynamoDBProxyServer server;
  private final URI endpoint;
  private final SdkHttpClient http = UrlConnectionHttpClient.create();
  private final DynamoDbClient client;
  private final DynamoDbAsyncClient asyncClient;
  private final DynamoDbStreamsClient streamsClient;
  private final ConcurrentHashMap<String, StatusTable> tables = new ConcurrentHashMap<>();

  private DynamoDbLocal(DynamoDBProxyServer server, URI endpoint) {
    this.server = server;
    this.endpoint = endpoint;
    this.client = client(http, 2);
    this.asyncClient =
        DynamoDbAsyncClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClientBuilder(NettyNioAsyncHttpClient.builder())
            .build();
    this.streamsClient =
        DynamoDbStreamsClient.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(CREDENTIALS)
            .httpClient(http)
            .build();
  }

  public static DynamoDbLocal start() {
    try {
      DynamoDBProxyServer server =
          ServerRunner.createServerFromCommandLineArgs(
              new String[] {"-inMemory", "-sharedDb", "-disableTelemetry"});
      // It has no option for the interface, and none for a free port: both are told to its Jetty.
      var field = DynamoDBProxyServer.class.getDeclaredField("server");
      field.setAccessible(true);
      var jetty = (Server) field.get(server);
      var connector =
          Arrays.stream(jetty.getConnectors())
              .map(ServerConnector.class::cast)
              .findFirst()
              .orElseThrow();
      connector.setHost("127.0.0.1");
      connector.setPort(0);
      server.start();
      return new DynamoDbLocal(server, URI.create("http://127.0.0.1:" + connector.getLocalPort()));
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local did not start", e);
    }
  }

  public URI endpoint() {
    return endpoint;
  }

  public DynamoDbClient client() {
    return client;
  }

  public DynamoDbAsyncClient asyncClient() {
    return asyncClient;
  }

  public DynamoDbStreamsClient streamsClient() {
    return streamsClient;
  }

  /**
   * A client of the test's own, which the test closes.
   *
   * @param attempts how often the SDK sends a request in all; 1 to see every failure
   */
  public DynamoDbClient client(
      SdkHttpClient transport, int attempts, ExecutionInterceptor... interceptors) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClient(transport)
        .overrideConfiguration(configuration -> {
          configuration.retryStrategy(
              DefaultRetryStrategy.standardStrategyBuilder().maxAttempts(attempts).build());
          for (ExecutionInterceptor interceptor : interceptors) {
            configuration.addExecutionInterceptor(interceptor);
          }
        })
        .build();
  }

  /** The status table; made by the first who asks. */
  public StatusTable statusTable() {
    return statusTable("ProcessingStatus");
  }

  /** A status table of another name, for who must not meet others' uploads. */
  public StatusTable statusTable(String name) {
    return tables.computeIfAbsent(
        name,
        _ -> {
          var table = new StatusTable(name);
          var _ = table.createIfAbsent(client);
          return table;
        });
  }

  @Override
  public void close() {
    client.close();
    asyncClient.close();
    streamsClient.close();
    http.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local did not stop", e);
    }
  }
}
