package dev.headway.local;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the local stack listens and what it keeps. The service has {@code port}; the emulators and
 * the stand-in for the model have the four ports after it. Everything is on 127.0.0.1.
 *
 * @param data the directory that outlives a restart; without one, nothing does
 */
public record LocalConfig(int port, Optional<Path> data) {
  public static final int DEFAULT_PORT = 8080;

  /** The only address that anything of the local stack binds. */
  public static final String HOST = "127.0.0.1";

  private static final int PORTS_AFTER_IT = 4;
  private static final int LAST_PORT = 65_535;

  public LocalConfig {
    if (port < 1 || port > LAST_PORT - PORTS_AFTER_IT) {
      throw new IllegalArgumentException(
          "the port is 1 to %d, because the %d after it are used too, not %d"
              .formatted(LAST_PORT - PORTS_AFTER_IT, PORTS_AFTER_IT, port));
    }
    data = data.map(directory -> directory.toAbsolutePath().normalize());
  }

  public int dynamoDbPort() {
    return port + 1;
  }

  public int sqsPort() {
    return port + 2;
  }

  public int s3Port() {
    return port + 3;
  }

  public int modelPort() {
    return port + 4;
  }

  public URI dynamoDb() {
    return at(dynamoDbPort());
  }

  public URI sqs() {
    return at(sqsPort());
  }

  public URI s3() {
    return at(s3Port());
  }

  public URI model() {
    return at(modelPort());
  }

  private static URI at(int port) {
    return URI.create("http://" + HOST + ":" + port);
  }
}
