package dev.headway.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/**
 * The attacks of {@link HostileClientsIT} and {@link HostileRequestsIT} that can be kept up, for
 * {@code ./headway bench attack}. They come from an address of their own, on the loopback device as
 * everything, and at a steady rate: on a machine that is shared with the service, an attacker
 * without bounds would show how the system divides its cores.
 */
public enum Attack {
  SLOW_HEADERS("slow headers: 1,000 connections, a byte a second on each") {
    @Override
    void run(Ongoing attack) throws IOException {
      hold(attack, 1_000, "GET /index.html HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
      dribble(attack, "a");
    }
  },
  SLOW_BODIES("slow bodies: 500 connections, two bytes a second on each") {
    @Override
    void run(Ongoing attack) throws IOException {
      hold(attack, 500, attack.head("POST /uploads", "Content-Length: 10000\r\n") + "{");
      dribble(attack, " ");
    }
  },
  CONNECTIONS("500 connections a second that come and go") {
    @Override
    void run(Ongoing attack) throws IOException {
      while (attack.waitsFor(2)) {
        try (Wire wire = attack.connect()) {
          wire.send("GET /ind");
        }
      }
    }
  },
  STREAMS_LEFT("200 streams a second that are left at once") {
    @Override
    void run(Ongoing attack) throws IOException {
      while (attack.waitsFor(5)) {
        try (Wire wire = attack.connect()) {
          wire.send(attack.watch());
        }
      }
    }
  },
  STALLED_READERS("500 streams that nobody reads") {
    @Override
    void run(Ongoing attack) throws IOException {
      hold(attack, 500, attack.watch());
      while (attack.waitsFor(100)) {
        // They only have to be there.
      }
    }
  },
  UNREAD_ANSWERS("20 connections with 1,000 pipelined requests each, answers not read") {
    @Override
    void run(Ongoing attack) throws IOException {
      String all = "GET /processing-status.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000);
      for (int i = 0; i < 20; i++) {
        Wire wire = attack.keep(attack.connect());
        Thread.startVirtualThread(() -> wire.offers(all));
      }
      while (attack.waitsFor(100)) {
        // They only have to be there.
      }
    }
  },
  INVALID_TOKENS("500 requests a second, each with another token that is none") {
    @Override
    void run(Ongoing attack) throws IOException {
      ask(attack, 2, () -> attack.withToken("GET /status/a", forged(attack.token)));
    }
  },
  GIANT_HEADERS("200 requests a second with 17 KB of headers") {
    @Override
    void run(Ongoing attack) throws IOException {
      String giant = attack.head("GET /status/a", "X: " + "a".repeat(17_000) + "\r\n");
      ask(attack, 5, () -> giant);
    }
  },
  REQUESTS("1,000 requests a second, five times the quota of an address") {
    @Override
    void run(Ongoing attack) throws IOException {
      ask(attack, 1, () -> attack.head("GET " + attack.path, ""));
    }
  },
  RAPID_RESETS("HTTP/2 rapid reset: 20 connections a second, 300 requests taken back on each") {
    @Override
    void run(Ongoing attack) throws IOException {
      byte[] get = Http2Wire.get(attack.path, "authorization", "Bearer " + attack.token);
      byte[] storm = Http2Wire.join(Http2Wire.preface(), Http2Wire.takenBack(300, get));
      while (attack.waitsFor(50)) {
        try (Wire wire = attack.connectWithTls("h2")) {
          wire.send(storm).untilItsEnd();
        }
      }
    }

    @Override
    public boolean needsTls() {
      return true;
    }
  };

  private final String description;

  Attack(String description) {
    this.description = description;
  }

  /** Until it is told to stop; may end with an exception when it is cut off. */
  abstract void run(Ongoing attack) throws IOException;

  /** Whether it needs HTTP/2, which is spoken over TLS alone. */
  public boolean needsTls() {
    return false;
  }

  @Override
  public String toString() {
    return description;
  }

  /**
   * Begins it.
   *
   * @param trust the server's certificate, for those who need TLS
   * @param token of a user who may watch the upload: an attacker can be one
   * @param path of the upload
   */
  public Ongoing begin(int port, SSLContext trust, String token, String path) {
    return new Ongoing(this, port, trust, token, path);
  }

  private static void hold(Ongoing attack, int count, String beginning) throws IOException {
    for (int i = 0; i < count && !attack.over.get(); i++) {
      attack.keep(attack.connect()).offers(beginning);
    }
  }

  /** A thousand bytes a second, on one connection after the other. */
  private static void dribble(Ongoing attack, String bit) {
    while (!attack.over.get()) {
      for (Wire wire : attack.held) {
        if (!attack.waitsFor(1)) {
          return;
        }
        wire.offers(bit);
      }
    }
  }

  /** What is asked next. */
  @FunctionalInterface
  private interface Question {
    String next();
  }

  /** One request after the other, on a new connection where the last was closed. */
  private static void ask(Ongoing attack, int everyMillis, Question question) throws IOException {
    Wire wire = attack.connect();
    while (attack.waitsFor(everyMillis)) {
      String answer = wire.offers(question.next()) ? wire.read("}") : "";
      Wire.statuses(answer).forEach(attack::answered);
      if (answer.isEmpty() || answer.toLowerCase(Locale.ROOT).contains("connection: close")) {
        wire.close();
        wire = attack.connect();
      }
    }
    wire.close();
  }

  /** Another signature each time, so that no cache knows it. */
  private static String forged(String token) {
    int signature = token.lastIndexOf('.') + 1;
    return token.substring(0, signature)
        + "%020d".formatted(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE))
        + token.substring(signature + 20);
  }

