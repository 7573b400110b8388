package dev.headway.local;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/**
 * Looks whether ports are free before anything starts, because each emulator tells of a taken port
 * in its own way, and late.
 */
public final class Ports {
  private static final int BACKLOG = 1;

  private Ports() {}

  /**
   * Throws {@link CannotStartException} for the first port of the whole stack that is taken, the
   * service's own among them.
   */
  public static void requireFree(LocalConfig config) {
    requireFree(config.port(), "Headway itself");
    requireFreeForEmulators(config);
    requireFree(config.modelPort(), "the stand-in for the language model");
  }

  static void requireFreeForEmulators(LocalConfig config) {
    Map.of(
            config.dynamoDbPort(), "DynamoDB Local",
            config.sqsPort(), "ElasticMQ (SQS)",
            config.s3Port(), "S3Proxy (S3)")
        .entrySet()
        .stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(wanted -> requireFree(wanted.getKey(), wanted.getValue()));
  }

  static void requireFree(int port, String wantedBy) {
    try (var probe = new ServerSocket(port, BACKLOG, InetAddress.ofLiteral(LocalConfig.HOST))) {
      // Bound, hence free. SO_REUSEADDR is Java's default here: connections of a stack that has
      // just ended, still in TIME_WAIT, do not count as taken.
      assert probe.isBound();
    } catch (BindException e) {
      throw taken(port, wantedBy, e);
    } catch (IOException e) {
      throw new CannotStartException("Port %d cannot be used.".formatted(port), e);
    }
  }

  static CannotStartException taken(int port, String wantedBy, Throwable cause) {
    return new CannotStartException(
        "Port %d is taken, and %s needs it: end what uses it, or choose another range with --port."
            .formatted(port, wantedBy),
        cause);
  }
}
