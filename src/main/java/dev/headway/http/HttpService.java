package dev.headway.http;

import dev.headway.api.ProblemCode;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP side of a node while it runs: as many servers as configured, on one port. */
public final class HttpService {
  /**
   * Room for a token of 8 KB beside a browser's own headers. What is beyond is refused before it is
   * read.
   */
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  /** An upload id of 255 characters with a cursor and a search: far below this. */
  private static final int MAX_REQUEST_LINE_BYTES = 8 * 1024;

  /**
   * Newest-wins works only when old events cannot queue up in the kernel: with default buffers it
   * takes hundreds of them for a reader that stalls, with this about twenty.
   */
  private static final int SEND_BUFFER_BYTES = 8 * 1024;

  /** Connections waiting to be accepted: a node's readers come back all at once. */
  private static final int ACCEPT_BACKLOG = 4096;

  /** How often is looked for callers who are late. */
  private static final long LOOK_MILLIS = 500;

  /** Requests of one HTTP/2 connection at once; a page with as many streams asks for one of all. */
  private static final long MAX_CONCURRENT_STREAMS = 100;

  /** A page that is left resets its streams, each once; who resets more than that attacks. */
  private static final int MAX_RESETS = 200;

  /** On a connection of a trusted proxy everybody who leaves does. */
  private static final int MAX_RESETS_OF_A_PROXY = 100_000;

  private static final int RESETS_SECONDS = 30;

  private static final AtomicInteger RANDOM_PORTS = new AtomicInteger();

  private final Vertx vertx;
  private final String deployment;
  private final Queue<HttpServer> servers;
  private final BlockingCalls blocking;
  private final CallerGates gates;
  private final Connections connections;
  private final NewConnections newConnections;
  private final RequestFigures figures;

  private HttpService(
      Vertx vertx,
      String deployment,
      Queue<HttpServer> servers,
      BlockingCalls blocking,
      CallerGates gates,
      Connections connections,
      NewConnections newConnections,
      RequestFigures figures) {
    this.vertx = vertx;
    this.deployment = deployment;
    this.servers = servers;
    this.blocking = blocking;
    this.gates = gates;
    this.connections = connections;
    this.newConnections = newConnections;
    this.figures = figures;
  }

  /** Starts to serve; the future fails when the port cannot be had. */
  public static Future<HttpService> start(
      Vertx vertx,
      HttpConfig config,
      Authenticator authenticator,
      Ports ports,
      Operations operations,
      WebRoot webRoot,
      InstantSource clock) {
    BlockingCalls blocking = new BlockingCalls(vertx, config.maxBlockingCalls());
    RequestFigures figures = new RequestFigures();
    Problems problems = new Problems(clock, ports.databaseOutage(), ports.unavailable(), figures);
    RequestIds requestIds = new RequestIds();
    Tickets tickets = Tickets.of(config.browsers().ticketSecrets(), clock);
    CallerGates gates =
        new CallerGates(
            config.limits(), authenticator, tickets, config.browsers(), System::nanoTime);
    Connections connections = new Connections(config.limits());
    NewConnections newConnections =
        new NewConnections(config.limits(), config.firstRequest(), System::nanoTime);
    Queue<HttpServer> servers = new ConcurrentLinkedQueue<>();
    SocketAddress address = address(config);
    return vertx
        .deployVerticle(
            () ->
                new Instance(
                    address,
                    options(config),
                    problems,
                    requestIds,
                    connections,
                    newConnections,
                    config.limits(),
                    new AwaitedRequests(
                        config.firstRequest(), config.idleTimeout(), System::nanoTime),
                    new Routes(
                        config,
                        gates,
                        tickets,
                        ports,
                        operations,
                        webRoot,
                        blocking,
                        problems,
                        figures,
                        clock),
                    servers),
            new DeploymentOptions().setInstances(config.instances()))
        .map(id ->
            new HttpService(
                vertx, id, servers, blocking, gates, connections, newConnections, figures))
        .onFailure(failure -> blocking.close());
  }

  /** The port that is served, also when any was asked for. */
  public int port() {
    return servers.element().actualPort();
  }

  /** Requests that were refused because their user or address asked too often, since the start. */
  public long rateLimited() {
    return gates.refused();
  }

  /** Polls of an upload's status that were answered, since the start. */
  public long polls() {
    return figures.polls();
  }

  /** Those of them that had changed nothing since, and so no body. */
  public long notModified() {
    return figures.notModified();
  }

  /** Requests that were answered with this problem, since the start. */
  public long problems(ProblemCode code) {
    return figures.problems(code);
  }

  /** Connections that are open. */
  public long connections() {
    return connections.open();
  }

  /** Connections that were refused because there were too many, since the start. */
  public long refusedConnections() {
    return connections.refused() + newConnections.refused();
  }

  /**
   * Takes no more connections and ends those that are left, at once where nothing is going on.
   * Streams are drained before, by whoever opened them.
   *
   * @param grace how long a request that is being answered may take
   */
  public Future<Void> stop(Duration grace) {
    return Future.join(servers.stream().map(server -> server.shutdown(grace)).toList())
        .eventually(() -> vertx.undeploy(deployment))
        .<Void>mapEmpty()
        .eventually(() -> {
          blocking.close();
          return Future.succeededFuture();
        });
  }

