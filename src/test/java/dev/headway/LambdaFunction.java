package dev.headway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One function as AWS runs it: a process of its own with the shipped jar and nothing else of ours,
 * under Lambda's own runtime interface client, which asks this side for one invocation after the
 * other.
 */
final class LambdaFunction implements AutoCloseable {
  private static final String API = "/2018-06-01/runtime/";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Where the runtime unpacks its native library, for every process the same place, over whatever
   * is there: right in Lambda, where each has a machine of its own. Here a process that is still
   * using the file would die of a SIGBUS. So the next one starts when this one has loaded it, and
   * finds the name free.
   */
  private static final Path NATIVE_LIBRARY = Path.of("/tmp/.libaws-lambda-jni.so");

  private final BlockingQueue<Invocation> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Invocation> running = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> loaded = new CompletableFuture<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer api;
  private final Process process;

  private record Invocation(String id, String event, CompletableFuture<String> answer) {}

  /**
   * Starts the process and waits until the function is loaded.
   *
   * @param jar the functions' jar
   * @param handler the class
   * @param variables of the function's environment
   */
  LambdaFunction(Path jar, Class<?> handler, Map<String, String> variables) throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    api.setExecutor(threads);
    api.createContext(API, this::serve);
    api.start();
    process = start(jar, handler, variables);
    // A function that cannot even be loaded says so by ending.
    var _ =
        process
            .onExit()
            .thenAccept(gone ->
                failAll(new IOException(handler + " ended with status " + gone.exitValue())));
    loaded.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    var _ = Files.deleteIfExists(NATIVE_LIBRARY);
  }

  private Process start(Path jar, Class<?> handler, Map<String, String> variables)
      throws IOException {
    var classPath = new ArrayList<>(List.of(jar.toAbsolutePath().toString()));
    classPath.addAll(runtime());
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(File.pathSeparator, classPath),
            "com.amazonaws.services.lambda.runtime.api.client.AWSLambda",
            handler.getName());
    builder.environment().clear();
    builder.environment().putAll(variables);
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + api.getAddress().getPort(),
                "_HANDLER", handler.getName(),
                "AWS_LAMBDA_FUNCTION_NAME", handler.getSimpleName(),
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
                "AWS_LAMBDA_FUNCTION_VERSION", "$LATEST",
                "AWS_LAMBDA_LOG_GROUP_NAME", "group",
                "AWS_LAMBDA_LOG_STREAM_NAME", "stream",
                "LAMBDA_TASK_ROOT", "."));
    return builder.inheritIO().start();
  }

  /** What the runtime brings and the jar does not have. */
  private static List<String> runtime() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> {
          String name = new File(entry).getName();
          return name.startsWith("aws-lambda-java-runtime-interface-client")
              || name.startsWith("aws-lambda-java-serialization")
              || name.startsWith("utils-lite");
        })
        .toList();
  }

  /** Blocks until the function has answered. */
  String invoke(String event) throws InterruptedException {
    var invocation = new Invocation(UUID.randomUUID().toString(), event, new CompletableFuture<>());
    waiting.add(invocation);
    try {
      return invocation.answer().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the function failed", e);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String what = exchange.getRequestURI().getPath().substring(API.length());
      if (what.equals("invocation/next")) {
        loaded.complete(null);
        hand(exchange, waiting.take());
        return;
      }
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String[] path = what.split("/", -1);
      if (path[0].equals("invocation")) {
        Invocation invocation = Objects.requireNonNull(running.remove(path[1]));
        if (path[2].equals("response")) {
          invocation.answer().complete(body);
        } else {
          invocation.answer().completeExceptionally(new IOException(body));
        }
      } else {
        failAll(new IOException(body)); // the function could not be loaded
      }
      exchange.sendResponseHeaders(202, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void hand(HttpExchange exchange, Invocation next) throws IOException {
    running.put(next.id(), next);
    var headers = exchange.getResponseHeaders();
    headers.set("Lambda-Runtime-Aws-Request-Id", next.id());
    headers.set(
        "Lambda-Runtime-Deadline-Ms", Long.toString(Instant.now().plus(PATIENCE).toEpochMilli()));
    headers.set(
        "Lambda-Runtime-Invoked-Function-Arn",
        "arn:aws:lambda:us-east-1:000000000000:function:headway");
    headers.set("Content-Type", "application/json");
    byte[] event = next.event().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, event.length);
    exchange.getResponseBody().write(event);
  }

  private void failAll(IOException why) {
    loaded.completeExceptionally(why);
    running.values().forEach(invocation -> invocation.answer().completeExceptionally(why));
    waiting.forEach(invocation -> invocation.answer().completeExceptionally(why));
  }

  /** The environment that points a function's SDK to an endpoint on this machine. */
  static Map<String, String> endpoints(URI dynamoDb, URI sqs, URI s3) {
    return Map.of(
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        "local",
        "AWS_SECRET_ACCESS_KEY",
        "locallocal",
        "AWS_ENDPOINT_URL_DYNAMODB",
        dynamoDb.toString(),
        "AWS_ENDPOINT_URL_SQS",
        sqs.toString(),
        "AWS_ENDPOINT_URL_S3",
        s3.toString());
  }

  @Override
  public void close() {
    process.destroy();
    threads.shutdownNow();
    api.stop(0);
  }
}
