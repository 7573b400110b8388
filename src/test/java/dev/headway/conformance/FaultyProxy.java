package dev.headway.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands before a service and makes one thing wrong, so that from outside it is another server. On
 * threads of its own; plain HTTP/1 on loopback.
 */
final class FaultyProxy implements AutoCloseable {
  private static final int MOST_IN_HEAD = 1 << 20;

  private final URI service;
  private final Fault fault;
  private final ServerSocket door;
  private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();

  FaultyProxy(URI service, Fault fault) throws IOException {
    this.service = service;
    this.fault = fault;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = door.accept();
        open.add(socket);
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      boolean goesOn = true;
      while (goesOn) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        byte[] body = in.readNBytes(length(head));
        goesOn = exchange(socket, new Fault.Asked(head), body);
      }
    } catch (IOException | RuntimeException e) {
      // The client, or the service, went away: so does this.
    } finally {
      open.remove(socket);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    int ends = 0;
    while (ends < 2 && head.size() < MOST_IN_HEAD) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
      ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static int length(String head) {
    return Arrays.stream(head.split("\r\n", -1))
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
        .findFirst()
        .orElse(0);
  }

  /** Whether the connection may go on afterwards. */
  private boolean exchange(Socket socket, Fault.Asked asked, byte[] body) throws IOException {
    Fault.Asked changed = fault.ask().apply(asked);
    OutputStream out = socket.getOutputStream();
    try (Wire wire = Wire.open(service, Options.tls(false).getSocketFactory())) {
      open.add(wire);
      wire.patience(Duration.ofMinutes(3));
      wire.send(changed.head().getBytes(StandardCharsets.ISO_8859_1));
      wire.send(body);
      Head head = wire.readHead();
      InputStream answer = wire.body(head, changed.method());
      if (head.status() == 200
          && changed.method().equals("GET")
          && head.mediaType().equals(Probe.EVENT_STREAM)) {
        stream(asked, head, answer, socket.getInputStream(), out);
        return false;
      }
      Map<String, String> headers = headers(head);
      var told =
          new Fault.Told(
              head.status(), headers, new String(answer.readAllBytes(), StandardCharsets.UTF_8));
      told = fault.tell().apply(asked, told);
      boolean goesOn =
          !"close".equalsIgnoreCase(headers.getOrDefault("Connection", ""))
              && !asked.head().contains("HTTP/1.0")
              && fault.keepsConnections();
      write(asked, told, out);
      return goesOn;
    }
  }

  private static Map<String, String> headers(Head head) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    head.headers().forEach((name, values) -> headers.put(name, String.join(", ", values)));
    return headers;
  }

  private static void write(Fault.Asked asked, Fault.Told told, OutputStream out)
      throws IOException {
    byte[] bytes = told.body().getBytes(StandardCharsets.UTF_8);
    boolean hasBody =
        !asked.method().equals("HEAD") && told.status() != 204 && told.status() != 304;
    if (hasBody && !told.headers().containsKey("Transfer-Encoding")) {
      told.headers().put("Content-Length", Integer.toString(bytes.length));
    } else if (hasBody && asked.head().contains("HTTP/1.1")) {
      told.headers().remove("Transfer-Encoding"); // the body was taken out of its chunks
      told.headers().put("Content-Length", Integer.toString(bytes.length));
    }
    out.write(head(told.status(), told.headers()));
    out.write(bytes);
    out.flush();
  }

  private static byte[] head(int status, Map<String, String> headers) {
    var text = new StringBuilder("HTTP/1.1 " + status + " x\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private void stream(
      Fault.Asked asked, Head head, InputStream answer, InputStream client, OutputStream out)
      throws IOException {
    Map<String, String> headers = headers(head);
    headers.remove("Transfer-Encoding");
    headers.remove("Content-Length"); // of what was not changed yet
    headers.put("Connection", "close");
    Fault.Told told = fault.tell().apply(asked, new Fault.Told(head.status(), headers, ""));
    out.write(head(told.status(), told.headers()));
    out.flush();
    Fault.Blocks blocks = fault.stream().apply(asked);
    var held = new StringBuilder();
    var block = new ByteArrayOutputStream();
    int ends = 0;
    for (int b = answer.read(); b >= 0; b = answer.read()) {
      block.write(b);
      ends = b == '\n' ? ends + 1 : 0;
      if (ends == 2) {
        String text = blocks.next(block.toString(StandardCharsets.UTF_8));
        block.reset();
        ends = 0;
        if (text.equals(Fault.END)) {
          return;
        }
        if (fault.buffers()) {
          held.append(text);
        } else {
          out.write(text.getBytes(StandardCharsets.UTF_8));
          out.flush();
        }
      }
    }
    out.write((held + blocks.end()).getBytes(StandardCharsets.UTF_8));
    out.flush();
    if (fault.goesOn()) {
      // Until the client gives up.
      int silence = client.read();
      while (silence >= 0) {
        silence = client.read();
      }
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (AutoCloseable one : open) {
      try {
        one.close();
      } catch (Exception e) {
        // It is closed, then.
      }
    }
  }
}
