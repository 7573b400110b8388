package dev.headway.cli;

import static dev.headway.cli.Finding.said;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** What lies below HTTP: the name, the port, the certificate. Blocking; for one thread. */
final class WayThere {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

  /** Certificates are renewed a month before; whoever has less left has a renewal that failed. */
  private static final Duration RENEWED_BEFORE = Duration.ofDays(14);

  private final URI base;
  private final SSLContext tls;
  private final InstantSource clock;
  private final List<Finding> findings = new ArrayList<>();
  private InetAddress[] addresses = {};

  WayThere(URI base, SSLContext tls, InstantSource clock) {
    this.base = base;
    this.tls = tls;
    this.clock = clock;
  }

  /** Looks as far as the way goes. */
  List<Finding> look() {
    findAddresses();
    if (addresses.length > 0) {
      Optional<InetAddress> answering = connect();
      if (answering.isPresent() && isSecure()) {
        handshake(answering.get());
      }
    }
    return List.copyOf(findings);
  }

  /** Whether the service is on this machine, as far as is known by now. */
  boolean isLoopback() {
    return addresses.length > 0
        && Arrays.stream(addresses).allMatch(InetAddress::isLoopbackAddress);
  }

  private boolean isSecure() {
    return "https".equalsIgnoreCase(base.getScheme());
  }

  private String host() {
    String host = base.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host; // of IPv6
  }

  private int port() {
    return base.getPort() >= 0 ? base.getPort() : isSecure() ? 443 : 80;
  }

  private void findAddresses() {
    try {
      addresses = InetAddress.getAllByName(host());
      String all =
          Arrays.stream(addresses)
              .map(InetAddress::getHostAddress)
              .collect(Collectors.joining(", "));
      findings.add(Finding.ok("address", all.equals(host()) ? all : host() + " is " + all));
    } catch (UnknownHostException _) {
      findings.add(Finding.problem("address", Ailment.UNREACHABLE, "there is no host " + host()));
    }
  }

  private Optional<InetAddress> connect() {
    Optional<InetAddress> answering = Optional.empty();
    Duration took = Duration.ZERO;
    var silent = new ArrayList<String>();
    for (InetAddress address : addresses) {
      long start = System.nanoTime();
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, port()), (int) CONNECT_WITHIN.toMillis());
        if (answering.isEmpty()) {
          took = Duration.ofNanos(System.nanoTime() - start);
          answering = Optional.of(address);
        }
      } catch (IOException e) {
        silent.add(address.getHostAddress() + " (" + Unreachable.reason(e) + ")");
      }
    }
    if (answering.isEmpty()) {
      findings.add(
          Finding.problem(
              "connection",
              Ailment.UNREACHABLE,
              "nobody answers at port " + port() + " of " + String.join(", ", silent)));
    } else if (!silent.isEmpty()) {
      findings.add(
          Finding.note(
              "connection",
              Ailment.UNREACHABLE,
              "nobody answers at port " + port() + " of " + String.join(", ", silent)));
    } else {
      findings.add(Finding.ok("connection", "port " + port() + " answers after " + said(took)));
    }
    return answering;
  }

  private void handshake(InetAddress address) {
    try (SSLSocket socket = secured(address, tls, true)) {
      var certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      Duration left = Duration.between(clock.instant(), certificate.getNotAfter().toInstant());
      String words = socket.getSession().getProtocol() + ", ends in " + said(left);
      findings.add(
          left.compareTo(RENEWED_BEFORE) < 0
              ? Finding.note("certificate", Ailment.CERTIFICATE, words)
              : Finding.ok("certificate", words));
      findings.add(
          "h2".equals(socket.getApplicationProtocol())
              ? Finding.ok("HTTP/2", "is spoken")
              : Finding.note("HTTP/2", Ailment.HTTP1_ONLY, "is not spoken, only HTTP/1.1"));
    } catch (SSLException e) {
      String why = whatIsWrong(address).orElse("no secure connection: " + e.getMessage());
      findings.add(Finding.problem("certificate", Ailment.CERTIFICATE, Printable.of(why)));
    } catch (IOException e) {
      findings.add(
          Finding.problem(
              "certificate",
              Ailment.UNREACHABLE,
              "the handshake breaks: " + Unreachable.reason(e)));
    }
  }

  private SSLSocket secured(InetAddress address, SSLContext context, boolean verified)
      throws IOException {
    var plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(address, port()), (int) CONNECT_WITHIN.toMillis());
      plain.setSoTimeout((int) CONNECT_WITHIN.toMillis());
      var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host(), port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      if (verified) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
      }
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  /** Looks at the certificate that was refused; nothing is ever sent on such a connection. */
  private Optional<String> whatIsWrong(InetAddress address) {
    try (SSLSocket socket = secured(address, trustingAnybody(), false)) {
      Certificate[] chain = socket.getSession().getPeerCertificates();
      var certificate = (X509Certificate) chain[0];
      Instant now = clock.instant();
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        return Optional.of("it ended at " + certificate.getNotAfter().toInstant());
      }
      if (now.isBefore(certificate.getNotBefore().toInstant())) {
        return Optional.of("it begins only at " + certificate.getNotBefore().toInstant());
      }
      List<String> names = names(certificate);
      if (names.stream().noneMatch(this::covers)) {
        return Optional.of(
            "it is for "
                + (names.isEmpty() ? "no name" : String.join(", ", names))
                + ", not for "
                + host());
      }
      boolean selfSigned =
          certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
      return Optional.of(
          selfSigned
              ? "it signs itself, and nobody trusts it (--cacert FILE does)"
              : "nobody here trusts who signed it: "
                  + certificate.getIssuerX500Principal().getName()
                  + (chain.length == 1 ? "; an intermediate certificate may be missing" : ""));
    } catch (IOException | GeneralSecurityException _) {
      return Optional.empty();
    }
  }

  private boolean covers(String name) {
    String host = host();
    int dot = host.indexOf('.');
    return name.equalsIgnoreCase(host)
        || (name.startsWith("*.")
            && dot > 0
            && name.substring(1).equalsIgnoreCase(host.substring(dot)));
  }

  private static List<String> names(X509Certificate certificate)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names == null
        ? List.of()
        : names.stream()
            .map(name -> name.get(1))
            .filter(String.class::isInstance)
            .map(String.class::cast)
            .toList();
  }

  /** What the machine trusts, and the certificates in the file. */
  static SSLContext trusting(Optional<Path> file) throws CommandFailure {
    try {
      if (file.isEmpty()) {
        return SSLContext.getDefault();
      }
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      try (InputStream pem = Files.newInputStream(file.get())) {
        int n = 0;
        for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
          store.setCertificateEntry("given-" + n++, each);
        }
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return context(trust.getTrustManagers());
    } catch (IOException | GeneralSecurityException _) {
      throw CommandFailure.usage("--cacert is a file of certificates (PEM).");
    }
  }

  private static SSLContext context(TrustManager... trust) throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust, new SecureRandom());
    return context;
  }

  private static SSLContext trustingAnybody() throws GeneralSecurityException {
    return context(new Anybody());
  }

  /** Only to read a certificate that was refused already. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
