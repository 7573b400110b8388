package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tails that are killed, as processes of their own over one DynamoDB Local. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TailCrashIT {
  private static final Duration SOON = Duration.ofSeconds(40);

  private final List<Node> nodes = new ArrayList<>();
  private LocalDatabase database;
  private LocalDatabase.Clients clients;
  private int port;

  @BeforeAll
  void startDatabase() throws Exception {
    port = LocalDatabase.freePort();
    database = new LocalDatabase(port, null);
    clients = LocalDatabase.Clients.of(port);
  }

  @AfterAll
  void stopDatabase() {
    clients.close();
    database.close();
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(Node::kill);
  }

  @Test
  void a_killed_worker_that_starts_again_reads_on_without_a_gap() throws Exception {
    Node first = start("local", "w1", "restarts");
    put("restarts", 1, 30);
    first.await("CHANGED u30 1");
    put("restarts", 31, 40);
    first.await("CHANGED u40 1");
    first.kill();
    put("restarts", 41, 50);
    Node second = start("local", "w1", "restarts");
    second.await("CHANGED u50 1");
    assertNoGap(50, first, second);
  }

  @Test
  void when_a_node_of_a_cluster_goes_another_takes_over_without_a_gap() throws Exception {
    // The lease table exists, as on any day but the first: an empty one makes KCL wait up to 30 s.
    Node seed = start("local", "seed", "cluster");
    put("cluster", 1, 1);
    seed.await("CHANGED u1 1");
    seed.stop();
    Node killed = start("cluster", "killed", "cluster");
    put("cluster", 2, 20);
    killed.await("CHANGED u20 1");
    Node stopped = start("cluster", "stopped", "cluster");
    put("cluster", 21, 40);
    killed.await("CHANGED u40 1");
    killed.kill();
    put("cluster", 41, 60);
    stopped.await("CHANGED u60 1");
    Node last = start("cluster", "last", "cluster");
    put("cluster", 61, 80);
    stopped.await("CHANGED u80 1");
    stopped.stop();
    put("cluster", 81, 100);
    last.await("CHANGED u100 1");
    assertNoGap(100, seed, killed, stopped, last);
    assertThat(last.lines()).as("duplicates after a clean stop").doesNotContain("CHANGED u80 1");
  }

  /** Every upload was told by somebody; some may have been told twice. */
  private static void assertNoGap(int uploads, Node... nodes) {
    var told = new ArrayList<String>();
    for (Node node : nodes) {
      told.addAll(node.lines());
    }
    for (int upload = 1; upload <= uploads; upload++) {
      assertThat(told).contains("CHANGED u" + upload + " 1");
    }
  }

  private Node start(String preset, String worker, String table) throws IOException {
    var node = new Node(preset, worker, "leases-of-" + table, port, clients.table(table));
    nodes.add(node);
    return node;
  }

  private void put(String table, int from, int to) {
    for (int upload = from; upload <= to; upload++) {
      var item = Items.item("u" + upload, 1);
      clients.dynamo().putItem(b -> b.tableName(table).item(item)).join();
    }
  }

  /** A {@link TailProcess} and what it has said. */
  private static final class Node {
    private final Process process;
    private final List<String> lines = new ArrayList<>();

    Node(String preset, String worker, String leases, int port, String streamArn)
        throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  TailProcess.class.getName(),
                  preset,
                  worker,
                  leases,
                  Integer.toString(port),
                  streamArn)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
      try (var output = process.inputReader(StandardCharsets.UTF_8)) {
        output.lines().forEach(this::heard);
      } catch (IOException | java.io.UncheckedIOException e) {
        heard("GONE");
      }
    }

    private synchronized void heard(String line) {
      lines.add(line);
      notifyAll();
    }

    synchronized List<String> lines() {
      return List.copyOf(lines);
    }

    void await(String line) throws InterruptedException {
      await(line, told -> told.contains(line));
    }

    private synchronized void await(String what, Predicate<List<String>> condition)
        throws InterruptedException {
      long until = System.nanoTime() + SOON.toNanos();
      while (!condition.test(lines)) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          throw new AssertionError("not within " + SOON + ": " + what + "; said: " + lines);
        }
        wait(Math.max(1, left / 1_000_000));
      }
    }

    void stop() throws Exception {
      process.getOutputStream().close();
      await("STOPPED");
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }
  }
}
