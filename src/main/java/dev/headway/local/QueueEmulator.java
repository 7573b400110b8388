package dev.headway.local;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.http.scaladsl.Http;
import org.apache.pekko.pattern.Patterns;
import org.elasticmq.NodeAddress;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.actor.queue.QueueEvent;
import org.elasticmq.persistence.sql.DB;
import org.elasticmq.persistence.sql.SqlQueuePersistenceActor;
import org.elasticmq.persistence.sql.SqlQueuePersistenceConfig;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import scala.Option;
import scala.concurrent.Await;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;
import scala.util.Either;
import scalikejdbc.Commons2ConnectionPoolFactory$;
import scalikejdbc.ConnectionPool;
import scalikejdbc.ConnectionPool$;

/**
 * ElasticMQ, with its messages in memory or in a file of H2, an embedded database.
 *
 * <p>Kept messages are put back before the port opens, with their receive counts; one that was in
 * flight becomes visible again when its visibility time-out is over. ElasticMQ's connection to its
 * database is static, so one emulator with a directory may run per JVM at a time.
 */
final class QueueEmulator implements Emulator {
  private static final String DRIVER = "org.h2.Driver";
  private static final Duration RESTORE_WITHIN = Duration.ofSeconds(20);
  private static final FiniteDuration STOP_WITHIN = FiniteDuration.apply(5, TimeUnit.SECONDS);

  /** For requests in flight. Pollers are stopped before this is, so there should be none. */
  private static final FiniteDuration DRAIN = FiniteDuration.apply(300, TimeUnit.MILLISECONDS);

  private final ActorSystem actors;
  private boolean connected;
  private Optional<Http.ServerBinding> binding = Optional.empty();

  private QueueEmulator(ActorSystem actors) {
    this.actors = actors;
  }

  /**
   * Starts it.
   *
   * @param directory where the messages are kept; empty means in memory
   */
  static QueueEmulator start(int port, Optional<Path> directory) throws Exception {
    var emulator = new QueueEmulator(actorSystem());
    try {
      emulator.listen(port, directory);
    } catch (Exception e) {
      emulator.stop();
      throw e;
    }
    return emulator;
  }

  /** Without the JVM hooks of its own: in which order things end is ours to say. */
  private static ActorSystem actorSystem() {
    var ours =
        ConfigFactory.parseString(
            """
            pekko.jvm-shutdown-hooks = off
            pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
            """);
    return ActorSystem.create("elasticmq", ours.withFallback(ConfigFactory.load()));
  }

  private void listen(int port, Optional<Path> directory) throws Exception {
    Option<ActorRef> store =
        directory.isPresent() ? Option.apply(store(directory.get())) : Option.empty();
    var queues =
        actors.actorOf(
            Props.create(
                QueueManagerActor.class, new NowProvider(), StrictSQSLimits$.MODULE$, store));
    if (store.isDefined()) {
      restore(store.get(), queues);
    }
    var builder =
        SQSRestServerBuilder.withActorSystem(actors)
            .withQueueManagerActor(queues)
            .withInterface(LocalConfig.HOST)
            .withPort(port)
            .withServerAddress(new NodeAddress("http", LocalConfig.HOST, port, ""))
            .withAWSRegion(LocalAws.REGION.id()); // otherwise its ARNs say "elasticmq"
    var server = store.isDefined() ? builder.withQueueEventListener(store.get()) : builder;
    binding = Optional.of(server.start().waitUntilStarted());
  }

  private ActorRef store(Path directory) throws SQLException {
    // WRITE_DELAY=0: a message that was accepted survives kill -9 too.
    var url =
        "jdbc:h2:file:%s;DB_CLOSE_ON_EXIT=FALSE;WRITE_DELAY=0"
            .formatted(directory.resolve("messages"));
    var h2 = new SqlQueuePersistenceConfig(true, DRIVER, url, "", "", false);
    connect(h2);
    return actors.actorOf(
        Props.create(
            SqlQueuePersistenceActor.class,
            h2,
            CollectionConverters.asScala(List.of()).toList())); // no queues but the kept ones
  }

  /** ElasticMQ connects at its first start in a JVM and never again: later ones are on us. */
  private void connect(SqlQueuePersistenceConfig h2) throws SQLException {
    if (isConnected()) {
      throw new IllegalStateException("one queue emulator with a directory per JVM at a time");
    }
    connected = true;
    DB.initializeSingleton(h2);
    if (!isConnected()) {
      ConnectionPool.singleton(
          h2.uri(),
          h2.username(),
          h2.password(),
          ConnectionPool.singleton$default$4(),
          Commons2ConnectionPoolFactory$.MODULE$);
    }
    // A file that cannot be opened is known here; the actor would only fall silent.
    ConnectionPool.apply(ConnectionPool.DEFAULT_NAME()).borrow().close();
  }

  private static boolean isConnected() {
    return ConnectionPool.isInitialized(ConnectionPool.DEFAULT_NAME());
  }

  private static void restore(ActorRef store, ActorRef queues) throws Exception {
    var answer =
        Patterns.ask(store, new QueueEvent.Restore(queues), RESTORE_WITHIN)
            .toCompletableFuture()
            .get();
    if (answer instanceof Either<?, ?> either && either.isLeft()) {
      throw new IllegalStateException("the kept queues could not be restored: " + either);
    }
  }

  @Override
  public void stop() throws Exception {
    try {
      if (binding.isPresent()) {
        Await.ready(binding.get().terminate(DRAIN), STOP_WITHIN);
      }
      Await.ready(actors.terminate(), STOP_WITHIN);
    } finally {
      if (connected) {
        // H2 closes its file with the last connection.
        ConnectionPool$.MODULE$.close(ConnectionPool.DEFAULT_NAME());
      }
    }
  }
}
