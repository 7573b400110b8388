package dev.headway.sse;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A reader of one stream over a plain socket, which sees every byte of the answer. */
final class Reader implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private static final long LIFE_NANOS = 30_000_000_000L;

  private final long openedAt = System.nanoTime();
  private final Socket socket;
  private final InputStream in;
  private final SseParser parser = new SseParser();
  private String statusLine = "";
  private final Map<String, String> headers = new TreeMap<>();

  private Reader(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = socket.getInputStream();
  }

  static Reader get(int port, String target) throws IOException {
    return ask(port, "GET /" + target + " HTTP/1.1", 0);
  }

  /** Asks, and reads the head of the answer. */
  static Reader ask(int port, String requestLine, int receiveBuffer) throws IOException {
    var reader = new Reader(port, receiveBuffer);
    reader
        .socket
        .getOutputStream()
        .write((requestLine + "\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    reader.readHead();
    return reader;
  }

  private void readHead() throws IOException {
    statusLine = line();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
  }

  private String line() throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the head of the answer breaks off");
      }
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  String statusLine() {
    return statusLine;
  }

  Map<String, String> headers() {
    return headers;
  }

  /** Reads until this holds; fails if the stream ends before. */
  SseParser until(Predicate<SseParser> holds) throws IOException {
    byte[] bytes = new byte[4096];
    while (!holds.test(parser)) {
      int count = read(bytes);
      if (count < 0) {
        throw new IOException("ended too early, after " + parser.events());
      }
      parser.feed(bytes, count);
    }
    return parser;
  }

  /** Reads to the end of the stream. */
  SseParser toTheEnd() throws IOException {
    byte[] bytes = new byte[4096];
    for (int count = read(bytes); count >= 0; count = read(bytes)) {
      parser.feed(bytes, count);
    }
    return parser;
  }

  /** Heartbeats keep a silent stream alive, so the socket's time limit alone would not do. */
  private int read(byte[] bytes) throws IOException {
    if (System.nanoTime() - openedAt > LIFE_NANOS) {
      throw new IOException("waited too long, after " + parser.events());
    }
    return in.read(bytes);
  }

  List<Long> untilVersion(long version) throws IOException {
    return until(seen -> seen.versions().contains(version)).versions();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
