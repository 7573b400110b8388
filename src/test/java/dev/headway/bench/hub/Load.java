package dev.headway.bench.hub;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A {@link LoadGenerator}, from outside. */
final class Load implements AutoCloseable {
  private final Child process =
      Child.java(
          List.of("-XX:+UseCompactObjectHeaders", "-Xms256m", "-Xmx512m", "-XX:+UseParallelGC"),
          LoadGenerator.class);

  Load() throws IOException {}

  /** Opens streams and waits until each has its first byte. */
  JsonObject connect(Server server, int count, int uploads, Path tokens) throws IOException {
    return connect(server, count, uploads, tokens, 0);
  }

  /**
   * The same.
   *
   * @param narrow how many of them, the first, have a small receive buffer
   */
  JsonObject connect(Server server, int count, int uploads, Path tokens, int narrow)
      throws IOException {
    var storm =
        new JsonObject(
            process.ask(
                "connect %d %d %d %s %d".formatted(server.port, count, uploads, tokens, narrow)));
    if (storm.getInteger("failed") > 0) {
      throw new IOException("not every stream could be opened: " + storm);
    }
    return storm;
  }

  /** What came since the last time. */
  JsonObject window() throws IOException {
    return new JsonObject(process.ask("window"));
  }

  void stall(int count) throws IOException {
    var _ = process.ask("stall " + count);
  }

  void resume() throws IOException {
    var _ = process.ask("resume");
  }

  JsonObject poll(Server server, int count, double seconds, String path, String etag, Path tokens)
      throws IOException {
    return new JsonObject(
        process.ask(
            "poll %d %d %s %s %s %s".formatted(server.port, count, seconds, path, etag, tokens)));
  }

  void hangUp() throws IOException {
    var _ = process.ask("close");
  }

  @Override
  public void close() {
    process.close();
  }
}
