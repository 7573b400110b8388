package dev.headway.bench.hub;

import dev.headway.HubBenchNode;
import dev.headway.TestCertificate;
import dev.headway.local.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** One of the servers that are held against each other, while it runs. */
abstract sealed class Server implements AutoCloseable {
  /** What a JVM of 19,000 streams gets here. */
  private static final String HEAP = "-Xmx512m";

  /** What it prints are answers. */
  private static final String QUIET = "-Dheadway.log.level=WARN";

  private static final Path NCHAN = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

  final Child process;
  final int port;

  private Server(Child process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Begins to change uploads 0 to {@code uploads} - 1 in turn, some at once. */
  abstract CompletableFuture<Void> publish(
      double perSecond, int uploads, double seconds, int together);

  /** Bytes of the heap that are in use after a collection; NaN where there is none. */
  abstract double liveHeap() throws IOException;

  Duration cpu() {
    return process.cpu();
  }

  double memory() {
    return process.memory();
  }

  @Override
  public void close() {
    process.close();
  }

  /** With the quotas lifted: all load comes from one address. */
  static Server headway(String keys, Optional<TestCertificate> tls) throws IOException {
    return headway(keys, tls, List.of());
  }

  /** With the quotas of an address, as shipped. */
  static Server withQuotas(String keys, Optional<TestCertificate> tls) throws IOException {
    return headway(keys, tls, List.of("-D" + HubBenchNode.QUOTAS + "=true"));
  }

  private static Server headway(String keys, Optional<TestCertificate> tls, List<String> flags)
      throws IOException {
    List<String> args = new ArrayList<>(List.of(keys));
    tls.ifPresent(own -> args.addAll(List.of(own.certificate().toString(), own.key().toString())));
    return new InJava(
        HubBenchNode.class,
        Stream.concat(Stream.of("@" + shippedFlags(), HEAP, QUIET), flags.stream()).toList(),
        args.toArray(String[]::new));
  }

  /** As the launcher and the image start the service. */
  private static Path shippedFlags() {
    return Path.of(System.getProperty("headway.home", "."), "docker", "jvm.options");
  }

  static Server floor() throws IOException {
    return new InJava(FloorServer.class, List.of(HEAP));
  }

  static Server obvious() throws IOException {
    return new InJava(ObviousServer.class, List.of(HEAP));
  }

  static boolean hasNchan() {
    return Files.exists(NCHAN);
  }

  static Server nchan() throws Exception {
    return Nchan.start();
  }

  private static final class InJava extends Server {
    InJava(Class<?> main, List<String> flags, String... args) throws IOException {
      this(Child.java(flags, main, args));
    }

    private InJava(Child process) throws IOException {
      super(process, Integer.parseInt(process.answer().split(" ", -1)[1]));
    }

    @Override
    CompletableFuture<Void> publish(double perSecond, int uploads, double seconds, int together) {
      process.order("publish %s %d %s %d".formatted(perSecond, uploads, seconds, together));
      return CompletableFuture.runAsync(() -> {
        try {
          var _ = process.answer();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
    }

    @Override
    double liveHeap() throws IOException {
      return Double.parseDouble(process.ask("heap"));
    }
  }

  /** nginx with nchan. Changes come to it as requests, which counts as its work. */
  private static final class Nchan extends Server {
    private final Path folder;

    private Nchan(Child process, int port, Path folder) {
      super(process, port);
      this.folder = folder;
    }

    static Nchan start() throws Exception {
      int port = FreePorts.first();
      Path folder = Files.createTempDirectory("headway-bench-nginx");
      Path conf = folder.resolve("nginx.conf");
      Files.writeString(
          conf,
          """
          load_module %s;
          daemon off;
          worker_processes 2;
          worker_rlimit_nofile 20000;
          pid %s/pid;
          error_log %s/error.log;
          events { worker_connections 19900; }
          http {
            access_log off;
            keepalive_requests 10000000;
            large_client_header_buffers 4 16k;
            client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s;
            uwsgi_temp_path %s; scgi_temp_path %s;
            nchan_shared_memory_size 512m;
            server {
              listen 127.0.0.1:%d backlog=4096;
              location ~ ^/status/([^/]+)/events$ {
                nchan_subscriber eventsource;
                nchan_channel_id $1;
                nchan_eventsource_ping_interval 15;
              }
              location ~ ^/pub/(.+)$ {
                nchan_publisher;
                nchan_channel_id $1;
                nchan_message_buffer_length 1;
              }
            }
          }
          """
              .formatted(NCHAN, folder, folder, folder, folder, folder, folder, folder, port));
      Child process =
          Child.start(
              List.of(
                  "nginx", "-p", folder.toString(), "-e", folder + "/error.log", "-c", "" + conf));
      long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (true) {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
          return new Nchan(process, probe.getPort(), folder);
        } catch (IOException e) {
          if (System.nanoTime() - giveUp > 0) {
            process.close();
            throw e;
          }
          Thread.onSpinWait();
        }
      }
    }

    @Override
    CompletableFuture<Void> publish(double perSecond, int uploads, double seconds, int together) {
      return CompletableFuture.runAsync(() -> {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
          socket.setTcpNoDelay(true);
          Thread.ofVirtual().start(() -> discard(socket));
          var out = socket.getOutputStream();
          Publishing.publish(
              changes -> {
                var requests = new ByteArrayOutputStream();
                changes.forEach(
                    change -> requests.writeBytes(request(change.upload(), change.version())));
                try {
                  requests.writeTo(out);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              },
              perSecond,
              uploads,
              seconds,
              together);
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      });
    }

    private static byte[] request(int upload, long version) {
      String json = new String(Uploads.json(upload, version), StandardCharsets.UTF_8);
      return "POST /pub/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%s"
          .formatted(Uploads.id(upload), json.length(), json)
          .getBytes(StandardCharsets.UTF_8);
    }

    private static void discard(Socket socket) {
      try {
        var _ = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        // Closed, because everything was published.
      }
    }

    @Override
    double liveHeap() {
      return Double.NaN;
    }

    @Override
    public void close() {
      super.close();
      try (var files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      } catch (IOException e) {
        // The system clears it away some day.
      }
    }
  }
}
