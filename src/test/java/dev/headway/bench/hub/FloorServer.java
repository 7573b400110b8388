package dev.headway.bench.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The least that Java can do: one thread, one write of ready bytes for each reader. It has no
 * queues, no heartbeats, no authentication, no limits: a measure for the others, not a server. Who
 * does not keep up is hung up on.
 */
final class FloorServer {
  private static final byte[] HEAD =
      String.join(
              "\r\n",
              "HTTP/1.1 200 OK",
              "Content-Type: text/event-stream",
              "Cache-Control: no-cache",
              "Connection: close",
              "",
              ":ok\n\n")
          .getBytes(StandardCharsets.US_ASCII);

  private record News(int upload, ByteBuffer frame) {}

  private final Selector selector = Selector.open();
  private final List<List<SocketChannel>> readers = new ArrayList<>();
  private final Queue<News> inbox = new ConcurrentLinkedQueue<>();
  private final ByteBuffer in = ByteBuffer.allocateDirect(16 * 1024);

  private FloorServer() throws IOException {}

  public static void main(String[] args) throws Exception {
    var floor = new FloorServer();
    var listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    listener.configureBlocking(false);
    listener.register(floor.selector, SelectionKey.OP_ACCEPT);
    Thread.ofPlatform().daemon().start(floor::run);
    Publishing.obey(
        listener.socket().getLocalPort(),
        changes -> {
          changes.forEach(change ->
              floor.inbox.add(
                  new News(
                      change.upload(), ByteBuffer.wrap(frame(change.upload(), change.version())))));
          floor.selector.wakeup();
        });
  }

  static byte[] frame(int upload, long version) {
    var frame = new ByteArrayOutputStream(512);
    frame.writeBytes(
        ("id: " + version + "\nevent: status\ndata: ").getBytes(StandardCharsets.UTF_8));
    frame.writeBytes(Uploads.json(upload, version));
    frame.writeBytes(new byte[] {'\n', '\n'});
    return frame.toByteArray();
  }

  private void run() {
    var direct = ByteBuffer.allocateDirect(16 * 1024);
    try {
      while (true) {
        selector.select(this::serve);
        for (News news = inbox.poll(); news != null; news = inbox.poll()) {
          direct.clear().put(news.frame()).flip();
          publish(news.upload(), direct);
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void publish(int upload, ByteBuffer frame) {
    List<SocketChannel> audience = readers.size() > upload ? readers.get(upload) : List.of();
    for (int i = audience.size() - 1; i >= 0; i--) {
      try {
        audience.get(i).write(frame.rewind());
        if (frame.hasRemaining()) {
          audience.get(i).close();
        }
      } catch (IOException e) {
        // Counted by the readers as missing.
      }
      if (!audience.get(i).isOpen()) {
        SocketChannel last = audience.removeLast();
        if (i < audience.size()) {
          audience.set(i, last);
        }
      }
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        var listener = (ServerSocketChannel) key.channel();
        for (SocketChannel s = listener.accept(); s != null; s = listener.accept()) {
          s.configureBlocking(false);
          s.setOption(StandardSocketOptions.TCP_NODELAY, true);
          s.register(selector, SelectionKey.OP_READ);
        }
      } else {
        read(key, (SocketChannel) key.channel());
      }
    } catch (IOException e) {
      close(key);
    }
  }

  /** Takes for granted that a request comes in one piece, as it does over loopback. */
  private void read(SelectionKey key, SocketChannel channel) throws IOException {
    in.clear();
    int read = channel.read(in);
    if (read < 0) {
      close(key);
      return;
    }
    if (key.attachment() != null) {
      return;
    }
    byte[] line = new byte[Math.min(read, 80)];
    in.flip().get(line);
    String path = new String(line, StandardCharsets.US_ASCII).split(" ", -1)[1];
    int upload = Uploads.number(path.split("/", -1)[2]);
    while (readers.size() <= upload) {
      readers.add(new ArrayList<>(1));
    }
    readers.get(upload).add(channel);
    key.attach(channel);
    channel.write(ByteBuffer.wrap(HEAD));
  }

  private static void close(SelectionKey key) {
    try {
      key.channel().close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