  /** An attack while it lasts. */
  public static final class Ongoing implements AutoCloseable {
    private static final String ADDRESS = "127.0.0.2";

    private final int port;
    private final SSLContext trust;
    private final String token;
    private final String path;
    private final ConcurrentLinkedQueue<Wire> held = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final CompletableFuture<Void> attacker;
    private long next = System.nanoTime();
    private int connections;

    private Ongoing(Attack attack, int port, SSLContext trust, String token, String path) {
      this.port = port;
      this.trust = trust;
      this.token = token;
      this.path = path;
      this.attacker = CompletableFuture.runAsync(() -> keepOn(attack), Thread::startVirtualThread);
    }

    private void keepOn(Attack attack) {
      while (!over.get()) {
        try {
          attack.run(this);
        } catch (IOException e) {
          answered(0); // cut off, or not let in: tries again, as attackers do
          waitsFor(10);
        }
      }
    }

    private Wire connect() throws IOException {
      Wire wire = Wire.from(ADDRESS, port, 4096);
      connected();
      return wire;
    }

    private Wire connectWithTls(String protocol) throws IOException {
      Wire wire = Wire.withTls(trust, ADDRESS, port, protocol);
      connected();
      return wire;
    }

    private synchronized void connected() {
      connections++;
      notifyAll();
    }

    private Wire keep(Wire wire) {
      held.add(wire);
      return wire;
    }

    private String watch() {
      return head("GET " + path + "/events", "Accept: text/event-stream\r\n");
    }

    private String head(String line, String headers) {
      return withToken(line, token, headers);
    }

    private String withToken(String line, String other) {
      return withToken(line, other, "");
    }

    private static String withToken(String line, String token, String headers) {
      return line
          + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
          + token
          + "\r\n"
          + headers
          + "\r\n";
    }

    private synchronized void answered(int status) {
      statuses.merge(status, 1, Integer::sum);
    }

    /** Waits for the next turn of a steady rate; false once it is over. */
    private boolean waitsFor(int millis) {
      next = Math.max(next, System.nanoTime() - TimeUnit.SECONDS.toNanos(1));
      next += TimeUnit.MILLISECONDS.toNanos(millis);
      for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      return !over.get();
    }

    /** Waits until the first connection is made. */
    public synchronized void isUnderWay() throws InterruptedException {
      while (connections == 0) {
        wait();
      }
    }

    /** What came of it so far: connections made, and answers by their status, 0 for none. */
    public synchronized String outcome() {
      if (connections == 0) {
        throw new IllegalStateException("the attack did not come about");
      }
      List<String> words = new ArrayList<>();
      words.add(connections + " connections");
      statuses.forEach((status, count) ->
          words.add(count + " × " + (status == 0 ? "cut off" : status.toString())));
      return String.join(", ", words);
    }

    @Override
    public void close() throws IOException {
      over.set(true);
      attacker.orTimeout(15, TimeUnit.SECONDS).join();
      for (Wire wire : held) {
        wire.close();
      }
    }
  }
}
