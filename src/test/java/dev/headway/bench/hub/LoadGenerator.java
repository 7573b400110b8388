package dev.headway.bench.hub;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A process that plays browsers, as many as it may have sockets. One thread: it competes with the
 * server for two cores, so it does the least it can.
 *
 * <p>Orders, each answered with a line of JSON:
 *
 * <ul>
 *   <li>{@code connect PORT COUNT UPLOADS TOKENS NARROW}: as many streams, the n-th on upload n
 *       modulo UPLOADS with the n-th line of the file of tokens, all at once but for {@link
 *       #IN_FLIGHT}, the first NARROW of them with a small receive buffer; answered when each has
 *       its first byte or has failed
 *   <li>{@code window}: what came since the last one
 *   <li>{@code stall COUNT}: the first streams take nothing any more; {@code resume}: they do again
 *   <li>{@code poll PORT COUNT SECONDS PATH ETAG TOKENS}: one request after the other on as many
 *       connections; ETAG may be {@code -}
 *   <li>{@code close}: hangs up on everybody
 * </ul>
 */
final class LoadGenerator {
  /** Connects whose first byte is still to come: more overflow the kernel's accept queue. */
  private static final int IN_FLIGHT = 512;

  /** So that what a stalled reader does not take is the server's to keep, and not the reader's. */
  private static final int NARROW_BYTES = 4096;

  /** What a browser sends beside the token. */
  private static final String BROWSER =
      String.join(
          "\r\n",
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
              + " Chrome/140.0.0.0 Safari/537.36",
          "Accept-Encoding: gzip, deflate, br, zstd",
          "Accept-Language: en-GB,en;q=0.9",
          "Origin: http://127.0.0.1",
          "Referer: http://127.0.0.1/",
          "Sec-Fetch-Dest: empty",
          "Sec-Fetch-Mode: cors",
          "Sec-Fetch-Site: same-origin",
          "sec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"",
          "sec-ch-ua-mobile: ?0",
          "sec-ch-ua-platform: \"Linux\"",
          "Cache-Control: no-cache",
          "");

  private final Selector selector = Selector.open();
  private final Queue<String> orders = new ConcurrentLinkedQueue<>();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(64 * 1024);
  private final byte[] bytes = new byte[direct.capacity()];

  private final List<Stream> streams = new ArrayList<>();
  private final Latencies firstBytes = new Latencies();
  private final Latencies deliveries = new Latencies();
  private List<String> tokens = List.of();
  private int port;
  private int uploads = 1;
  private int narrow;
  private int wanted;
  private int inFlight;
  private int failed;
  private int closed;
  private long stormBegan;
  private boolean stormReported = true;
  private long windowBegan;
  private long now;

  private int stalled;
  private long resumedAt;
  private long staleEvents;
  private int disordered;

  private final Latencies answers = new Latencies();
  private long pollEnds;
  private long pollBegan;
  private final List<Poll> polls = new ArrayList<>();
  private final Map<Integer, Integer> statuses = new TreeMap<>();

  private LoadGenerator() throws IOException {}

  public static void main(String[] args) throws Exception {
    var load = new LoadGenerator();
    Thread.ofPlatform().daemon().start(load::readOrders);
    while (true) {
      load.turn();
    }
  }

  private void readOrders() {
    try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String order = in.readLine(); order != null; order = in.readLine()) {
        orders.add(order);
        selector.wakeup();
      }
    } catch (IOException e) {
      // Ends like an end of the orders.
    }
    System.exit(0);
  }

  private void turn() throws IOException {
    for (String order = orders.poll(); order != null; order = orders.poll()) {
      obey(order.split(" ", -1));
    }
    while (streams.size() < wanted && inFlight < IN_FLIGHT) {
      streams.add(new Stream(streams.size()));
    }
    selector.select(key -> ((Peer) key.attachment()).ready(key), 100);
    reportStorm();
    reportPolls();
  }

  private void obey(String[] words) throws IOException {
    switch (words[0]) {
      case "connect" -> {
        port = Integer.parseInt(words[1]);
        uploads = Integer.parseInt(words[3]);
        tokens = Files.readAllLines(Path.of(words[4]));
        narrow = Integer.parseInt(words[5]);
        firstBytes.clear();
        failed = 0;
        closed = 0;
        wanted = streams.size() + Integer.parseInt(words[2]);
        stormReported = false;
        stormBegan = System.nanoTime();
      }
      case "window" -> window();
      case "stall" -> {
        stalled = Integer.parseInt(words[1]);
        streams.subList(0, stalled).forEach(stream -> stream.key.interestOps(0));
        answer(new JsonObject());
      }
      case "resume" -> {
        resumedAt = Uploads.nowMicros();
        staleEvents = 0;
        streams.subList(0, stalled).forEach(stream -> stream.key.interestOps(SelectionKey.OP_READ));
        answer(new JsonObject());
      }
      case "poll" -> {
        port = Integer.parseInt(words[1]);
        tokens = Files.readAllLines(Path.of(words[6]));
        answers.clear();
        statuses.clear();
        pollBegan = System.nanoTime();
        pollEnds = pollBegan + (long) (Double.parseDouble(words[3]) * 1e9);
        for (int i = 0; i < Integer.parseInt(words[2]); i++) {
          polls.add(new Poll(i, words[4], words[5]));
        }
      }
      case "close" -> {
        wanted = 0;
        streams.forEach(Peer::close);
        streams.clear();
        polls.forEach(Peer::close);
        polls.clear();
        stalled = 0;
        selector.selectNow(); // lets go of their keys
        answer(new JsonObject());
      }
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private void reportStorm() {
    if (stormReported || streams.size() < wanted || inFlight > 0) {
      return;
    }
    stormReported = true;
    double[] millis = firstBytes.millis(50, 99, 100);
    answer(
        new JsonObject()
            .put("ready", firstBytes.size())
            .put("failed", failed)
            .put("seconds", (System.nanoTime() - stormBegan) / 1e9)
            .put("p50", millis[0])
            .put("p99", millis[1])
            .put("max", millis[2]));
    startWindow();
  }

  private void window() {
    double seconds = (System.nanoTime() - windowBegan) / 1e9;
    int events = deliveries.size();
    double[] millis = deliveries.millis(50, 99, 100);
    answer(
        new JsonObject()
            .put("events", events)
            .put("seconds", seconds)
            .put("closed", closed)
            .put("stale", staleEvents)
            .put("disordered", disordered)
            .put(
                "behind",
                VersionOrder.behind(streams.stream().map(stream -> stream.order).toList(), uploads))
            .put("p50", events == 0 ? 0 : millis[0])
            .put("p99", events == 0 ? 0 : millis[1])
            .put("max", events == 0 ? 0 : millis[2]));
    startWindow();
  }

  private void startWindow() {
    deliveries.clear();
    staleEvents = 0;
    disordered = 0;
    windowBegan = System.nanoTime();
  }

  private void reportPolls() {
    if (polls.isEmpty() || System.nanoTime() < pollEnds) {
      return;
    }
    double seconds = (System.nanoTime() - pollBegan) / 1e9;
    double[] millis = answers.millis(50, 99);
    var byStatus = new JsonObject();
    statuses.forEach((status, count) -> byStatus.put(status.toString(), count));
    answer(
        new JsonObject()
            .put("perSecond", answers.size() / seconds)
            .put("statuses", byStatus)
            .put("p50", millis[0])
            .put("p99", millis[1]));
    polls.forEach(Peer::close);
    polls.clear();
  }

  private static void answer(JsonObject answer) {
    System.out.println(answer.encode());
  }

  private String request(String path, String accept, int n) {
    return "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: %s\r\nAuthorization: Bearer %s\r\n%s"
        .formatted(path, port, accept, tokens.get(n % tokens.size()), BROWSER);
  }

  /** A connection. */
  private abstract class Peer {
    final SocketChannel channel;
    final SelectionKey key;
    long began = System.nanoTime();

    Peer(boolean isNarrow) throws IOException {
      channel = SocketChannel.open();
      if (isNarrow) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, NARROW_BYTES);
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_LINGER, 0); // leaves no port waiting behind
      boolean done = channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      key =
          channel.register(selector, done ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
    }

    final void ready(SelectionKey ready) {
      try {
        if (ready.isReadable()) {
          direct.clear();
          int read = channel.read(direct);
          if (read < 0) {
            gone();
          } else {
            direct.flip().get(bytes, 0, read);
            took(read);
          }
        } else if (ready.isConnectable() && !channel.finishConnect()) {
          return;
        } else {
          key.interestOps(SelectionKey.OP_READ);
          send();
        }
      } catch (IOException e) {
        gone();
      }
    }

    abstract void send() throws IOException;

    abstract void took(int length) throws IOException;

    abstract void lost();

    private void gone() {
      close();
      lost();
    }

    final void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // It is gone either way.
      }
    }
  }

  /** A browser that watches. */
  private final class Stream extends Peer {
    private final int number;
    private final EventScan scan = new EventScan();
    private final VersionOrder order = new VersionOrder();
    private boolean begun;

    Stream(int number) throws IOException {
      super(number < narrow);
      this.number = number;
      inFlight++;
    }

    @Override
    void send() throws IOException {
      String path = "/status/" + Uploads.id(number % uploads) + "/events";
      String request = request(path, "text/event-stream", number) + "\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    void took(int length) {
      if (!begun) {
        begun = true;
        inFlight--;
        if (bytes[9] != '2') {
          failed++;
          close();
          return;
        }
        firstBytes.add((System.nanoTime() - began) / 1_000);
      }
      now = Uploads.nowMicros();
      scan.feed(bytes, length, this::event);
    }

    private void event(long version) {
      if (version == 1) {
        return; // the snapshot
      }
      if (number < stalled) {
        if (version < resumedAt) {
          staleEvents++;
        }
        return;
      }
      if (!order.rises(version)) {
        disordered++;
      }
      deliveries.add(now - version);
    }

    @Override
    void lost() {
      if (begun) {
        closed++;
      } else {
        begun = true;
        inFlight--;
        failed++;
      }
    }
  }

  /** A browser that asks again as soon as it was answered. */
  private final class Poll extends Peer {
    private final ByteBuffer request;

    /** The beginning of an answer; what comes after {@link #left} is known is not kept. */
    private final StringBuilder head = new StringBuilder();

    private int left;

    Poll(int number, String path, String etag) throws IOException {
      super(false);
      String condition = etag.equals("-") ? "" : "If-None-Match: \"" + etag + "\"\r\n";
      request =
          ByteBuffer.wrap(
              (request(path, "application/json", number) + condition + "\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    void send() throws IOException {
      began = System.nanoTime();
      channel.write(request.rewind());
    }

    @Override
    @SuppressWarnings("deprecation") // bytes to chars one to one, which is what a head is made of
    void took(int length) throws IOException {
      int body = length;
      if (left == 0) {
        head.append(new String(bytes, 0, 0, length));
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
          return;
        }
        int status = Integer.parseInt(head.substring(9, 12));
        statuses.merge(status, 1, Integer::sum);
        body = head.length() - end - 4;
        left = status == 304 ? 0 : contentLength();
        head.setLength(0);
      }
      left -= body;
      if (left <= 0) {
        left = 0;
        answers.add((System.nanoTime() - began) / 1_000);
        send();
      }
    }

    private int contentLength() {
      String name = "content-length: ";
      String text = head.toString().toLowerCase(Locale.ROOT);
      int from = text.indexOf(name) + name.length();
      return Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
    }

    @Override
    void lost() {
      statuses.merge(0, 1, Integer::sum);
    }
  }
}
