package dev.headway.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of the page, all in memory. A request is looked up among them by its whole path, so
 * that no path leads anywhere else. Immutable; any thread.
 */
public final class WebRoot {
  private static final String FOLDER = "webroot";
  private static final String INDEX = "index.html";

  private static final Map<String, String> CONTENT_TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  private final Map<String, Asset> assets;

  private WebRoot(Map<String, Asset> assets) {
    this.assets = Map.copyOf(assets);
  }

  /** The page that the program carries. Blocks while it reads; once, at start. */
  public static WebRoot fromClasspath() {
    URL folder = WebRoot.class.getClassLoader().getResource(FOLDER);
    if (folder == null) {
      return new WebRoot(Map.of());
    }
    try {
      URI uri = folder.toURI();
      if (!uri.getScheme().equals("jar")) {
        return load(Path.of(uri));
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return load(jar.getPath(FOLDER));
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("the page cannot be read from the program", e);
    }
  }

  /** The files below a folder, without those whose name begins with a dot. Blocks. */
  public static WebRoot load(Path folder) throws IOException {
    Map<String, Asset> assets = new HashMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        // A jar's separator is a slash, Windows' is not.
        String name = folder.relativize(file).toString().replace('\\', '/');
        if (!name.startsWith(".") && !name.contains("/.")) {
          assets.put("/" + name, asset(name, Files.readAllBytes(file)));
        }
      }
    }
    Asset index = assets.get("/" + INDEX);
    if (index != null) {
      assets.put("/", index);
    }
    return new WebRoot(assets);
  }

  Optional<Asset> find(String path) {
    return Optional.ofNullable(assets.get(path));
  }

  static Asset asset(String name, byte[] content) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    String type = CONTENT_TYPES.getOrDefault(extension, "application/octet-stream");
    return new Asset(Buffer.buffer(content), type, entityTag(content));
  }

  private static String entityTag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
      return '"' + text.substring(0, 22) + '"'; // 132 bits tell any two files apart
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** One file, ready to be sent. */
  record Asset(Buffer body, String contentType, String entityTag) {
    /**
     * Whether the caller has it already. Our tags hold no comma, so a list can be taken apart at
     * its commas.
     *
     * @param ifNoneMatch the values of all such headers
     */
    boolean isHeldBy(List<String> ifNoneMatch) {
      for (String header : ifNoneMatch) {
        for (String tag : header.split(",", -1)) {
          String stripped = tag.strip();
          if (stripped.equals("*")
              || stripped.equals(entityTag)
              || stripped.equals("W/" + entityTag)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
