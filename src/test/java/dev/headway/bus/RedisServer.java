package dev.headway.bus;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real Redis on a loopback port of its own, which keeps nothing and can be killed and paused. */
public final class RedisServer implements AutoCloseable {
  private static final String HOST = "127.0.0.1";

  private final List<String> command;
  private final int port;
  private @Nullable Process process;

  private RedisServer(int port, List<String> more) {
    this.port = port;
    this.command =
        new ArrayList<>(
            List.of("redis-server", "--bind", HOST, "--save", "", "--appendonly", "no"));
    command.addAll(more);
  }

  /** Not started yet. */
  static RedisServer prepared(String... more) throws IOException {
    int port = freePort();
    var options = new ArrayList<>(List.of("--port", Integer.toString(port)));
    options.addAll(List.of(more));
    return new RedisServer(port, options);
  }

  public static RedisServer started(String... more) throws IOException {
    RedisServer server = prepared(more);
    server.start();
    return server;
  }

  /** With TLS on its only port. */
  static RedisServer encrypted(Path key, Path certificate) throws IOException {
    int port = freePort();
    var server =
        new RedisServer(
            port,
            List.of(
                "--port", "0",
                "--tls-port", Integer.toString(port),
                "--tls-cert-file", certificate.toString(),
                "--tls-key-file", key.toString(),
                "--tls-auth-clients", "no"));
    server.start();
    return server;
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.ofLiteral(HOST))) {
      return probe.getLocalPort();
    }
  }

  public int port() {
    return port;
  }

  public String host() {
    return HOST;
  }

  void start() throws IOException {
    Path log = Files.createTempFile("headway-redis", ".log");
    log.toFile().deleteOnExit();
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  void kill() {
    Objects.requireNonNull(process)
        .destroyForcibly()
        .onExit()
        .orTimeout(10, TimeUnit.SECONDS)
        .join();
  }

  void pause() throws Exception {
    signal("-STOP");
  }

  void resume() throws Exception {
    signal("-CONT");
  }

  private void signal(String name) throws Exception {
    String id = Long.toString(Objects.requireNonNull(process).pid());
    run("kill", name, id);
  }

  /** Asks the server something with its own client. */
  void ask(String... words) throws Exception {
    var asking = new ArrayList<>(List.of("redis-cli", "-h", HOST, "-p", Integer.toString(port)));
    asking.addAll(List.of(words));
    run(asking.toArray(String[]::new));
  }

  /** Publishes bytes as they are, which its own client cannot, and waits until it has them. */
  void publish(String channel, List<byte[]> payloads) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral(HOST), port)) {
      socket.setSoTimeout(10_000);
      var out = new BufferedOutputStream(socket.getOutputStream());
      for (byte[] payload : payloads) {
        String head =
            "*3\r\n$7\r\nPUBLISH\r\n$%d\r\n%s\r\n$%d\r\n"
                .formatted(channel.length(), channel, payload.length);
        out.write(head.getBytes(US_ASCII));
        out.write(payload);
        out.write("\r\n".getBytes(US_ASCII));
      }
      out.flush();
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      for (int i = 0; i < payloads.size(); i++) {
        String heardBy = in.readLine();
        if (heardBy == null || !heardBy.startsWith(":")) {
          throw new IOException("the server refused a message: " + heardBy);
        }
      }
    }
  }

  private static void run(String... words) throws Exception {
    Process running =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!running.waitFor(10, TimeUnit.SECONDS) || running.exitValue() != 0) {
      throw new IllegalStateException(words[0] + " failed");
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }
}
