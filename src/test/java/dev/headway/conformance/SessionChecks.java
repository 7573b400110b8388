package dev.headway.conformance;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sessions: the token as a cookie, for pages of the server's own origin. What a browser would do
 * with it is done here by hand, by own pages and by others.
 */
final class SessionChecks {
  private static final String PROOF = "Proving who asks";
  private static final String SESSION = "Proving who asks: A session";

  /** What a browser sends with a request of an own page. */
  private static final String SITE = "Sec-Fetch-Site";

  private SessionChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            "session.begin",
            SESSION,
            "A session is a cookie that no script reads, no other site sends, and that ends with"
                + " the token",
            SessionChecks::begin),
        new Check(
            "session.reads",
            SESSION,
            "With the cookie its user's own pages read and stream",
            SessionChecks::reads),
        new Check(
            "session.acts",
            SESSION,
            "With the cookie and their Origin own pages act",
            SessionChecks::acts),
        new Check(
            "session.foreign",
            SESSION,
            "A page of another origin reads nothing with the cookie",
            SessionChecks::foreignReads),
        new Check(
            "session.csrf",
            SESSION,
            "A page of another origin, or of none, changes nothing with the cookie",
            SessionChecks::foreignActs),
        new Check(
            "session.end",
            SESSION,
            "DELETE takes the cookie out, at the word of an own page alone",
            SessionChecks::end),
        new Check(
            "proof.order",
            PROOF,
            "The header comes first, then the ticket, then the cookie, and what is no proof is"
                + " refused",
            SessionChecks::order));
  }

  /**
   * A session of a user.
   *
   * @param cookie name and value, as a browser sends them
   * @param at when it was set, by the server's clock
   */
  record Session(String cookie, Map<String, String> attributes, Instant at) {}

  /** Begins one; skips where there are none. */
  static Session of(Probe probe, String token) throws IOException {
    Answer answer = probe.ask(Probe.as(token, Ask.of("POST", "/session")));
    probe.requireOffered(answer, "sessions (POST /session)");
    if (answer.status() == 400) {
      throw new Check.Skip("the token fits into no cookie: " + answer.json().path("detail"));
    }
    probe.requireStatus(answer, 204);
    probe.requireHeader(answer.head(), "Cache-Control", "no-store");
    return cookie(probe, answer);
  }

  private static Session of(Probe probe) throws IOException {
    return of(probe, probe.target().token());
  }

  private static Session cookie(Probe probe, Answer answer) {
    List<String> set = answer.head().headers().getOrDefault("Set-Cookie", List.of());
    probe.require(set.size() == 1, "there are " + set.size() + " Set-Cookie, not one");
    List<String> parts = new ArrayList<>(List.of(set.getFirst().split(" *; *", -1)));
    String cookie = parts.removeFirst();
    Map<String, String> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String part : parts) {
      int equals = part.indexOf('=');
      attributes.put(
          equals < 0 ? part : part.substring(0, equals),
          equals < 0 ? "" : part.substring(equals + 1));
    }
    return new Session(cookie, attributes, answer.head().date());
  }

  private static void begin(Probe probe) throws IOException {
    Session session = of(probe);
    Map<String, String> attributes = session.attributes();
    probe.require(attributes.containsKey("HttpOnly"), "scripts can read the cookie: no HttpOnly");
    probe.require(
        attributes.getOrDefault("SameSite", "").equalsIgnoreCase("Strict"),
        "other sites send the cookie: SameSite is not Strict");
    probe.require(attributes.getOrDefault("Path", "").equals("/"), "its Path is not /");
    probe.require(!attributes.containsKey("Domain"), "it goes to other hosts as well: Domain");
    if (probe.target().isSecure()) {
      probe.require(attributes.containsKey("Secure"), "it goes over plain HTTP: no Secure");
      probe.require(session.cookie().startsWith("__Host-"), "its name does not begin with __Host-");
    }
    long life = seconds(probe, attributes);
    Probe.endOf(probe.target().token())
        .map(end -> Duration.between(session.at(), end).toSeconds())
        .ifPresent(left ->
            probe.require(
                Math.abs(life - left) <= 5,
                "the cookie lives for " + life + " s, and the token for " + left + " s"));
    probe.requireProblem(probe.ask(Ask.of("POST", "/session")), 401, "UNAUTHORIZED");
    Answer forged = probe.ask(Probe.as("a.b.c", Ask.of("POST", "/session")));
    probe.requireProblem(forged, 401, "INVALID_TOKEN", "UNAUTHORIZED");
    probe.require(forged.header("Set-Cookie").isEmpty(), "a token that is none became a session");
  }

  private static long seconds(Probe probe, Map<String, String> attributes) {
    String text = attributes.getOrDefault("Max-Age", "");
    probe.require(text.matches("-?[0-9]{1,10}"), "the cookie has no Max-Age");
    return Long.parseLong(text);
  }

  /** The server's own origin, as a browser writes it. */
  private static String ownOrigin(Probe probe) {
    URI base = probe.target().base();
    boolean usual = base.getPort() < 0 || base.getPort() == (probe.target().isSecure() ? 443 : 80);
    String origin = base.getScheme() + "://" + base.getHost();
    return (usual ? origin : origin + ":" + base.getPort()).toLowerCase(Locale.ROOT);
  }

  private static Ask with(Session session, Ask ask) {
    return ask.with("Cookie", "theme=dark; " + session.cookie());
  }

  private static Ask fromOwnPage(Probe probe, Session session, Ask ask) {
    return with(session, ask).with("Origin", ownOrigin(probe)).with(SITE, "same-origin");
  }

  private static void reads(Probe probe) throws IOException {
    Session session = of(probe);
    String id = probe.uploads().fresh(probe);
    String path = "/status/" + id;
    String hint = ": does something in front change Host?";
    for (Ask ask :
        List.of(
            with(session, Ask.get(path)),
            with(session, Ask.get(path)).with(SITE, "none"), // typed by hand
            with(session, Ask.get(path)).with(SITE, "same-origin"),
            fromOwnPage(probe, session, Ask.get(path)))) {
      Answer answer = probe.ask(ask);
      probe.require(answer.status() == 200, "an own page's poll gets " + answer.status() + hint);
      probe.require(answer.json().path("uploadId").asText().equals(id), "it is another record");
    }
    for (String stream : List.of(path, path + "/events", "/status")) {
      Ask ask = fromOwnPage(probe, session, Ask.get(stream, "Accept", Probe.EVENT_STREAM));
      try (Stream opened = probe.open(ask)) {
        probe.requireStatus(opened.head(), 200);
        probe.require(
            opened.awaitEvent(Probe.SOON, event -> event.type().equals("status")),
            "no event came by cookie");
      }
    }
  }

  private static void acts(Probe probe) throws IOException {
    Session session = of(probe);
    String id = probe.uploads().fresh(probe);
    Answer created =
        probe.ask(fromOwnPage(probe, session, Uploads.declaration("by-cookie.csv", 10)));
    probe.requireStatus(created, 201);
    Ask cancel = Ask.of("POST", "/status/" + id + "/cancel");
    // Not every browser sends Sec-Fetch-Site; every one sends Origin.
    Answer cancelled = probe.ask(with(session, cancel).with("Origin", ownOrigin(probe)));
    probe.requireStatus(cancelled, 200);
    probe.require(
        cancelled.json().path("status").asText().equals("cancelled"), "it is not cancelled");
  }

  /** What browsers send with requests of pages elsewhere. */
  private static List<Ask> fromElsewhere(Probe probe, Ask ask) {
    String own = ownOrigin(probe);
    return List.of(
        ask.with("Origin", "https://conformance.invalid").with(SITE, "cross-site"),
        ask.with("Origin", "https://conformance.invalid"),
        ask.with("Origin", "null"),
        ask.with("Origin", own + ".conformance.invalid"),
        ask.with("Origin", own.replace("://", "://other.")).with(SITE, "same-site"),
        ask.with("Origin", own).with(SITE, "same-site"),
        ask.with(SITE, "cross-site"),
        ask.with(SITE, "same-site"));
  }

  private static void foreignReads(Probe probe) throws IOException {
    Session session = of(probe);
    String path = "/status/" + probe.uploads().fresh(probe);
    for (Ask ask : fromElsewhere(probe, with(session, Ask.get(path)))) {
      Answer answer = probe.requireProblem(probe.ask(ask), 403, "ORIGIN_NOT_ALLOWED");
      probe.require(
          answer.header("Access-Control-Allow-Credentials").isEmpty(),
          "pages of other origins may send the cookie: Access-Control-Allow-Credentials");
      Ask stream = ask.with("Accept", Probe.EVENT_STREAM);
      try (Stream opened = probe.open(stream)) {
        probe.requireStatus(opened.head(), 403);
      }
    }
    Ask preflight =
        Ask.of(
            "OPTIONS",
            path,
            "Origin",
            probe.target().origin().orElse("https://conformance.invalid"),
            "Access-Control-Request-Method",
            "GET");
    probe.require(
        probe.ask(preflight).header("Access-Control-Allow-Credentials").isEmpty(),
        "a preflight allows credentials");
  }

  private static void foreignActs(Probe probe) throws IOException {
    Session session = of(probe);
    String id = probe.uploads().fresh(probe);
    Ask cancel = with(session, Ask.of("POST", "/status/" + id + "/cancel"));
    List<Ask> all = new ArrayList<>(fromElsewhere(probe, cancel));
    all.add(cancel); // no page at all: no browser sends that
    all.add(with(session, Uploads.declaration("by-nobody.csv", 10)));
    all.add(
        with(session, Uploads.declaration("by-others.csv", 10))
            .with("Origin", "https://conformance.invalid"));
    all.add(with(session, Ask.of("POST", "/status/" + id + "/ticket")).with(SITE, "same-site"));
    for (Ask ask : all) {
      probe.requireProblem(probe.ask(ask), 403, "ORIGIN_NOT_ALLOWED");
    }
    probe.require(
        probe.get("/status/" + id).version() == 1,
        "403 was answered, and it was done all the same");
  }

  private static void end(Probe probe) throws IOException {
    Session session = of(probe);
    Ask end = with(session, Ask.of("DELETE", "/session"));
    Answer refused = probe.ask(end.with("Origin", "https://conformance.invalid"));
    probe.requireProblem(refused, 403, "ORIGIN_NOT_ALLOWED");
    probe.require(refused.header("Set-Cookie").isEmpty(), "any page can end a session");
    Answer answer = probe.ask(end.with("Origin", ownOrigin(probe)).with(SITE, "same-origin"));
    probe.requireStatus(answer, 204);
    probe.requireHeader(answer.head(), "Cache-Control", "no-store");
    Session none = cookie(probe, answer);
    probe.require(nameOf(none).equals(nameOf(session)), "the cookie that is taken out is another");
    probe.require(
        none.attributes().getOrDefault("Path", "").equals("/"), "browsers keep it: another Path");
    probe.require(seconds(probe, none.attributes()) <= 0, "browsers keep it: Max-Age is not 0");
    Ask wrong = Ask.get("/status", "Cookie", nameOf(session) + "=a.b.c");
    probe.requireProblem(probe.ask(wrong), 401, "INVALID_TOKEN", "UNAUTHORIZED");
  }

  private static String nameOf(Session session) {
    return session.cookie().replaceFirst("=.*", "");
  }

  private static void order(Probe probe) throws IOException {
    Session session = of(probe);
    String id = probe.uploads().fresh(probe);
    String ticket = TicketChecks.of(probe, probe.target().token(), id);
    Ask byTicket = TicketChecks.stream(id, ticket);
    Ask byCookie = with(session, Ask.get("/status/" + id));
    Ask byWrongTicket = TicketChecks.stream(id, "none");
    for (Ask ask :
        List.of(
            Probe.as("none", byTicket), Probe.as("none", byCookie), with(session, byWrongTicket))) {
      try (Stream stream = probe.open(ask)) {
        Answer answer = stream.whole(Duration.ofSeconds(2));
        probe.requireProblem(answer, 401, "INVALID_TOKEN", "UNAUTHORIZED");
      }
    }
    try (Stream stream = probe.open(probe.mine(byWrongTicket))) {
      probe.requireStatus(stream.head(), 200);
    }
    // Who shows the header needs no origin: no browser adds it by itself.
    Ask withBoth = probe.mine(byCookie).with(SITE, "cross-site");
    probe.requireStatus(probe.ask(withBoth), 200);
  }
}
