package dev.headway.tail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;

/** DynamoDB Local over HTTP on loopback, in memory or in a folder. */
final class LocalDatabase implements AutoCloseable {
  private final LocalDynamoDBRequestHandler requests;
  private final DynamoDBProxyServer server;

  /**
   * @param folder where it keeps its file; null for in memory
   */
  LocalDatabase(int port, @Nullable Path folder) throws Exception {
    requests =
        new LocalDynamoDBRequestHandler(
            0, folder == null, folder == null ? null : folder.toString(), true, false);
    server = new DynamoDBProxyServer(port, new LocalDynamoDBServerHandler(requests, null));
    // It binds all interfaces and has no option for it.
    var jetty = DynamoDBProxyServer.class.getDeclaredField("server");
    jetty.setAccessible(true);
    for (var connector : ((Server) jetty.get(server)).getConnectors()) {
      ((ServerConnector) connector).setHost("127.0.0.1");
    }
    server.start();
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Closes every open shard and opens a child of each, as DynamoDB does every four hours. */
  void rollShardsOver() throws ReflectiveOperationException {
    var databases = LocalDynamoDBRequestHandler.class.getDeclaredField("dbRequestHandlers");
    databases.setAccessible(true);
    for (Object database : ((Map<?, ?>) databases.get(requests)).values()) {
      ((AmazonDynamoDBLocal) database).triggerShardRollovers();
    }
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("DynamoDB Local did not stop", e);
    }
  }

  /** What the program would have, for one table. */
  record Clients(DynamoDbAsyncClient dynamo, DynamoDbStreamsClient streams)
      implements AutoCloseable {
    static Clients of(int port) {
      var endpoint = URI.create("http://127.0.0.1:" + port);
      var credentials =
          StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
      return new Clients(
          DynamoDbAsyncClient.builder()
              .endpointOverride(endpoint)
              .region(Region.US_EAST_1)
              .credentialsProvider(credentials)
              .httpClientBuilder(NettyNioAsyncHttpClient.builder())
              .build(),
          DynamoDbStreamsClient.builder()
              .endpointOverride(endpoint)
              .region(Region.US_EAST_1)
              .credentialsProvider(credentials)
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .overrideConfiguration(o ->
                  o.apiCallTimeout(Duration.ofSeconds(10))
                      .addExecutionInterceptor(new LocalStreamArn())
                      .addExecutionInterceptor(new LocalChildShards()))
              .build());
    }

    /** Creates the table if it is not there; answers its stream's ARN. */
    String table(String name) {
      if (!dynamo.listTables().join().tableNames().contains(name)) {
        dynamo
            .createTable(b ->
                b.tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(
                        AttributeDefinition.builder()
                            .attributeName("id")
                            .attributeType(ScalarAttributeType.S)
                            .build())
                    .keySchema(
                        KeySchemaElement.builder()
                            .attributeName("id")
                            .keyType(KeyType.HASH)
                            .build())
                    .streamSpecification(
                        s -> s.streamEnabled(true).streamViewType(StreamViewType.NEW_IMAGE)))
            .join();
      }
      return dynamo.describeTable(b -> b.tableName(name)).join().table().latestStreamArn();
    }

    @Override
    public void close() {
      dynamo.close();
      streams.close();
    }
  }
}
