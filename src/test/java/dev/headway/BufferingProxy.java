package dev.headway;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** An nginx that is set up as it should not be: it collects what a stream brings. */
final class BufferingProxy implements AutoCloseable {
  static final String DIRECTIVES =
      """
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_ignore_headers X-Accel-Buffering;
      proxy_buffering on;
      proxy_buffer_size 1m;
      proxy_buffers 8 1m;
      """;

  private final Nginx nginx;

  private BufferingProxy(Nginx nginx) {
    this.nginx = nginx;
  }

  static BufferingProxy start(Path folder, URI service) throws Exception {
    return new BufferingProxy(
        Nginx.start(folder, service, List.of(new Nginx.Site("buffering", DIRECTIVES))));
  }

  URI baseUrl() {
    return nginx.at("buffering");
  }

  @Override
  public void close() {
    nginx.close();
  }
}
