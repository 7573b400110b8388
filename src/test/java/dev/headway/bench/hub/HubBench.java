package dev.headway.bench.hub;

import dev.headway.TestCertificate;
import dev.headway.bench.Options;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Headway beside the floor, the obvious server and nginx with nchan, one after the other in each
 * run, so that whatever else the machine does meets all of them.
 */
public final class HubBench implements AutoCloseable {
  private static final int STREAMS = 10_000;
  private static final int MANY_STREAMS = 19_000;
  private static final int SOME_UPLOADS = 100;

  /** What the client of Vert.x plays beside the server on two cores. */
  private static final int PROTOCOL_STREAMS = 2_000;

  /** Half of what one change a second is measured with. */
  private static final int SOAK_STREAMS = STREAMS / 2;

  private static final int SOAK_PARTS = 10;

  /** For the bench of slow readers, and which share of them is slow. */
  private static final int SOME_STREAMS = 4_000;

  private static final int STALLED = SOME_STREAMS / 20;
  private static final int STALL_CHANGES = 25;
  private static final double STALL_SECONDS = 12;
  private static final int POLLERS = 64;

  /**
   * Changes that come at once: 10,000 a second need ten shards at least, and each is read about
   * every ten milliseconds.
   */
  private static final int TOGETHER = 10;

  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final double SECONDS = 8;

  /** A rate is good when nothing is lost or late. */
  private static final double GOOD_P99 = 500;

  private static final double GOOD_SHARE = 0.99;
  private static final int PAGE_KB = 4;

  private final Callers callers = new Callers();
  private final Path tokens = callers.hs256(MANY_STREAMS);
  private final Load load = new Load();
  private final Report report = new Report();
  private final List<String> only;

  /**
   * A bench of these servers.
   *
   * @param only the beginnings of their names; empty for all
   */
  private HubBench(List<String> only) throws IOException {
    this.only = only;
    warmUp();
  }

  /** A generator that is not compiled yet would be measured as a slow server. */
  private void warmUp() throws IOException {
    try (Server floor = Server.floor()) {
      for (int i = 0; i < 2; i++) {
        load.connect(floor, STREAMS, STREAMS, tokens);
        load.hangUp();
      }
    }
  }

  /** Starts a server. */
  @FunctionalInterface
  private interface Start {
    Server start() throws Exception;
  }

  public static void main(String what, String[] args) throws Exception {
    List<String> only =
        Options.text(args, "--only").map(names -> List.of(names.split(",", -1))).orElse(List.of());
    try (var bench = new HubBench(only)) {
      int runs = what.equals("soak") ? 1 : Options.number(args, "--runs", 3);
      for (int run = 1; run <= runs; run++) {
        System.err.printf("run %d of %d%n", run, runs);
        switch (what) {
          case "hub" -> bench.hub();
          case "idle" -> bench.forEach(bench::idle);
          case "changes" -> bench.forEach(bench::unicast);
          case "crowd" -> bench.forEach(bench::fanOut);
          case "storm" -> bench.storm();
          case "slow" -> bench.slow();
          case "poll" -> bench.poll();
          case "protocols" -> bench.protocols();
          case "soak" -> bench.soak(Options.number(args, "--minutes", 60));
          default -> {
            bench.hub();
            bench.storm();
            bench.slow();
            bench.poll();
            bench.protocols();
          }
        }
      }
      System.out.println(bench.report.markdown());
      Optional<String> file = Options.text(args, "--json");
      if (file.isPresent()) {
        Files.writeString(Path.of(file.get()), bench.report.json());
      }
    }
  }

  private Map<String, Start> servers() {
    Map<String, Start> servers = new LinkedHashMap<>();
    servers.put("Headway", () -> Server.headway(callers.sharedKey(), Optional.empty()));
    servers.put("floor", Server::floor);
    if (Server.hasNchan()) {
      servers.put("nginx + nchan", Server::nchan);
    }
    servers.put("obvious Vert.x", Server::obvious);
    servers.keySet().removeIf(name -> !only.isEmpty() && only.stream().noneMatch(name::startsWith));
    return servers;
  }

  private void hub() throws Exception {
    forEach(this::idle);
    forEach(this::unicast);
    forEach(this::fanOut);
  }

  /** What is measured of a server that was just started. */
  @FunctionalInterface
  private interface Measurement {
    void of(String name, Start start) throws Exception;
  }

