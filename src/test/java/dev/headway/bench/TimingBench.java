package dev.headway.bench;

import dev.headway.LocalSystem;
import dev.headway.LocalSystems;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether time tells an upload that is somebody else's, which its owner watches and the node has in
 * memory, from one that there never was: both are asked for by a third person, in random order, on
 * the whole local system in this process. The difference of the medians is held against what the
 * same times show when it is forgotten which was which.
 */
final class TimingBench {
  private static final OwnerId OWNER = new OwnerId("owner");
  private static final Duration TOKEN_LIFE = Duration.ofHours(1);

  /** So many that nobody asks for the same one again while the refusal is remembered (2 s). */
  private static final int UPLOADS = 2_000;

  /** As many as one request may pick. */
  private static final int PICKS = 100;

  private static final int CONNECTIONS = 16;
  private static final int SHUFFLES = 2_000;

  /** A chance as small as this is no chance. */
  private static final double TOO_UNLIKELY = 0.001;

  private TimingBench() {}

  private enum Call {
    POLL("GET", "", "application/json"),
    STREAM("GET", "", "text/event-stream"),
    CANCEL("POST", "/cancel", "application/json"),
    TICKET("POST", "/ticket", "application/json");

    private final String method;
    private final String suffix;
    private final String accept;

    Call(String method, String suffix, String accept) {
      this.method = method;
      this.suffix = suffix;
      this.accept = accept;
    }

    byte[] request(UploadId id, String token) {
      return """
      %s /status/%s%s HTTP/1.1\r
      Host: 127.0.0.1\r
      Accept: %s\r
      Authorization: Bearer %s\r
      Content-Length: 0\r
      \r
      """
          .formatted(method, id, suffix, accept, token)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  static void main(String[] args) throws Exception {
    int requests = Options.number(args, "--requests", 10_000);
    boolean told = false;
    try (var system = LocalSystems.start()) {
      var foreign = new ArrayList<UploadId>();
      for (int i = 0; i < UPLOADS; i++) {
        var id = UploadId.random();
        system.statusWriter().createStatus(id, OWNER, "bench.csv", 1_000);
        foreign.add(id);
      }
      List<UploadId> unknown = Stream.generate(UploadId::random).limit(UPLOADS).toList();
      haveInMemory(system, foreign);
      String token = system.token("somebody-else", TOKEN_LIFE);
      measure(system, Call.POLL, foreign, unknown, token, 2_000); // warm-up, not reported
      System.out.printf(
          "404 for %,d requests each, %d connections; milliseconds, differences in"
              + " microseconds%n%n",
          requests, CONNECTIONS);
      System.out.printf(
          "%-8s %15s %15s %12s %14s %8s%n",
          "call", "foreign p50/p99", "unknown p50/p99", "difference", "noise (99 %)", "p");
      for (Call call : Call.values()) {
        var times = measure(system, call, foreign, unknown, token, requests);
        told |= times.print(call);
      }
    }
    System.out.println(told ? "\nTime tells." : "\nTime does not tell.");
    System.exit(told ? 1 : 0);
  }

  private static void haveInMemory(LocalSystem system, List<UploadId> uploads) throws Exception {
    String token = system.token(OWNER.value(), TOKEN_LIFE);
    try (var http = HttpClient.newHttpClient()) {
      for (int i = 0; i < uploads.size(); i += PICKS) {
        String picks =
            String.join(
                "&uploadId=", uploads.subList(i, i + PICKS).stream().map(UploadId::value).toList());
        var request =
            HttpRequest.newBuilder(URI.create(system.baseUrl() + "/status?uploadId=" + picks))
                .header("Authorization", "Bearer " + token)
                .build();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IllegalStateException(answer.body());
        }
      }
    }
  }

