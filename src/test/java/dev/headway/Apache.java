package dev.headway;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One Apache httpd of a test in front of a service, with as many servers as there are ways to set
 * it up. With the modules that Debian's package {@code apache2-bin} brings, and nothing else of
 * Debian: neither its configuration nor its service.
 */
final class Apache implements AutoCloseable {
  private static final Path MODULES = Path.of("/usr/lib/apache2/modules");
  private static final List<String> LOADED =
      List.of(
          "mpm_event",
          "authn_core",
          "authz_core",
          "authn_file",
          "authz_user",
          "auth_basic",
          "brotli",
          "buffer",
          "cache",
          "cache_disk",
          "deflate",
          "env",
          "expires",
          "filter",
          "headers",
          "http2",
          "proxy",
          "proxy_http",
          "setenvif",
          "socache_shmcb",
          "ssl",
          "substitute");

  private final Process process;
  private final Map<String, URI> addresses;

  private Apache(Process process, Map<String, URI> addresses) {
    this.process = process;
    this.addresses = addresses;
  }

  /**
   * A server that proxies to the service.
   *
   * @param parameters of its {@code ProxyPass}
   * @param server what else is in its {@code VirtualHost}, where <code>${home}</code> is a folder
   *     of its own; one with {@code SSLEngine} is by https
   */
  record Site(String name, String parameters, String server) {
    Site(String name, String server) {
      this(name, "", server);
    }

    boolean isSecure() {
      return server.contains("SSLEngine");
    }
  }

  static boolean isInstalled() {
    return InstalledPrograms.missing("apache2").isEmpty() && Files.isDirectory(MODULES);
  }

  static Apache start(Path folder, URI service, List<Site> sites) throws Exception {
    Path home = Files.createDirectories(folder.resolve("apache"));
    Files.createDirectories(home.resolve("cache"));
    Map<String, URI> addresses = new LinkedHashMap<>();
    var conf = new StringBuilder();
    conf.append("ServerName 127.0.0.1\nDefine home ").append(home).append('\n');
    conf.append("DefaultRuntimeDir ").append(home).append('\n');
    conf.append("PidFile ").append(home.resolve("pid")).append('\n');
    conf.append("ErrorLog ").append(home.resolve("error.log")).append('\n');
    for (String module : LOADED) {
      conf.append("LoadModule %s_module %s/mod_%s.so\n".formatted(module, MODULES, module));
    }
    // Each stream holds a thread.
    conf.append("ServerLimit 4\nThreadsPerChild 64\nMaxRequestWorkers 256\n");
    List<Integer> ports = Nginx.freePorts(sites.size());
    for (int i = 0; i < sites.size(); i++) {
      Site site = sites.get(i);
      String scheme = site.isSecure() ? "https" : "http";
      addresses.put(site.name(), URI.create(scheme + "://127.0.0.1:" + ports.get(i)));
      conf.append(
          """
          Listen 127.0.0.1:%1$d
          <VirtualHost 127.0.0.1:%1$d>
            ProxyPreserveHost On
            %2$s
            ProxyPass "/" "%3$s/" %4$s
          </VirtualHost>
          """
              .formatted(ports.get(i), site.server(), service, site.parameters()));
    }
    Path file = home.resolve("httpd.conf");
    Files.writeString(file, conf);
    Process process =
        new ProcessBuilder("apache2", "-DFOREGROUND", "-d", home.toString(), "-f", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("out.log").toFile())
            .start();
    Nginx.awaitListening(process, ports.getLast(), home.resolve("out.log"));
    return new Apache(process, addresses);
  }

  URI at(String name) {
    return Objects.requireNonNull(addresses.get(name), name);
  }

  @Override
  public void close() {
    Nginx.stop(process);
  }
}