  private void forEach(Measurement measurement) throws Exception {
    for (var entry : servers().entrySet()) {
      measurement.of(entry.getKey(), entry.getValue());
    }
  }

  private void idle(String name, Start start) throws Exception {
    try (Server server = start.start()) {
      memory(name, server, MANY_STREAMS);
    }
    try (Server server = start.start()) {
      memory(name, server, SOME_UPLOADS);
    }
  }

  /** Silence. */
  private void memory(String name, Server server, int uploads) throws Exception {
    load.connect(server, 100, 100, tokens); // what only the first ones cost
    load.hangUp();
    double heapBefore = server.liveHeap();
    double before = server.memory();
    load.connect(server, MANY_STREAMS, uploads, tokens);
    settle();
    String table = "%,d idle streams on %,d uploads".formatted(MANY_STREAMS, uploads);
    report.add(table, name, "KB of process each", (server.memory() - before) / MANY_STREAMS);
    report.add(table, name, "MB of process, all", server.memory() / 1024);
    double heap = server.liveHeap() - heapBefore;
    report.add(table, name, "KB of live heap each", heap / 1024 / MANY_STREAMS);
    load.hangUp();
  }

  /** Every stream on an upload of its own, each of which changes once a second. */
  private void unicast(String name, Start start) throws Exception {
    try (Server server = start.start()) {
      load.connect(server, STREAMS, STREAMS, tokens);
      String table = "One change a second on each of 10,000 uploads, ";
      unicast(table + "ten together", name, server, TOGETHER);
      unicast(table + "one by one", name, server, 1);
      load.hangUp();
    }
  }

  private void unicast(String table, String name, Server server, int together) throws Exception {
    var _ = under(server, STREAMS, STREAMS, together); // warms up
    Measured measured = under(server, STREAMS, STREAMS, together);
    report.add(table, name, "p50 ms", measured.window.getDouble("p50"));
    report.add(table, name, "p99 ms", measured.window.getDouble("p99"));
    report.add(table, name, "cores", measured.cores());
    report.add(table, name, "delivered of 1", measured.share());
  }

  /** All streams on one upload. */
  private void fanOut(String name, Start start) throws Exception {
    try (Server server = start.start()) {
      fanOut(name, server);
    }
  }

  private void fanOut(String name, Server server) throws Exception {
    load.connect(server, STREAMS, 1, tokens);
    String table = "One upload, 10,000 streams";
    var _ = under(server, 60_000, 1, 1); // warms up
    Measured steady = under(server, 60_000, 1, 1);
    report.add(table, name, "CPU s per million at 60,000/s", steady.cpuPerMillion());
    report.add(table, name, "p99 ms at 60,000/s", steady.window.getDouble("p99"));
    double best = 0;
    double p99 = Double.NaN;
    double cpu = Double.NaN;
    for (int rate = 80_000; rate <= 220_000; rate += 10_000) {
      Measured measured = under(server, rate, 1, 1);
      if (!measured.isGood()) {
        break;
      }
      best = rate;
      p99 = measured.window.getDouble("p99");
      cpu = measured.cpuPerMillion();
    }
    report.add(table, name, "highest good rate /s", best);
    report.add(table, name, "p99 ms there", p99);
    report.add(table, name, "CPU s per million there", cpu);
    load.hangUp();
  }

  /** Deliveries at this rate for a while, and what they cost. */
  private Measured under(Server server, double perSecond, int uploads, int together)
      throws Exception {
    double changes = perSecond * uploads / STREAMS;
    var _ = load.window();
    Duration before = server.cpu();
    CompletableFuture<Void> published = server.publish(changes, uploads, SECONDS, together);
    published.get(60, TimeUnit.SECONDS);
    TimeUnit.SECONDS.sleep(1); // what is still under way
    return new Measured(load.window(), server.cpu().minus(before), perSecond * SECONDS);
  }

  private record Measured(JsonObject window, Duration cpu, double expected) {
    double share() {
      return window.getInteger("events") / expected;
    }

    boolean isGood() {
      return share() >= GOOD_SHARE && window.getDouble("p99") < GOOD_P99;
    }

    double cores() {
      return cpu.toMillis() / 1e3 / SECONDS;
    }

    double cpuPerMillion() {
      return cpu.toMillis() / 1e3 / window.getInteger("events") * 1e6;
    }
  }