  private static Times measure(
      LocalSystem system,
      Call call,
      List<UploadId> foreign,
      List<UploadId> unknown,
      String token,
      int requests)
      throws Exception {
    var nextForeign = new AtomicInteger();
    var nextUnknown = new AtomicInteger();
    var kinds = new boolean[2 * requests];
    Arrays.fill(kinds, 0, requests, true);
    shuffle(kinds, new Random(1));
    var nanos = new long[kinds.length];
    var next = new AtomicInteger();
    Callable<Void> visitor =
        () -> {
          try (var socket =
              new Socket(InetAddress.getLoopbackAddress(), system.baseUrl().getPort())) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            for (int i; (i = next.getAndIncrement()) < kinds.length; ) {
              UploadId id =
                  kinds[i]
                      ? foreign.get(nextForeign.getAndIncrement() % UPLOADS)
                      : unknown.get(nextUnknown.getAndIncrement() % UPLOADS);
              byte[] request = call.request(id, token);
              long from = System.nanoTime();
              socket.getOutputStream().write(request);
              requireNotFound(in);
              nanos[i] = System.nanoTime() - from;
            }
          }
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (var visit :
          threads.invokeAll(IntStream.range(0, CONNECTIONS).mapToObj(i -> visitor).toList())) {
        visit.get();
      }
    }
    return new Times(nanos, kinds);
  }

  private static void requireNotFound(InputStream in) throws IOException {
    String status = line(in);
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
    if (!status.startsWith("HTTP/1.1 404")) {
      throw new IllegalStateException(status);
    }
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  private static void shuffle(boolean[] kinds, Random random) {
    for (int i = kinds.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      boolean kind = kinds[i];
      kinds[i] = kinds[j];
      kinds[j] = kind;
    }
  }

  /**
   * How long each request took, and of which kind it was: true for somebody else's, false for
   * unknown, as many of one as of the other.
   */
  private static final class Times {
    private final long[] nanos;
    private final boolean[] foreign;

    Times(long[] nanos, boolean[] foreign) {
      this.nanos = nanos;
      this.foreign = foreign;
    }

    /** Returns whether time tells one kind from the other. */
    boolean print(Call call) {
      Integer[] byTime = IntStream.range(0, nanos.length).boxed().toArray(Integer[]::new);
      Arrays.sort(byTime, (a, b) -> Long.compare(nanos[a], nanos[b]));
      var sorted = new long[nanos.length];
      var kinds = new boolean[nanos.length];
      for (int i = 0; i < sorted.length; i++) {
        sorted[i] = nanos[byTime[i]];
        kinds[i] = foreign[byTime[i]];
      }
      Sample ofForeign = sample(true);
      Sample ofUnknown = sample(false);
      double seen = medianDifference(sorted, kinds);
      var random = new Random(2);
      var chance = new double[SHUFFLES];
      for (int i = 0; i < SHUFFLES; i++) {
        shuffle(kinds, random);
        chance[i] = Math.abs(medianDifference(sorted, kinds));
      }
      Arrays.sort(chance);
      long asLarge = Arrays.stream(chance).filter(c -> c >= Math.abs(seen)).count();
      double p = (asLarge + 1.0) / (SHUFFLES + 1);
      System.out.printf(
          "%-8s %15s %15s %12s %14s %8.4f%n",
          call.name().toLowerCase(Locale.ROOT),
          "%.3f/%.2f".formatted(ofForeign.millis(50), ofForeign.millis(99)),
          "%.3f/%.2f".formatted(ofUnknown.millis(50), ofUnknown.millis(99)),
          "%+.1f".formatted(seen / 1e3),
          "±%.1f".formatted(chance[SHUFFLES * 99 / 100] / 1e3),
          p);
      return p < TOO_UNLIKELY;
    }

    private Sample sample(boolean kind) {
      return Sample.of(
          IntStream.range(0, nanos.length)
              .filter(i -> foreign[i] == kind)
              .mapToObj(i -> nanos[i])
              .toList());
    }

    /** Of sorted times: foreign less unknown. */
    private static double medianDifference(long[] sorted, boolean[] kinds) {
      int half = sorted.length / 4 + 1;
      long ofForeign = 0;
      long ofUnknown = 0;
      int seenForeign = 0;
      int seenUnknown = 0;
      for (int i = 0; i < sorted.length; i++) {
        if (kinds[i] && ++seenForeign == half) {
          ofForeign = sorted[i];
        } else if (!kinds[i] && ++seenUnknown == half) {
          ofUnknown = sorted[i];
        }
      }
      return ofForeign - ofUnknown;
    }
  }
}
