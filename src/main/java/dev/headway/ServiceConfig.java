package dev.headway;

import dev.headway.bus.BusAddress;
import dev.headway.http.RateLimit;
import dev.headway.http.RequestLimits;
import dev.headway.http.TicketSecret;
import dev.headway.http.TlsFiles;
import dev.headway.http.TokenRules;
import dev.headway.traces.TracesConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What {@code headway serve} is told by its environment. Region, credentials and endpoints of AWS
 * come from where the SDK looks for them by itself.
 *
 * @param statusTable the table whose stream is read
 * @param bucket where browsers send their files
 * @param uploadOrigin of the addresses that are signed for them, for the page's policy
 * @param jwks where the identity provider publishes its keys
 * @param audiences of which a token must name one
 * @param allowedOrigins pages elsewhere that may call the API
 * @param application the name that all nodes of one service share: their lease table has it
 * @param bus where the nodes of one service meet; empty for a node that is alone
 * @param capacity how much the node takes on
 * @param limits how often callers may ask
 * @param ticketSecrets for stream tickets; none for a key of this node's own
 * @param tls for a node that speaks HTTPS itself
 * @param warmUp how long the node may serve readers of its own before it is ready; zero for none
 * @param drain over which time streams are sent elsewhere when the node is told to stop
 * @param maxUploadBytes of one file; empty for the workers' own default
 * @param traces what is traced, and where the spans go
 * @param management a port for operators alone
 */