  /** Everybody at once, to a server that has just become ready. */
  private void storm() throws Exception {
    Map<String, Start> servers = new LinkedHashMap<>();
    servers.put("Headway, HS256", () -> Server.headway(callers.sharedKey(), Optional.empty()));
    servers.put("Headway, RS256", () -> Server.headway(callers.publishedKeys(), Optional.empty()));
    servers()
        .forEach((name, start) -> {
          if (!name.equals("Headway")) {
            servers.put(name + ", no tokens", start);
          }
        });
    Path signed = callers.rs256(STREAMS);
    for (var entry : servers.entrySet()) {
      Path own = entry.getKey().endsWith("RS256") ? signed : tokens;
      try (Server server = entry.getValue().start()) {
        for (String which : List.of("first", "second")) {
          JsonObject storm = load.connect(server, STREAMS, STREAMS, own);
          String table = "10,000 at once, first byte";
          report.add(table, entry.getKey(), which + " storm p50 ms", storm.getDouble("p50"));
          report.add(table, entry.getKey(), which + " storm p99 ms", storm.getDouble("p99"));
          report.add(table, entry.getKey(), which + " storm all, s", storm.getDouble("seconds"));
          load.hangUp();
          TimeUnit.SECONDS.sleep(1);
        }
      }
    }
  }

  /** Some readers take nothing for a while. */
  private void slow() throws Exception {
    for (var entry : servers().entrySet()) {
      if (entry.getKey().equals("floor")) {
        continue; // it hangs up on whoever does not keep up
      }
      try (Server server = entry.getValue().start()) {
        load.connect(server, SOME_STREAMS, 1, tokens, STALLED);
        String table = "%,d of %,d readers stall".formatted(STALLED, SOME_STREAMS);
        var _ = changing(server); // warms up
        double undisturbed = changing(server).getDouble("p99");
        double kernelBefore = kernelMemory();
        double before = server.memory();
        load.stall(STALLED);
        double disturbed = changing(server).getDouble("p99");
        report.add(table, entry.getKey(), "p99 ms, nobody stalls", undisturbed);
        report.add(table, entry.getKey(), "p99 ms of the others", disturbed);
        report.add(
            table,
            entry.getKey(),
            "KB of kernel memory for each stalled",
            (kernelMemory() - kernelBefore) / STALLED);
        report.add(
            table,
            entry.getKey(),
            "KB of process for each stalled",
            (server.memory() - before) / STALLED);
        var _ = load.window();
        load.resume();
        TimeUnit.SECONDS.sleep(2);
        report.add(
            table,
            entry.getKey(),
            "old events read by each",
            (double) load.window().getInteger("stale") / STALLED);
        load.hangUp();
      }
    }
  }

  private JsonObject changing(Server server) throws Exception {
    var _ = load.window();
    server.publish(STALL_CHANGES, 1, STALL_SECONDS, 1).get(60, TimeUnit.SECONDS);
    TimeUnit.SECONDS.sleep(1); // what the others have not read yet is in the kernel's memory too
    return load.window();
  }

  /** KB that the kernel's TCP holds, of all processes; Linux only. */
  private static double kernelMemory() throws IOException {
    Path figures = Path.of("/proc/net/sockstat");
    if (!Files.exists(figures)) {
      return Double.NaN;
    }
    String line =
        Files.readAllLines(figures).stream()
            .filter(l -> l.startsWith("TCP:"))
            .findAny()
            .orElseThrow();
    List<String> words = List.of(line.split(" ", -1));
    return Double.parseDouble(words.get(words.indexOf("mem") + 1)) * PAGE_KB;
  }

  /** Polls of one upload by callers who never wait, beside the least that Vert.x can answer. */
  private void poll() throws Exception {
    String path = "/status/" + Uploads.id(0);
    try (Server server = Server.headway(callers.sharedKey(), Optional.empty())) {
      var _ = load.poll(server, POLLERS, SECONDS, path, "-", tokens); // warms up
      polled("Headway, 200", load.poll(server, POLLERS, SECONDS, path, "-", tokens));
      var _ = load.poll(server, POLLERS, SECONDS, path, "1", tokens);
      polled("Headway, 304", load.poll(server, POLLERS, SECONDS, path, "1", tokens));
    }
    try (Server server = Server.obvious()) {
      var _ = load.poll(server, POLLERS, SECONDS, "/hello", "-", tokens);
      polled("bare Vert.x", load.poll(server, POLLERS, SECONDS, "/hello", "-", tokens));
    }
  }

