package dev.headway.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An nginx or an HAProxy before the service, as docs/clients.md sets them up. */
final class FrontProxy implements AutoCloseable {
  private final Process process;
  private final int port;

  private FrontProxy(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** With nothing set for streams: the service's own headers turn buffering off. */
  static FrontProxy nginx(Path folder, URI service) throws Exception {
    int port = freePort();
    Path home = Files.createDirectories(folder.resolve("nginx"));
    Path conf = home.resolve("nginx.conf");
    Files.writeString(
        conf,
        """
        daemon off;
        worker_processes 1;
        pid %1$s/pid;
        error_log %1$s/error.log;
        events {}
        http {
          access_log off;
          # Whoever cannot send a header names its token in the address.
          map $arg_access_token $authorization {
            '' $http_authorization;
            default "Bearer $arg_access_token";
          }
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server {
            listen 127.0.0.1:%2$d;
            location / {
              proxy_pass %3$s;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header Authorization $authorization;
            }
          }
        }
        """
            .formatted(home, port, service));
    return started(home, port, "nginx", "-p", home.toString(), "-c", conf.toString());
  }

  static FrontProxy haproxy(Path folder, URI service) throws Exception {
    int port = freePort();
    Path home = Files.createDirectories(folder.resolve("haproxy"));
    Path conf = home.resolve("haproxy.cfg");
    Files.writeString(
        conf,
        """
        defaults
          mode http
          timeout connect 5s
          timeout client 60s
          timeout server 60s
        frontend headway
          bind 127.0.0.1:%d
          default_backend nodes
        backend nodes
          server node 127.0.0.1:%d
        """
            .formatted(port, service.getPort()));
    return started(home, port, "haproxy", "-db", "-f", conf.toString());
  }

  private static int freePort() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static FrontProxy started(Path home, int port, String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("output").toFile())
            .start();
    var proxy = new FrontProxy(process, port);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < until) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return proxy;
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
          break;
        }
      }
    }
    proxy.close();
    throw new IllegalStateException(
        command[0] + " did not start: " + Files.readString(home.resolve("output")));
  }

  @Override
  public void close() {
    process.destroy();
    var _ =
        process
            .onExit()
            .orTimeout(10, TimeUnit.SECONDS)
            .exceptionally(late -> process.destroyForcibly())
            .join();
  }
}
