package dev.headway.chaos;

import dev.headway.local.DynamoDbProcess;
import dev.headway.local.FreePorts;
import dev.headway.store.StatusTable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A service of several nodes with all that it needs, as processes of this machine on free ports of
 * loopback. What each prints is in a file of its own. For one thread; whatever ends this JVM in
 * good order ends them too.
 */
final class Cluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);
  private static final String KEY = "local";
  private static final String REGION = Region.US_EAST_1.id();

  private final Settings settings;
  private final Path folder;
  private final Optional<Planted> planted;
  private final Vertx vertx = Vertx.vertx();

  /** Of their own, so that thousands of viewers do not hold up what the nodes tell each other. */
  private final Vertx links = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

  private final Issuer issuer;
  private final Child redis;
  private final Child dynamoDb;
  private final List<ServiceNode> nodes = new ArrayList<>();
  private final int redisPort;
  private final int dynamoDbPort;
  private final SdkHttpClient http = UrlConnectionHttpClient.create();
  private final DynamoDbClient client;
  private final Lookout lookout;
  private final Thread atEnd = new Thread(this::endAll, "chaos-end");

  private Cluster(Settings settings, Path folder, Optional<Planted> planted) throws Exception {
    this.settings = settings;
    this.folder = folder;
    this.planted = planted;
    clear(folder);
    if (planted.isPresent()) {
      planted.get().into(folder.resolve("planted"));
    }
    issuer = new Issuer(vertx);
    int parts = FreePorts.first();
    dynamoDbPort = parts;
    redisPort = parts + 1;
    int first = FreePorts.first();
    while (Math.abs(first - parts) < 10) {
      first = FreePorts.first();
    }
    redis = new Child("redis", folder);
    dynamoDb = new Child("dynamodb", folder);
    var loop = links.getOrCreateContext();
    for (int i = 0; i < settings.nodes(); i++) {
      var link = new RedisLink(links, loop, redisPort);
      nodes.add(new ServiceNode(i, first + i, new Child("node-" + (i + 1), folder), link));
    }
    client =
        DynamoDbClient.builder()
            .endpointOverride(URI.create(dynamoDbUrl()))
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, KEY)))
            .httpClient(http)
            .build();
    lookout = new Lookout(vertx, nodes);
    Runtime.getRuntime().addShutdownHook(atEnd);
  }

  /**
   * Starts everything and waits until it is well.
   *
   * @param folder for logs; what is in it is deleted
   * @param planted what is wrong with the program of every node
   */
  static Cluster start(Settings settings, Path folder, Optional<Planted> planted) throws Exception {
    var cluster = new Cluster(settings, folder, planted);
    try {
      cluster.startAll();
      return cluster;
    } catch (Exception e) {
      cluster.close();
      throw e;
    }
  }

  private static void clear(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (Stream<Path> old = Files.walk(folder)) {
      for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(folder)) {
          Files.delete(path);
        }
      }
    }
  }

  private void startAll() throws Exception {
    startRedis();
    dynamoDb.start(
        new ProcessBuilder(
            java("-Xmx768m", DynamoDbProcess.class.getName(), String.valueOf(dynamoDbPort))));
    await("DynamoDB Local", ANSWERS_WITHIN, () -> answers(dynamoDbPort));
    var _ = new StatusTable("ProcessingStatus").createIfAbsent(client);
    for (ServiceNode node : nodes) {
      startNode(node, Map.of());
    }
    awaitWell();
  }

  void startRedis() throws Exception {
    redis.start(
        new ProcessBuilder(
            "redis-server",
            "--bind",
            HOST,
            "--port",
            String.valueOf(redisPort),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder.toString()));
    await("Redis", ANSWERS_WITHIN, () -> answers(redisPort));
  }

  /**
   * Starts a node.
   *
   * @param more of its environment
   */
  void startNode(ServiceNode node, Map<String, String> more) throws IOException {
    var recipe = new ProcessBuilder(java("-Xmx256m", "dev.headway.Main", "serve"));
    recipe.environment().putAll(environment(node));
    recipe.environment().putAll(more);
    node.process().start(recipe);
  }

  private Map<String, String> environment(ServiceNode node) {
    var environment = new HashMap<String, String>();
    environment.put("AWS_ENDPOINT_URL_DYNAMODB", dynamoDbUrl());
    environment.put("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", dynamoDbUrl());
    environment.put("AWS_ACCESS_KEY_ID", KEY);
    environment.put("AWS_SECRET_ACCESS_KEY", KEY);
    environment.put("AWS_REGION", REGION);
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("HEADWAY_HOST", HOST);
    environment.put("HEADWAY_PORT", String.valueOf(node.port()));
    environment.put("HEADWAY_UPLOAD_BUCKET", "chaos-uploads");
    environment.put("HEADWAY_ADDRESS_CONNECTIONS", "0"); // all viewers are on this machine
    environment.put("HEADWAY_JWKS_URL", issuer.jwks());
    environment.put("HEADWAY_ISSUER", Issuer.NAME);
    environment.put("HEADWAY_AUDIENCE", Issuer.AUDIENCE);
    // Every client of the harness has the same address.
    environment.put("HEADWAY_USER_RATE", "0");
    environment.put("HEADWAY_ADDRESS_RATE", "0");
    environment.put("HEADWAY_USER_STREAMS", "0");
    // The cluster shares the machine with all that it works with: each start would slow the others.
    environment.put("HEADWAY_WARM_UP_SECONDS", "0");
    environment.put("HEADWAY_BUS", "redis://" + HOST + ":" + node.link().port());
    environment.put("HEADWAY_TICKET_KEY", "the-tickets-of-all-nodes-of-the-harness");
    if (settings.quick()) {
      environment.put("HEADWAY_DRAIN_SECONDS", "3");
    }
    return environment;
  }

  /** The quick compiler and the serial collector alone: five JVMs share the machine's cores. */
  private List<String> java(String heap, String... program) {
    String classPath = System.getProperty("java.class.path");
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                heap,
                "-cp",
                planted
                    .map(fault -> folder.resolve("planted") + File.pathSeparator + classPath)
                    .orElse(classPath)));
    command.addAll(List.of(program));
    return command;
  }

  private String dynamoDbUrl() {
    return "http://" + HOST + ":" + dynamoDbPort;
  }

  private static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(HOST), port), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits until every node is ready and its board whole. */
  void awaitWell() throws InterruptedException {
    await("the cluster " + nodes, settings.patience(), this::isWell);
  }

  void awaitReady(ServiceNode node) throws InterruptedException {
    await(node.toString(), settings.patience(), node::isReady);
  }

  boolean isWell() {
    return nodes.stream().allMatch(ServiceNode::isWell);
  }

  void await(String what, Duration within, BooleanSupplier condition) throws InterruptedException {
    if (!Moments.until(within, condition)) {
      throw new NotInTimeException(
          "%s did not come up within %s: see %s".formatted(what, within, folder));
    }
  }

  /** The node that reads the table's stream. */
  ServiceNode tailOwner() throws InterruptedException {
    await("an owner of the tail", settings.patience(), () -> owner().isPresent());
    return owner().orElseThrow();
  }

  /** The first node that does not. */
  ServiceNode another() throws InterruptedException {
    ServiceNode owner = tailOwner();
    return nodes.stream().filter(node -> node != owner).findFirst().orElseThrow();
  }

  private Optional<ServiceNode> owner() {
    return nodes.stream()
        .max(Comparator.comparingInt(ServiceNode::leases))
        .filter(n -> n.leases() > 0);
  }

  List<ServiceNode> nodes() {
    return List.copyOf(nodes);
  }

  Child redis() {
    return redis;
  }

  Child dynamoDb() {
    return dynamoDb;
  }

  Path folder() {
    return folder;
  }

  Lookout lookout() {
    return lookout;
  }

  Vertx vertx() {
    return vertx;
  }

  Issuer issuer() {
    return issuer;
  }

  DynamoDbClient client() {
    return client;
  }

  Settings settings() {
    return settings;
  }

  /** What all nodes have read from the table up to now. */
  long reads() {
    return nodes.stream().mapToLong(ServiceNode::reads).sum();
  }

  private void endAll() {
    nodes.forEach(node -> node.process().kill());
    redis.kill();
    dynamoDb.kill();
  }

  @Override
  public void close() {
    lookout.close();
    endAll();
    client.close();
    http.close();
    var _ = vertx.close();
    var _ = links.close();
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      // It is running: that is why this is closed.
    }
  }
}