  /** The same streams over everything that the service speaks. */
  private void protocols() throws Exception {
    Path folder = Files.createTempDirectory("headway-bench-tls");
    var own = TestCertificate.in(folder);
    overProtocol("HTTP/1.1", HttpVersion.HTTP_1_1, Optional.empty());
    overProtocol("HTTP/1.0", HttpVersion.HTTP_1_0, Optional.empty());
    overProtocol("HTTP/1.1 over TLS", HttpVersion.HTTP_1_1, Optional.of(own));
    overProtocol("HTTP/2 over TLS", HttpVersion.HTTP_2, Optional.of(own));
    Files.delete(own.certificate());
    Files.delete(own.key());
    Files.delete(folder);
  }

  private void overProtocol(String name, HttpVersion version, Optional<TestCertificate> certificate)
      throws Exception {
    try (Server server = Server.headway(callers.sharedKey(), certificate);
        var clients = new ProtocolLoad(version, certificate, PROTOCOL_STREAMS)) {
      double before = server.memory();
      clients.connect(server, PROTOCOL_STREAMS, PROTOCOL_STREAMS, tokens);
      settle();
      String table = "%,d streams, one change a second each".formatted(PROTOCOL_STREAMS);
      report.add(table, name, "KB of process each", (server.memory() - before) / PROTOCOL_STREAMS);
      var _ = changing(server, clients); // warms up
      Duration cpu = server.cpu();
      ProtocolLoad.Window window = changing(server, clients);
      report.add(table, name, "p50 ms", window.p50());
      report.add(table, name, "p99 ms", window.p99());
      report.add(table, name, "cores", server.cpu().minus(cpu).toMillis() / 1e3 / SECONDS);
      report.add(table, name, "delivered of 1", window.events() / (PROTOCOL_STREAMS * SECONDS));
    }
  }

  private static ProtocolLoad.Window changing(Server server, ProtocolLoad clients)
      throws Exception {
    var _ = clients.window();
    server.publish(PROTOCOL_STREAMS, PROTOCOL_STREAMS, SECONDS, TOGETHER).get(60, TimeUnit.SECONDS);
    TimeUnit.SECONDS.sleep(1); // what is still under way
    return clients.window();
  }

  /** Half the load for a long time: whatever rises is a leak. */
  private void soak(int minutes) throws Exception {
    double seconds = minutes * 60.0 / SOAK_PARTS;
    String table =
        "%d minutes of %,d streams, one change a second each".formatted(minutes, SOAK_STREAMS);
    report.isSeries(table);
    try (Server server = Server.headway(callers.sharedKey(), Optional.empty())) {
      load.connect(server, SOAK_STREAMS, SOAK_STREAMS, tokens);
      var _ = under(server, SOAK_STREAMS, SOAK_STREAMS, TOGETHER); // warms up
      for (int part = 1; part <= SOAK_PARTS; part++) {
        var _ = load.window();
        Duration before = server.cpu();
        server
            .publish(SOAK_STREAMS, SOAK_STREAMS, seconds, TOGETHER)
            .get((long) seconds + 60, TimeUnit.SECONDS);
        TimeUnit.SECONDS.sleep(1); // what is still under way
        JsonObject window = load.window();
        String name = "tenth %d".formatted(part);
        report.add(table, name, "p50 ms", window.getDouble("p50"));
        report.add(table, name, "p99 ms", window.getDouble("p99"));
        report.add(table, name, "cores", server.cpu().minus(before).toMillis() / 1e3 / seconds);
        report.add(
            table, name, "delivered of 1", window.getInteger("events") / (SOAK_STREAMS * seconds));
        report.add(table, name, "MB of process", server.memory() / 1024);
        report.add(table, name, "MB of live heap", server.liveHeap() / 1024 / 1024);
      }
      load.hangUp();
    }
  }

  private void polled(String name, JsonObject polls) {
    if (polls.getJsonObject("statuses").size() != 1) {
      throw new IllegalStateException("polls were answered in several ways: " + polls);
    }
    report.add("Polls", name, "per second", polls.getDouble("perSecond"));
    report.add("Polls", name, "p50 ms", polls.getDouble("p50"));
    report.add("Polls", name, "p99 ms", polls.getDouble("p99"));
  }

  private static void settle() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(SETTLE.toMillis());
  }

  @Override
  public void close() {
    load.close();
    callers.close();
  }
}
