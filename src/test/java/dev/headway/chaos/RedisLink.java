package dev.headway.chaos;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The only way of one node to Redis, so that this node can be cut off while the others are not.
 * What happens on it, happens on one event loop; the public methods wait for it and belong to other
 * threads.
 */
final class RedisLink {
  /** What the link does. */
  enum Mode {
    /** Carries everything. */
    OPEN,
    /** Has closed every connection and takes no new one. */
    REFUSING,
    /** Takes connections and keeps those it has, but carries nothing until it is open again. */
    STILL,
    /**
     * Carries everything but the changes that other nodes publish. Their heartbeats arrive and
     * vouch for what is lost, so that nothing but the numbers of the frames tells.
     */
    LOSING
  }

  private static final String HOST = "127.0.0.1";
  private static final long SECONDS = 5;

  /** What a frame of the bus begins with; see docs/bus.md. */
  private static final Pattern SENDER = Pattern.compile("\"node\":\"[^\"]+\"");

  private static final String CHANGES = "\"changes\":";

  private final Vertx vertx;
  private final Context loop;
  private final NetClient toRedis;
  private final int redisPort;
  private final int port;

  // Of the event loop.
  private NetServer server;
  private final Set<Pair> pairs = new HashSet<>();
  private Mode mode = Mode.OPEN;
  private String ownFrames = "";

  private record Pair(NetSocket node, NetSocket redis) {}

  RedisLink(Vertx vertx, Context loop, int redisPort) throws Exception {
    this.vertx = vertx;
    this.loop = loop;
    this.redisPort = redisPort;
    this.toRedis = vertx.createNetClient();
    this.server = onLoop(() -> listen(0));
    this.port = server.actualPort();
  }

  int port() {
    return port;
  }

  void become(Mode next) throws Exception {
    var _ = onLoop(() -> change(next));
  }

  private <T> T onLoop(Callable<Future<T>> task) throws Exception {
    Promise<T> done = Promise.promise();
    loop.runOnContext(nothing -> {
      try {
        task.call().onComplete(done);
      } catch (Exception e) {
        done.fail(e);
      }
    });
    return done.future().await(SECONDS, TimeUnit.SECONDS);
  }

  private Future<NetServer> listen(int where) {
    return vertx.createNetServer().connectHandler(this::accept).listen(where, HOST);
  }

  private Future<Void> change(Mode next) {
    Mode before = mode;
    mode = next;
    switch (next) {
      case OPEN, LOSING -> pairs.forEach(RedisLink::resume);
      case STILL -> pairs.forEach(RedisLink::pause);
      case REFUSING -> {
        Set.copyOf(pairs).forEach(RedisLink::close);
        return server.close();
      }
    }
    return before == Mode.REFUSING
        ? listen(port)
            .map(again -> {
              server = again;
              return null;
            })
        : Future.succeededFuture();
  }

  private void accept(NetSocket node) {
    node.pause();
    toRedis
        .connect(redisPort, HOST)
        .onFailure(refused -> node.close())
        .onSuccess(redis -> join(new Pair(node, redis)));
  }

  private void join(Pair pair) {
    var frames = new RespFrames();
    pair.node.handler(bytes -> {
      learn(bytes);
      var _ = pair.redis.write(bytes);
    });
    pair.redis.handler(bytes -> frames.feed(bytes).forEach(frame -> pass(frame, pair.node)));
    // The close that follows is all that matters; without these each is an error in the log.
    pair.node.exceptionHandler(broken -> {});
    pair.redis.exceptionHandler(broken -> {});
    pair.node.closeHandler(gone -> leave(pair));
    pair.redis.closeHandler(gone -> leave(pair));
    pairs.add(pair);
    switch (mode) {
      case OPEN, LOSING -> resume(pair);
      case STILL -> pause(pair);
      case REFUSING -> close(pair);
    }
  }

  private void learn(Buffer published) {
    Matcher sender = SENDER.matcher(published.toString());
    if (sender.find()) {
      ownFrames = sender.group();
    }
  }

  private void pass(Buffer frame, NetSocket node) {
    if (mode != Mode.LOSING || !RespFrames.isMessage(frame) || !isOthersChange(frame.toString())) {
      var _ = node.write(frame);
    }
  }

  private boolean isOthersChange(String frame) {
    return frame.contains(CHANGES) && !frame.contains(ownFrames);
  }

  private void leave(Pair pair) {
    if (pairs.remove(pair)) {
      close(pair);
    }
  }

  private static void pause(Pair pair) {
    pair.node.pause();
    pair.redis.pause();
  }

  private static void resume(Pair pair) {
    pair.node.resume();
    pair.redis.resume();
  }

  private static void close(Pair pair) {
    pair.node.close();
    pair.redis.close();
  }
}