  /**
   * One free port for all instances together, where any is asked for, and for no other service of
   * this process: Vert.x has those share a port that ask by the same number.
   */
  private static SocketAddress address(HttpConfig config) {
    return config.port() == 0
        ? SocketAddress.sharedRandomPort(RANDOM_PORTS.incrementAndGet(), config.host())
        : SocketAddress.inetSocketAddress(config.port(), config.host());
  }

  /** All of the server's own settings. */
  private static HttpServerOptions options(HttpConfig config) {
    HttpServerOptions options =
        new HttpServerOptions()
            // All answers are written on the event loop: a queue for those that are not weighs 5
            // KB.
            .setStrictThreadMode(true)
            .setAcceptBacklog(ACCEPT_BACKLOG)
            .setSendBufferSize(SEND_BUFFER_BYTES)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setIdleTimeout((int) config.idleTimeout().toSeconds())
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            // Whoever asks before sending is told to go on only where the body is wanted.
            .setHandle100ContinueAutomatically(false)
            // A compressor would hold events back, and what is sent is small.
            .setCompressionSupported(false)
            // A small body that unpacks to a large one is nothing an honest page sends.
            .setDecompressionSupported(false)
            // There are no web sockets; without these each connection is a kilobyte lighter.
            .setPerFrameWebSocketCompressionSupported(false)
            .setPerMessageWebSocketCompressionSupported(false)
            // Whoever waits to see which protocol it will be has let in a connection that nobody
            // has
            // counted; and an upgrade is a way past proxies that do not know it. With TLS there is
            // ALPN.
            .setHttp2ClearTextEnabled(false)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(MAX_CONCURRENT_STREAMS)
                    .setMaxHeaderListSize(MAX_HEADER_BYTES))
            .setHttp2RstFloodMaxRstFramePerWindow(
                config.limits().trustedProxies() == 0 ? MAX_RESETS : MAX_RESETS_OF_A_PROXY)
            .setHttp2RstFloodWindowDuration(RESETS_SECONDS);
    config.tls().ifPresent(files -> secure(options, files));
    return options;
  }

  private static void secure(HttpServerOptions options, TlsFiles files) {
    // Or a client of TLS 1.2 has a connection shake hands over and over, each time at our cost.
    // There is no other way to say it: the JDK reads it when it takes its first connection.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    options
        .setSsl(true)
        .setUseAlpn(true)
        // HTTP/1.0 is not negotiated so, but refused where it is not named.
        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1, HttpVersion.HTTP_1_0))
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(files.certificate().toString())
                .addKeyPath(files.key().toString()));
  }

  /** One server on one event loop. */
  private static final class Instance extends VerticleBase {
    private static final Handler<Throwable> LEFT_ALONE = failure -> {};

    private final SocketAddress address;
    private final HttpServerOptions options;
    private final Problems problems;
    private final RequestIds requestIds;
    private final Connections connections;
    private final NewConnections newConnections;
    private final RequestLimits limits;
    private final AwaitedRequests awaited;
    private final Routes routes;
    private final Queue<HttpServer> servers;

    Instance(
        SocketAddress address,
        HttpServerOptions options,
        Problems problems,
        RequestIds requestIds,
        Connections connections,
        NewConnections newConnections,
        RequestLimits limits,
        AwaitedRequests awaited,
        Routes routes,
        Queue<HttpServer> servers) {
      this.address = address;
      this.options = options;
      this.problems = problems;
      this.requestIds = requestIds;
      this.connections = connections;
      this.newConnections = newConnections;
      this.limits = limits;
      this.awaited = awaited;
      this.routes = routes;
      this.servers = servers;
    }

    @Override
    public Future<?> start() {
      HttpServer server =
          vertx
              .createHttpServer(options)
              .connectionHandler(this::connected)
              .requestHandler(
                  new FrontDoor(
                      requestIds,
                      connections,
                      awaited,
                      routes.cors(),
                      problems,
                      routes.build(vertx)))
              .invalidRequestHandler(new UnreadableRequests(requestIds, problems));
      vertx.setPeriodic(
          LOOK_MILLIS,
          timer -> {
            awaited.late().forEach(HttpConnection::close);
            newConnections.closeTheLate();
          });
      return server.listen(address).onSuccess(servers::add);
    }

    private void connected(HttpConnection connection) {
      newConnections.ready(connection);
      awaited.connected(connection);
      connections.admit(connection, awaited);
      // Vert.x would write what goes wrong with a connection into the log, as an error of ours.
      if (connection.protocolVersion() == HttpVersion.HTTP_2) {
        Http2Limits.hold(connection, limits, System::nanoTime);
        connection.exceptionHandler(failure -> {
          if (failure instanceof Http2Exception) {
            // Once: what else was read already fails as well.
            connection.exceptionHandler(LEFT_ALONE);
            newConnections.attacked(connection);
          }
        });
      } else {
        connection.exceptionHandler(LEFT_ALONE);
      }
    }
  }
}
