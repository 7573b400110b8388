package dev.headway.local;

import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local behind a Jetty of our own: its own server binds every interface, has no option for
 * it, and reports its use to its maker unless told not to.
 */
final class DynamoDbEmulator implements Emulator {
  /** sqlite4java tells every opening and closing of a file. Held here: the JDK's are weak. */
  private static final Logger SQLITE = Logger.getLogger("com.almworks.sqlite4java");

  private final Server server;
  private final LocalDynamoDBServerHandler handler;

  private DynamoDbEmulator(Server server, LocalDynamoDBServerHandler handler) {
    this.server = server;
    this.handler = handler;
  }

  /**
   * Starts it.
   *
   * @param directory where the tables are kept; empty means in memory
   */
  static DynamoDbEmulator start(int port, Optional<Path> directory) throws Exception {
    SQLITE.setLevel(Level.WARNING);
    var handler = new LocalDynamoDBServerHandler(tables(directory), null); // null: no CORS
    var threads = new QueuedThreadPool();
    threads.setName("dynamodb-local");
    var server = new Server(threads);
    var connector = new ServerConnector(server);
    connector.setHost(LocalConfig.HOST);
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(new ContextHandler(handler));
    var emulator = new DynamoDbEmulator(server, handler);
    try {
      server.start();
    } catch (Exception e) {
      emulator.stop();
      throw e;
    }
    return emulator;
  }

  private static LocalDynamoDBRequestHandler tables(Optional<Path> directory) {
    boolean inMemory = directory.isEmpty();
    boolean sharedByAllKeysAndRegions = true;
    boolean delayTransientStates = false;
    return new LocalDynamoDBRequestHandler(
        0,
        inMemory,
        directory.map(Path::toString).orElse(null),
        sharedByAllKeysAndRegions,
        delayTransientStates);
  }

  @Override
  public void stop() throws Exception {
    server.stop();
    handler.close();
  }
}
