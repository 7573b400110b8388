package dev.headway.sse;

import dev.headway.hub.Change;
import dev.headway.hub.Hub;
import dev.headway.hub.LoopLocal;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Reading;
import dev.headway.hub.Subscriber;
import dev.headway.hub.UploadPage;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Opens and ends the event streams of a node. */
public final class EventStreams {
  private static final CharSequence EVENT_STREAM =
      HttpHeaders.createOptimized("text/event-stream; charset=utf-8");
  private static final CharSequence UNTOUCHED =
      HttpHeaders.createOptimized("no-cache, no-transform");
  private static final CharSequence X_ACCEL_BUFFERING =
      HttpHeaders.createOptimized("X-Accel-Buffering");
  private static final CharSequence NO = HttpHeaders.createOptimized("no");

  private final Hub hub;
  private final StreamConfig config;
  private final Supplier<RandomGenerator> random;
  private final InstantSource wallClock;
  private final LongSupplier ticker;
  private final Tally tally;
  private final Map<HttpVersion, LongAdder> begun = new EnumMap<>(HttpVersion.class);
  private final LoopLocal<LoopStreams> loops;
  private volatile boolean draining;

  /**
   * No streams yet.
   *
   * @param places where each stream takes one while it is open
   * @param random for the pauses that readers are told; asked for on each event loop
   * @param ticker monotonic nanoseconds, as {@link System#nanoTime}
   */
  public EventStreams(
      Hub hub,
      StreamConfig config,
      OwnerPlaces places,
      Supplier<RandomGenerator> random,
      InstantSource wallClock,
      LongSupplier ticker) {
    this.hub = hub;
    this.config = config;
    this.tally = new Tally(places);
    for (HttpVersion version : HttpVersion.values()) {
      begun.put(version, new LongAdder());
    }
    this.random = random;
    this.wallClock = wallClock;
    this.ticker = ticker;
    this.loops = new LoopLocal<>(loop -> new LoopStreams(loop, config, ticker, this::drainRetry));
  }

  /**
   * Answers a request with an event stream (or 204 where there is nothing left to say) and looks
   * after it until it ends. Call it on the request's event loop, after the caller was authenticated
   * and found to own the upload. Headers that were set before stay; the response's handlers for
   * close and end of headers are replaced. A {@code HEAD} gets the headers alone.
   *
   * @param current what the hub answered for this request
   * @param lastEventId the version that the reader has already
   * @param authorizedUntil when the caller's token ends, and the stream with it
   */
  public void open(
      HttpServerRequest request,
      Reading current,
      OptionalLong lastEventId,
      Instant authorizedUntil) {
    if (request.response().closed()) {
      return; // left while the record was read; nobody would ever tell the stream
    }
    Change known = current.change();
    if (request.method().equals(HttpMethod.HEAD)) {
      head(request.response(), Opening.of(known, lastEventId));
      return;
    }
    if (known.isTerminal()) {
      answer(request, newStream(ownerOf(known), authorizedUntil), known, lastEventId);
      return;
    }
    // Subscribed first, and only then looked at what is newest: nothing falls between.
    UploadStream stream = newStream(ownerOf(known), authorizedUntil);
    Hub.Subscribed subscribed = hub.subscribe(known, stream);
    stream.subscribed(subscribed.subscription());
    answer(request, stream, subscribed.newest(), lastEventId);
  }

  private static OwnerId ownerOf(Change change) {
    return change.record().ownerId();
  }

  private UploadStream newStream(OwnerId owner, Instant authorizedUntil) {
    LoopStreams here = loops.here();
    var stream = new UploadStream(config, ticker, tally, owner, token(authorizedUntil), here);
    here.add(stream);
    return stream;
  }

  private Token token(Instant authorizedUntil) {
    return Token.until(
        authorizedUntil, wallClock.instant(), ticker.getAsLong(), config.tokenNotice());
  }

  private void answer(
      HttpServerRequest request, UploadStream stream, Change newest, OptionalLong lastEventId) {
    Opening opening = Opening.of(newest, lastEventId);
    if (opening == Opening.NOTHING_LEFT) {
      stream.closed();
      nothingLeft(request.response());
      return;
    }
    putHeaders(request.response());
    count(request);
    stream.begin(
        ResponseSink.over(request, config.writeQueueSize(), stream::closed),
        Framing.retry(config.retry().next(random.get())),
        newest,
        opening == Opening.CAUGHT_UP);
    sendAwayIfDraining(stream);
  }

  private void sendAwayIfDraining(EventStream stream) {
    if (draining) {
      stream.drain(drainRetry());
    }
  }

  private static void head(HttpServerResponse response, Opening opening) {
    switch (opening) {
      case NOTHING_LEFT -> nothingLeft(response);
      case SNAPSHOT, CAUGHT_UP -> {
        putHeaders(response);
        response.end();
      }
    }
  }

  private static void nothingLeft(HttpServerResponse response) {
    response.setStatusCode(204).putHeader(HttpHeaders.CACHE_CONTROL, UNTOUCHED).end();
  }