record ServiceConfig(
    String host,
    int port,
    String statusTable,
    String leadsTable,
    String bucket,
    Optional<String> uploadOrigin,
    URI jwks,
    String issuer,
    Set<String> audiences,
    Set<String> allowedOrigins,
    String application,
    Optional<BusAddress> bus,
    Capacity capacity,
    RequestLimits limits,
    List<TicketSecret> ticketSecrets,
    Optional<TlsFiles> tls,
    Duration warmUp,
    Duration drain,
    Optional<Long> maxUploadBytes,
    Optional<TracesConfig> traces,
    Optional<Management> management) {
  /** Where operators are answered. */
  record Management(String host, int port) {}

  private static final int MOST_A_SECOND = 1_000_000;
  private static final int MOST_PROXIES = 16;

  /** A cold node would take about as long to serve its first storm. */
  static final Duration WARM_UP = Duration.ofSeconds(8);

  /** Inside the 30 s that container platforms give a process to stop. */
  private static final Duration DRAIN = Duration.ofSeconds(20);

  static final String HELP =
      """
      usage: headway serve

      Runs one node of the service against AWS, configured by its environment:

        HEADWAY_JWKS_URL          where the identity provider publishes its keys (needed)
        HEADWAY_ISSUER            the issuer that tokens must name (needed)
        HEADWAY_AUDIENCE          audiences of which a token must name one, with commas (needed)
        HEADWAY_UPLOAD_BUCKET     the bucket that files are sent to (needed)
        HEADWAY_STATUS_TABLE      default ProcessingStatus
        HEADWAY_LEADS_TABLE       default Leads
        HEADWAY_HOST              the address to listen on, default 0.0.0.0
        HEADWAY_PORT              default 8080
        HEADWAY_ALLOWED_ORIGINS   pages on other origins that may call, with commas
        HEADWAY_UPLOAD_ORIGIN     where files go, when it is not the bucket's own address
        HEADWAY_APPLICATION       the name that all nodes share, default headway-tail
        HEADWAY_BUS               where the nodes of a service meet: a Redis or Valkey as
                                  redis://user:password@host:port, rediss:// for TLS;
                                  not set, this node is the only one
        HEADWAY_BUS_CA            a file of PEM certificates to trust for rediss://
        HEADWAY_MAX_CONNECTIONS   at once; default by the limit of open files
        HEADWAY_ADDRESS_CONNECTIONS
                                  the same of one address, 0 for no limit, default 2000; does
                                  not hold behind trusted proxies, whose connections are all
        HEADWAY_MAX_STREAMS       open at once; default 500 less than connections
        HEADWAY_USER_STREAMS      the same of one user, 0 for no limit, default 100
        HEADWAY_NEW_STREAMS_RATE  streams that are opened a second, in bursts ten times that;
                                  0 for no limit, default 2000
        HEADWAY_USER_RATE         requests a second of one user, in bursts ten times that;
                                  0 for no limit, default 10
        HEADWAY_ADDRESS_RATE      the same of one address, default 200
        HEADWAY_TRUSTED_PROXIES   how many in a row stand in front of the service and name
                                  the client in X-Forwarded-For, default 0
        HEADWAY_TICKET_KEY        the secret of stream tickets, at least 32 characters and the same
                                  on all nodes; needed with HEADWAY_BUS. Several with commas: the
                                  first makes tickets, all open them. Not set, one is made at
                                  the start
        HEADWAY_TLS_CERTIFICATE   a file of PEM certificates, the node's own first, for HTTPS
                                  and HTTP/2; not set, it speaks plain HTTP/1
        HEADWAY_TLS_KEY           the file with its private key
        HEADWAY_WARM_UP_SECONDS   at most, for which the node serves readers of its own before
                                  it is ready; 0 for none, default 8
        HEADWAY_DRAIN_SECONDS     over which streams are sent elsewhere at a stop, default 20
        HEADWAY_MAX_UPLOAD_BYTES  of one file
        HEADWAY_MANAGEMENT_PORT   a port for operators alone: health, metrics, levels of the
                                  log; not set, there is none
        HEADWAY_MANAGEMENT_HOST   the address that it listens on, default 127.0.0.1
        HEADWAY_TRACES            the share of uploads that are traced, 0 to 1, default 0
        OTEL_EXPORTER_OTLP_ENDPOINT
                                  where a collector takes traces as OTLP over HTTP,
                                  default http://localhost:4318
        OTEL_EXPORTER_OTLP_HEADERS
                                  what it wants to be sent along, name=value with commas

      Region, credentials and endpoints are found as by every program of the AWS SDK
      (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB, …).
      """;

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException with a sentence that names every variable at fault
   */
  static ServiceConfig of(Map<String, String> environment) {
    if (!environment.getOrDefault("HEADWAY_DEVELOPMENT_KEY", "").isBlank()) {
      throw new IllegalArgumentException(
          "HEADWAY_DEVELOPMENT_KEY is set: development keys open the local system only, and serve"
              + " refuses to start beside one.");
    }
    var read = new Reading(environment, new ArrayList<>());
    String application = read.text("HEADWAY_APPLICATION").orElse("headway-tail");
    var config =
        new ServiceConfig(
            read.text("HEADWAY_HOST").orElse("0.0.0.0"),
            read.as("HEADWAY_PORT", Integer::parseInt).orElse(8080),
            read.text("HEADWAY_STATUS_TABLE").orElse("ProcessingStatus"),
            read.text("HEADWAY_LEADS_TABLE").orElse("Leads"),
            read.needed("HEADWAY_UPLOAD_BUCKET"),
            read.text("HEADWAY_UPLOAD_ORIGIN"),
            URI.create(read.needed("HEADWAY_JWKS_URL")),
            read.issuer(),
            read.list(read.needed("HEADWAY_AUDIENCE")),
            read.list(read.text("HEADWAY_ALLOWED_ORIGINS").orElse("")),
            application,
            read.text("HEADWAY_BUS")
                .flatMap(text -> read.bus(text, read.text("HEADWAY_BUS_CA"), application)),
            read.capacity(),
            read.limits(),
            read.ticketSecrets(),
            read.tls(),
            read.seconds("HEADWAY_WARM_UP_SECONDS", WARM_UP),
            read.seconds("HEADWAY_DRAIN_SECONDS", DRAIN),
            read.as("HEADWAY_MAX_UPLOAD_BYTES", Long::parseLong),
            read.traces(),
            read.management());
    read.requireNoFaults();
    return config;
  }

  /**
   * How often callers may ask, which the local system is told in the same way.
   *
   * @throws IllegalArgumentException with a sentence that names every variable at fault
   */
  static RequestLimits limits(Map<String, String> environment) {
    var read = new Reading(environment, new ArrayList<>());
    RequestLimits limits = read.limits();
    read.requireNoFaults();
    return limits;
  }

  /**
   * How much the node takes on, which the local system is told in the same way.
   *
   * @throws IllegalArgumentException with a sentence that names every variable at fault
   */
  static Capacity capacity(Map<String, String> environment) {
    var read = new Reading(environment, new ArrayList<>());
    Capacity capacity = read.capacity();
    read.requireNoFaults();
    return capacity;
  }

  /**
   * What is traced, which the local system is told in the same way.
   *
   * @throws IllegalArgumentException with a sentence that names the variable at fault
   */
  static Optional<TracesConfig> traces(Map<String, String> environment) {
    var read = new Reading(environment, new ArrayList<>());
    Optional<TracesConfig> traces = read.traces();
    read.requireNoFaults();
    return traces;
  }

  /** Collects what is wrong, so that one start tells all of it. */
  private record Reading(Map<String, String> environment, List<String> faults) {
    void requireNoFaults() {
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException(String.join(" ", faults));
      }
    }

    Optional<String> text(String name) {
      return Optional.of(environment.getOrDefault(name, "").strip()).filter(v -> !v.isEmpty());
    }

    String needed(String name) {
      return text(name)
          .orElseGet(() -> {
            faults.add(name + " is not set.");
            return "";
          });
    }

    /** Told once, however often the variable is looked at. */
    private void fault(String sentence) {
      if (!faults.contains(sentence)) {
        faults.add(sentence);
      }
    }

    <T> Optional<T> as(String name, Function<String, T> parse) {
      try {
        return text(name).map(parse);
      } catch (NumberFormatException e) {
        fault(name + " is not a number.");
        return Optional.empty();
      }
    }

    Duration seconds(String name, Duration usual) {
      return as(name, Long::parseUnsignedLong).map(Duration::ofSeconds).orElse(usual);
    }

    Optional<BusAddress> bus(String text, Optional<String> authority, String application) {
      try {
        return Optional.of(
            BusAddress.parse(text, authority.map(Path::of), "headway." + application));
      } catch (IllegalArgumentException e) {
        faults.add("HEADWAY_BUS: " + e.getMessage() + ".");
        return Optional.empty();
      }
    }

    RequestLimits limits() {
      RequestLimits usual = RequestLimits.DEFAULT;
      return new RequestLimits(
          RateLimit.ofRate(whole("HEADWAY_USER_RATE", usual.user().perSecond(), MOST_A_SECOND)),
          RateLimit.ofRate(
              whole("HEADWAY_ADDRESS_RATE", usual.address().perSecond(), MOST_A_SECOND)),
          whole("HEADWAY_TRUSTED_PROXIES", usual.trustedProxies(), MOST_PROXIES),
          connections(),
          connectionsOfAnAddress());
    }

    private long connectionsOfAnAddress() {
      int most =
          whole(
              "HEADWAY_ADDRESS_CONNECTIONS",
              RequestLimits.CONNECTIONS_OF_AN_ADDRESS,
              MOST_A_SECOND);
      return most == 0 ? Long.MAX_VALUE : most;
    }

    Capacity capacity() {
      return new Capacity(
          atLeastOne("HEADWAY_MAX_STREAMS").orElseGet(() -> Capacity.streamsAmong(connections())),
          whole("HEADWAY_USER_STREAMS", Capacity.STREAMS_OF_A_USER, MOST_A_SECOND),
          RateLimit.ofRate(
              whole("HEADWAY_NEW_STREAMS_RATE", Capacity.NEW_STREAMS.perSecond(), MOST_A_SECOND)));
    }

    Optional<Management> management() {
      String host = text("HEADWAY_MANAGEMENT_HOST").orElse("127.0.0.1");
      return as("HEADWAY_MANAGEMENT_PORT", Integer::parseInt)
          .map(port -> new Management(host, port));
    }

    Optional<TracesConfig> traces() {
      try {
        return TracesConfig.of(this::text);
      } catch (IllegalArgumentException e) {
        faults.add(e.getMessage() + ".");
        return Optional.empty();
      }
    }

    /** Nodes with keys of their own would take each other's tickets for forged. */
    List<TicketSecret> ticketSecrets() {
      String name = "HEADWAY_TICKET_KEY";
      List<String> all = text(name).map(text -> List.of(text.split(",", -1))).orElse(List.of());
      if (all.isEmpty() && text("HEADWAY_BUS").isPresent()) {
        fault(name + " is not set, and with HEADWAY_BUS all nodes need the same one.");
      }
      if (all.stream().anyMatch(secret -> secret.strip().length() < TicketSecret.MIN_LENGTH)) {
        fault("%s has at least %d characters.".formatted(name, TicketSecret.MIN_LENGTH));
        return List.of();
      }
      return all.stream().map(secret -> new TicketSecret(secret.strip())).toList();
    }

    /** What the development system calls itself must not be taken for an identity provider. */
    String issuer() {
      String issuer = needed("HEADWAY_ISSUER");
      if (issuer.equals(TokenRules.DEVELOPMENT_ISSUER)) {
        fault(
            "HEADWAY_ISSUER is %s: development tokens open the local system only."
                .formatted(issuer));
      }
      return issuer;
    }

    Optional<TlsFiles> tls() {
      Optional<Path> certificate = file("HEADWAY_TLS_CERTIFICATE");
      Optional<Path> key = file("HEADWAY_TLS_KEY");
      if (certificate.isPresent() != key.isPresent()) {
        fault("HEADWAY_TLS_CERTIFICATE and HEADWAY_TLS_KEY are set together or not at all.");
      }
      return certificate.flatMap(proof -> key.map(secret -> new TlsFiles(proof, secret)));
    }

    private Optional<Path> file(String name) {
      Optional<Path> file = text(name).map(Path::of);
      file.filter(path -> !Files.isReadable(path))
          .ifPresent(path -> fault(name + " is no file that can be read."));
      return file;
    }

    private long connections() {
      return atLeastOne("HEADWAY_MAX_CONNECTIONS").orElseGet(Capacity::connectionsOfThisProcess);
    }

    private Optional<Long> atLeastOne(String name) {
      Optional<Long> value = as(name, Long::parseLong);
      if (value.isPresent() && value.get() < 1) {
        fault(name + " is 1 or more.");
        return Optional.empty();
      }
      return value;
    }

    private int whole(String name, int usual, int most) {
      int value = as(name, Integer::parseInt).orElse(usual);
      if (value < 0 || value > most) {
        fault("%s is 0 to %d.".formatted(name, most));
        return usual;
      }
      return value;
    }

    Set<String> list(String text) {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(part -> !part.isEmpty())
          .collect(Collectors.toUnmodifiableSet());
    }
  }
}
