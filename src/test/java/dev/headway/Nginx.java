package dev.headway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One nginx of a test in front of a service, with as many servers as there are ways to set it up.
 */
public final class Nginx implements AutoCloseable {
  private final Process process;
  private final Map<String, URI> addresses;

  private Nginx(Process process, Map<String, URI> addresses) {
    this.process = process;
    this.addresses = addresses;
  }

  /**
   * A server that proxies to the service; {@code listen} adds to that line, as {@code ssl} does.
   */
  record Site(String name, String listen, String server, String location) {
    Site(String name, String location) {
      this(name, "", "", location);
    }
  }

  static Nginx start(Path folder, URI service, List<Site> sites) throws Exception {
    return start(folder, service, "", sites);
  }

  static Nginx start(Path folder, URI service, String http, List<Site> sites) throws Exception {
    Path home = Files.createDirectories(folder.resolve("nginx"));
    Map<String, URI> addresses = new LinkedHashMap<>();
    var servers = new StringBuilder();
    List<Integer> ports = freePorts(sites.size());
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      String scheme = site.listen().contains("ssl") ? "https" : "http";
      addresses.put(site.name(), URI.create(scheme + "://127.0.0.1:" + ports.get(i)));
      servers.append(
          """
          server {
            listen 127.0.0.1:%d %s;
            %s
            location / {
              proxy_set_header Host $http_host;
              %s
              %s
            }
          }
          """
              .formatted(
                  ports.get(i),
                  site.listen(),
                  site.server(),
                  pass(site, service),
                  site.location()));
    }
    Path conf = home.resolve("nginx.conf");
    Files.writeString(
        conf,
        """
        daemon off;
        %4$s
        worker_processes 1;
        pid %1$s/pid;
        error_log %1$s/error.log;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          %2$s
          %3$s
        }
        """
            .formatted(home, http, servers, user()));
    Process process =
        new ProcessBuilder("nginx", "-p", home.toString(), "-c", conf.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("out.log").toFile())
            .start();
    awaitListening(process, ports.getLast(), home.resolve("out.log"));
    return new Nginx(process, addresses);
  }

  /** Workers of root's nginx would be nobody, who cannot write into a test's folder. */
  private static String user() {
    return "root".equals(System.getProperty("user.name")) ? "user root;" : "";
  }

  private static String pass(Site site, URI service) {
    return site.location().contains("proxy_pass ") ? "" : "proxy_pass " + service + ";";
  }

  static List<Integer> freePorts(int count) throws IOException {
    var ports = new ArrayList<Integer>();
    var open = new ArrayList<ServerSocket>();
    for (int i = 0; i < count; i++) {
      var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      open.add(free);
      ports.add(free.getLocalPort());
    }
    for (ServerSocket free : open) {
      free.close();
    }
    return ports;
  }

  static void awaitListening(Process process, int port, Path log) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        Thread.onSpinWait();
      }
    }
    stop(process);
    throw new IOException("does not listen: " + Files.readString(log));
  }

  URI at(String name) {
    return Objects.requireNonNull(addresses.get(name), name);
  }

  @Override
  public void close() {
    stop(process);
  }

  static void stop(Process process) {
    process.destroy();
    try {
      process.onExit().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      process.destroyForcibly();
    }
  }
}
