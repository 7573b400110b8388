package dev.headway.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bad connection: it passes bytes on, and cuts the first streams somewhere within an event. Keeps
 * the status of each answer. On loopback, on threads of its own.
 */
final class CuttingProxy implements AutoCloseable {
  /** More than a head and less than a few events. */
  private static final int LEAST = 700;

  private static final int MOST = 2200;

  private static final Pattern HEAD =
      Pattern.compile("HTTP/1\\.1 ([0-9]{3}) (.*?)\r\n\r\n", Pattern.DOTALL);

  private final int cuts;
  private final int port;
  private final ServerSocket door;
  private final RandomGenerator random;
  private final List<Integer> statuses = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * Begins to listen.
   *
   * @param cuts so many answers are cut
   */
  CuttingProxy(URI target, int cuts, RandomGenerator random) throws IOException {
    this.cuts = cuts;
    this.port = target.getPort();
    this.random = random;
    this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /** Done when the first stream begins. */
  CompletableFuture<Void> begun() {
    return begun;
  }

  /** The status of each stream, and each 204, so far, in order. */
  List<Integer> statuses() {
    return List.copyOf(statuses);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        open.add(client);
        Thread.startVirtualThread(() -> serve(client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      open.add(server);
      Thread.startVirtualThread(() -> pass(client, server));
      answer(server.getInputStream(), client.getOutputStream());
    } catch (IOException e) {
      // Cut, by either side.
    } finally {
      open.remove(client);
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // Cut.
    }
  }

  private void answer(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[4096];
    int left = Integer.MAX_VALUE;
    for (int count = from.read(buffer); count >= 0 && left > 0; count = from.read(buffer)) {
      // Nothing in an event looks like this, and on loopback a head comes in one piece.
      Matcher heads = HEAD.matcher(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      while (heads.find()) {
        if (heads.group(1).equals("204") || heads.group(2).contains("text/event-stream")) {
          left = lengthOf(Integer.parseInt(heads.group(1)), heads.start());
        }
      }
      int passed = Math.min(count, left);
      to.write(buffer, 0, passed);
      to.flush();
      left = left == Integer.MAX_VALUE ? left : left - passed;
    }
  }

  /** Notes an answer; how many bytes may still pass, those before it included. */
  private int lengthOf(int status, int before) {
    synchronized (statuses) {
      statuses.add(status);
      begun.complete(null);
      return statuses.size() <= cuts ? before + random.nextInt(LEAST, MOST) : Integer.MAX_VALUE;
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
