package dev.headway.conformance;

import dev.headway.contract.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param only beginnings of ids; empty for all
 * @param json where to write the findings besides
 */
record Options(Target target, List<String> only, Optional<Path> json, boolean list) {
  static final String USAGE =
      """
      usage: ./headway conformance URL --token T [OPTION …]

        URL                  of the server, such as http://localhost:8080
        --token T            of a user; uploads are made for this user
        --second-token T     of another user, who must not see them
        --short-token T      of the first user, over within two minutes
        --limited-token T    of a user whose quota may be used up
        --origin ORIGIN      of a page that the server lets read
        --upload ID          of the first user, where none can be made; may be repeated
        --expiring ID        an upload of the first user that is not over, but whose life is within
                             two minutes
        --drain COMMAND      stops the server as it is stopped for another version; run last
        --only ID[,ID …]     these checks alone, by the beginning of their ids
        --json FILE          writes the findings there as well
        --insecure           takes any certificate
        --list               says what is checked, and asks nobody

      Status 0 if no check failed, 1 if one did, 2 for a wrong command line.
      """;

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Options parse(List<String> arguments, Seen seen) {
    @Nullable URI base = null;
    @Nullable String token = null;
    @Nullable String second = null;
    @Nullable String shortOne = null;
    @Nullable String limited = null;
    @Nullable String origin = null;
    @Nullable String expiring = null;
    @Nullable String drain = null;
    @Nullable Path json = null;
    boolean insecure = false;
    boolean list = false;
    List<String> uploads = new ArrayList<>();
    List<String> only = new ArrayList<>();
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      switch (argument) {
        case "--token" -> token = value(argument, rest);
        case "--second-token" -> second = value(argument, rest);
        case "--short-token" -> shortOne = value(argument, rest);
        case "--limited-token" -> limited = value(argument, rest);
        case "--origin" -> origin = value(argument, rest);
        case "--expiring" -> expiring = value(argument, rest);
        case "--drain" -> drain = value(argument, rest);
        case "--upload" -> uploads.add(value(argument, rest));
        case "--only" -> only.addAll(List.of(value(argument, rest).split(",", -1)));
        case "--json" -> json = Path.of(value(argument, rest));
        case "--insecure" -> insecure = true;
        case "--list" -> list = true;
        default -> {
          if (argument.startsWith("-") || base != null) {
            throw new IllegalArgumentException("what is " + argument + "?");
          }
          base = address(argument);
        }
      }
    }
    if (!list && (base == null || token == null)) {
      throw new IllegalArgumentException("the address of the server and --token are needed");
    }
    var target =
        new Target(
            base == null ? URI.create("http://localhost") : base,
            token == null ? "" : token,
            Optional.ofNullable(second),
            Optional.ofNullable(shortOne).map(one -> () -> one),
            Optional.ofNullable(limited),
            Optional.ofNullable(origin),
            List.copyOf(uploads),
            Optional.ofNullable(expiring).map(one -> () -> one),
            Optional.ofNullable(drain).map(command -> () -> run(command)),
            tls(insecure),
            seen);
    return new Options(target, List.copyOf(only), Optional.ofNullable(json), list);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " needs a value");
    }
    return rest.next();
  }

  private static void run(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() != 0) {
      throw new Check.Skip("“" + command + "” ended with status " + process.exitValue());
    }
  }

  private static URI address(String text) {
    URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || !uri.getPath().isEmpty()) {
      throw new IllegalArgumentException(
          "an address is like https://headway.example.com, without a path: " + text);
    }
    return uri;
  }

  static SSLContext tls(boolean insecure) {
    try {
      if (!insecure) {
        return SSLContext.getDefault();
      }
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  /** For a server with a certificate of its own making, when its user says so. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
