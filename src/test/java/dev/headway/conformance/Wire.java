package dev.headway.conformance;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection of HTTP/1, without the kindness of a client: it sends what it is told, and shows
 * what comes as it comes. One thread at a time; {@link #close} from any.
 */
final class Wire implements AutoCloseable {
  private static final int MOST_IN_HEAD = 1 << 16;

  private final Socket socket;
  private final InputStream in;

  private Wire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
  }

  static Wire open(URI base, SSLSocketFactory tls) throws IOException {
    boolean secure = base.getScheme().equals("https");
    int port = base.getPort() >= 0 ? base.getPort() : secure ? 443 : 80;
    var plain = new Socket();
    plain.connect(new InetSocketAddress(base.getHost(), port), 10_000);
    plain.setTcpNoDelay(true);
    plain.setSoTimeout(30_000);
    return new Wire(secure ? tls.createSocket(plain, base.getHost(), port, true) : plain);
  }

  /** How long to wait for the next byte. */
  void patience(Duration patience) throws IOException {
    socket.setSoTimeout((int) Math.max(1, patience.toMillis()));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** The next head that is not interim. */
  Head readHead() throws IOException {
    Head head = readAnyHead();
    while (head.status() >= 100 && head.status() < 200) {
      head = readAnyHead();
    }
    return head;
  }

  private Head readAnyHead() throws IOException {
    List<String> lines = new ArrayList<>();
    int bytes = 0;
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      lines.add(line);
      bytes += line.length();
      if (bytes > MOST_IN_HEAD) {
        throw new IOException("the head of the answer has no end");
      }
    }
    String[] status = lines.isEmpty() ? new String[0] : lines.getFirst().split(" ", 3);
    if (status.length < 2 || !status[0].startsWith("HTTP/") || !status[1].matches("[0-9]{3}")) {
      throw new IOException("this is no status line: " + lines);
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("this is no header: " + line);
      }
      headers
          .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    return new Head(status[0], Integer.parseInt(status[1]), headers);
  }

  /** The body of an answer, whatever says where it ends. */
  InputStream body(Head head, String method) {
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return InputStream.nullInputStream();
    }
    if (head.headerOr("Transfer-Encoding", "").equalsIgnoreCase("chunked")) {
      return new Chunks();
    }
    return head.header("Content-Length")
        .<InputStream>map(length -> new Counted(Long.parseLong(length)))
        .orElse(in);
  }

  boolean isEnded() throws IOException {
    return in.read() < 0;
  }

  private String readLine() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException(
            line.size() == 0
                ? "the connection was closed without an answer"
                : "the connection was closed within a line");
      }
      line.write(b);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed, then.
    }
  }

  /** A body of known length. */
  private final class Counted extends InputStream {
    private long left;

    Counted(long length) {
      left = length;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the body ends " + left + " bytes too early");
      }
      left--;
      return b;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(into, from, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the body ends " + left + " bytes too early");
      }
      left -= count;
      return count;
    }
  }

  /** A body in chunks. */
  private final class Chunks extends InputStream {
    private long left;
    private boolean first = true;
    private boolean ended;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      int count = read(one, 0, 1);
      return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      if (!ended && left == 0) {
        next();
      }
      if (ended) {
        return -1;
      }
      int count = in.read(into, from, (int) Math.min(length, left));
      if (count < 0) {
        throw new EOFException("the body is cut within a chunk");
      }
      left -= count;
      return count;
    }

    private void next() throws IOException {
      if (!first && !readLine().isEmpty()) {
        throw new IOException("a chunk is longer than it said");
      }
      first = false;
      String size = readLine().replaceFirst(";.*", "").strip();
      if (!size.matches("[0-9a-fA-F]{1,8}")) {
        throw new IOException("this is no size of a chunk: " + size);
      }
      left = Long.parseLong(size, 16);
      if (left == 0) {
        ended = true;
        while (!readLine().isEmpty()) {
          // Trailers mean nothing here.
        }
      }
    }
  }
}