  /**
   * Answers a request with an event stream of the owner's uploads and looks after it until it ends.
   * Call it on the request's event loop. Headers that were set before stay. A {@code HEAD} gets the
   * headers alone.
   *
   * @param picks the uploads to show, as far as they are the owner's; if empty, the newest, and
   *     those that are created later
   * @param authorizedUntil when the caller's token ends, and the stream with it
   * @return fails, with nothing answered, when the uploads cannot be read
   */
  public Future<Void> openMany(
      HttpServerRequest request, OwnerId owner, Set<UploadId> picks, Instant authorizedUntil) {
    if (request.response().closed()) {
      return Future.succeededFuture();
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      putHeaders(request.response());
      return request.response().end();
    }
    LoopStreams here = loops.here();
    var stream =
        new UploadsStream(
            config,
            ticker,
            tally,
            owner,
            token(authorizedUntil),
            here,
            new FromHub(ContextInternal.current(), owner),
            wallClock,
            !picks.isEmpty());
    here.add(stream);
    return show(stream, owner, picks)
        .map(page -> {
          begin(request, stream, page);
          return (Void) null;
        })
        .onFailure(failure -> stream.closed());
  }

  private Future<UploadPage> show(UploadsStream stream, OwnerId owner, Set<UploadId> picks) {
    if (!picks.isEmpty()) {
      return hub.readAll(picks, owner).map(found -> new UploadPage(found, Optional.empty()));
    }
    // Subscribed first, and only then listed what there is: nothing falls between.
    stream.subscribed(hub.subscribe(owner, stream)::cancel);
    return hub.newestOf(owner, UploadsStream.MOST, Optional.empty());
  }

  private void begin(HttpServerRequest request, UploadsStream stream, UploadPage page) {
    if (request.response().closed() || stream.isClosed()) {
      // The reader left while the uploads were read, or the node did.
      stream.closed();
      request.response().reset();
      return;
    }
    putHeaders(request.response());
    count(request);
    stream.begin(
        ResponseSink.over(request, config.writeQueueSize(), stream::closed),
        Framing.retry(config.retry().next(random.get())),
        page.readings(),
        page.next());
    sendAwayIfDraining(stream);
  }

  /** The hub as one stream sees it, from the event loop of its request. */
  private final class FromHub implements UploadsStream.Source {
    private final Context loop;
    private final OwnerId owner;

    FromHub(Context loop, OwnerId owner) {
      this.loop = loop;
      this.owner = owner;
    }

    @Override
    public UploadsStream.Followed follow(Change known, Subscriber subscriber) {
      Hub.Subscribed place = hub.subscribe(known, subscriber);
      return new UploadsStream.Followed(place.newest(), place.subscription()::cancel);
    }

    @Override
    public Future<Optional<Reading>> read(UploadId id) {
      return hub.read(id, 0, owner);
    }

    @Override
    public void soon(Runnable task) {
      loop.runOnContext(turn -> task.run());
    }
  }

  /**
   * Tells a reader that cannot be served now, in a way that an {@code EventSource} survives: it
   * gives up for ever on any other status than 200. Call it on the request's event loop. The answer
   * is whole at once, so it takes nobody's place; where streams end with their connection, so does
   * it: whoever is too many keeps none.
   *
   * @param notBefore the least time after which the reader is to come back
   * @param problemJson the problem that others would get as the body
   */
  public void unavailable(HttpServerRequest request, Duration notBefore, String problemJson) {
    HttpServerResponse response = request.response();
    putHeaders(response);
    Buffer all = Framing.retry(notBefore.plus(config.retry().next(random.get())));
    all.appendBuffer(Framing.event("unavailable", problemJson));
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(all.length()));
    boolean http2 = request.version() == HttpVersion.HTTP_2;
    if (!http2) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    Future<Void> sent =
        request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(all);
    if (!http2) {
      sent.onComplete(done -> request.connection().close());
    }
  }

  private static void putHeaders(HttpServerResponse response) {
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
        .putHeader(HttpHeaders.CACHE_CONTROL, UNTOUCHED)
        .putHeader(X_ACCEL_BUFFERING, NO);
  }

  private Duration drainRetry() {
    return config.drainRetry().next(random.get());
  }

  /**
   * Ends every stream in waves, each with a fresh retry, and from now on every new one at once
   * after its beginning. Any thread.
   *
   * @return completes when the last reader took the end of its stream or was cut, soon after the
   *     time is up
   */
  public Future<Void> drain(Duration over) {
    draining = true;
    List<Future<Void>> all = loops.all().stream().map(loop -> loop.drain(over)).toList();
    return Future.all(all).mapEmpty();
  }

  /** How many streams each event loop has; the loops in no order that means anything. */
  public List<Integer> openByLoop() {
    return loops.all().stream().map(LoopStreams::size).toList();
  }

  /** Streams that were begun over this version of HTTP, since the start. */
  public long begun(HttpVersion over) {
    return Objects.requireNonNull(begun.get(over)).sum();
  }

  private void count(HttpServerRequest request) {
    Objects.requireNonNull(begun.get(request.version())).increment();
  }

  /** How the streams are doing. */
  public StreamCounters counters() {
    return tally;
  }
}
