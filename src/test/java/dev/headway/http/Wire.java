package dev.headway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection on which anything may be sent, also what no client library would. */
final class Wire implements AutoCloseable {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) ");
  private static final int PATIENCE_MILLIS = 10_000;

  private final Socket socket;

  Wire(Socket socket) {
    this.socket = socket;
  }

  static Wire to(int port) throws IOException {
    return to(port, 64 * 1024);
  }

  /**
   * @param receiveBuffer bytes that the kernel takes for a client who does not read
   */
  static Wire to(int port, int receiveBuffer) throws IOException {
    return from(InetAddress.getLoopbackAddress().getHostAddress(), port, receiveBuffer);
  }

  /**
   * The same from another address.
   *
   * @param address of the loopback device
   */
  static Wire from(String address, int port, int receiveBuffer) throws IOException {
    return new Wire(connected(address, port, receiveBuffer));
  }

  /** Over TLS, when the server agrees to speak this protocol. */
  static Wire withTls(SSLContext trust, String address, int port, String protocol)
      throws IOException {
    Socket below = connected(address, port, 64 * 1024);
    try {
      var socket =
          (SSLSocket) trust.getSocketFactory().createSocket(below, "127.0.0.1", port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {protocol});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo(protocol);
      return new Wire(socket);
    } catch (IOException | RuntimeException | AssertionError e) {
      below.close();
      throw e;
    }
  }

  private static Socket connected(String address, int port, int receiveBuffer) throws IOException {
    var socket = new Socket();
    try {
      socket.bind(new InetSocketAddress(address, 0));
      socket.setReceiveBufferSize(receiveBuffer);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  Wire send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Wire send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends as long as the server takes it; false once it does not. */
  boolean offers(String text) {
    return offers(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  boolean offers(byte[] bytes) {
    try {
      send(bytes);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  /** All that comes until the server closes the connection. */
  String untilItsEnd() throws IOException {
    return read(all -> false);
  }

  /** All that comes until this did, or the server closes the connection. */
  String read(String end) throws IOException {
    return read(all -> all.toString(StandardCharsets.UTF_8).contains(end));
  }

  private String read(Predicate<ByteArrayOutputStream> isEnough) throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      int n = 0;
      while (n >= 0) {
        all.write(buffer, 0, n);
        n = isEnough.test(all) ? -1 : socket.getInputStream().read(buffer);
      }
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // A reset is an end, too.
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** Whether the server ends the connection, whatever it says before. */
  boolean isClosedByServer() throws IOException {
    try {
      untilItsEnd();
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  /** The statuses of the answers in what was read. */
  static List<Integer> statuses(String read) {
    return STATUS.matcher(read).results().map(m -> Integer.valueOf(m.group(1))).toList();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
