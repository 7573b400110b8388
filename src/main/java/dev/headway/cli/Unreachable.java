package dev.headway.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/** Says why there was no answer; the JDK's own messages are often empty, or class names. */
final class Unreachable {
  private Unreachable() {}

  static CommandFailure failure(URI base, IOException e) {
    return CommandFailure.noAnswer(
        "The service at " + base + " cannot be reached: " + reason(e) + ".");
  }

  static String reason(IOException e) {
    return switch (e) {
      case HttpConnectTimeoutException _ -> "nothing answers at this address";
      case HttpTimeoutException _ -> "it did not answer in time";
      case ConnectException c when caused(c, UnresolvedAddressException.class) ->
          "there is no such host";
      case ConnectException _ -> "nothing listens there (start it with ./headway local)";
      case SSLException _ -> "no secure connection could be made";
      default -> e.getMessage() == null ? "the connection broke" : e.getMessage();
    };
  }

  private static boolean caused(Throwable e, Class<? extends Throwable> type) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
