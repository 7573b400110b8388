package dev.headway.conformance;

import static dev.headway.conformance.PlantedFaults.STATUS;
import static dev.headway.conformance.PlantedFaults.asking;
import static dev.headway.conformance.PlantedFaults.plant;
import static dev.headway.conformance.PlantedFaults.telling;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Servers that are wrong about who asks: tickets, sessions, and what is told where none is let in.
 */
final class ProofFaults {
  private static final String FOREVER = "9999-01-01T00:00:00Z";

  private ProofFaults() {}

  static void all(List<PlantedFaults.Planted> all) {
    tickets(all);
    sessions(all);
    order(all);
    unavailable(all);
  }

  /**
   * A server that takes more for proof than it should: it gives such a request the header of
   * whoever showed one last, or got that ticket.
   */
  private static Fault lettingIn(Predicate<Fault.Asked> isLetIn) {
    Map<String, String> known = new HashMap<>();
    return new Fault(
        asked -> {
          synchronized (known) {
            asked.header("Authorization").ifPresent(shown -> known.put("", shown));
            String shown = known.get(known.containsKey(ticket(asked)) ? ticket(asked) : "");
            return shown != null && isLetIn.test(asked)
                ? withoutTicket(asked).with("Authorization", shown)
                : asked;
          }
        },
        (asked, told) -> {
          String ticket = Answer.json(told.body()).path("ticket").asText();
          if (!ticket.isEmpty()) {
            synchronized (known) {
              known.put(ticket, asked.header("Authorization").orElse(""));
            }
          }
          return told;
        },
        Fault.NONE.stream(),
        true,
        false,
        false);
  }

  private static boolean hasTicket(Fault.Asked asked) {
    return asked.target().contains("ticket=");
  }

  private static String ticket(Fault.Asked asked) {
    return hasTicket(asked) ? asked.target().replaceFirst(".*[?&]ticket=([^&]*).*", "$1") : "";
  }

  private static Fault.Asked withoutTicket(Fault.Asked asked) {
    return asked.to(asked.target().replaceFirst("ticket=[^&]*&?", "").replaceFirst("[?]$", ""));
  }

  private static boolean isStream(Fault.Asked asked) {
    return asked.header("Accept").orElse("").equals(Probe.EVENT_STREAM)
        || asked.target().contains("/events");
  }

  private static Fault.Told inTicket(Fault.Told told, UnaryOperator<String> change) {
    String ticket = Answer.json(told.body()).path("ticket").asText();
    return ticket.isEmpty() ? told : told.with(body -> body.replace(ticket, change.apply(ticket)));
  }

  private static void tickets(List<PlantedFaults.Planted> all) {
    telling(
        all,
        "ticket.issue",
        "a ticket may be kept",
        (asked, told) ->
            asked.is("POST", STATUS + "/ticket") ? told.with("Cache-Control", "private") : told);
    telling(
        all,
        "ticket.issue",
        "a ticket breaks an address",
        (asked, told) -> inTicket(told, ticket -> "&" + ticket.substring(1)));
    telling(
        all,
        "ticket.issue",
        "the token itself is the ticket",
        (asked, told) ->
            inTicket(
                told, ticket -> asked.header("Authorization").orElse("").replace("Bearer ", "")));
    telling(
        all,
        "ticket.issue",
        "a ticket says that it never ends",
        (asked, told) ->
            told.with(body ->
                body.replaceFirst(
                    "\"expiresAt\":\"[^\"]*\"(?=})", "\"expiresAt\":\"" + FOREVER + "\"")));
    asking(
        all,
        "ticket.opens",
        "tickets open nothing",
        asked -> hasTicket(asked) ? withoutTicket(asked) : asked);
    Set<String> used = new HashSet<>();
    asking(
        all,
        "ticket.opens",
        "a ticket is good for one stream",
        asked -> {
          synchronized (used) {
            return hasTicket(asked) && !used.add(ticket(asked)) ? withoutTicket(asked) : asked;
          }
        });
    asking(
        all,
        "ticket.opens",
        "by ticket nobody can resume",
        asked ->
            hasTicket(asked)
                ? asked
                    .without("Last-Event-ID")
                    .to(asked.target().replaceFirst("&lastEventId=.*", ""))
                : asked);
    plant(
        all,
        "ticket.only",
        "a ticket is good for polls",
        lettingIn(asked -> hasTicket(asked) && asked.is("GET", STATUS) && !isStream(asked)));
    plant(
        all,
        "ticket.only",
        "a ticket is good for the stream of all",
        lettingIn(asked -> hasTicket(asked) && asked.is("GET", "/status") && isStream(asked)));
    plant(
        all,
        "ticket.only ticket.whole",
        "any ticket opens any stream",
        lettingIn(asked -> hasTicket(asked) && asked.is("GET", STATUS) && isStream(asked)));
    plant(
        all,
        "ticket.only",
        "a ticket may cancel",
        lettingIn(asked -> hasTicket(asked) && asked.is("POST", STATUS + "/cancel")));
    plant(
        all,
        "ticket.only",
        "a ticket buys another",
        lettingIn(asked -> hasTicket(asked) && asked.is("POST", STATUS + "/ticket")));
    plant(
        all,
        "ticket.whole",
        "the first of two tickets counts",
        lettingIn(asked -> asked.target().matches(".*ticket=.+&ticket=.*")));
    telling(
        all,
        "ticket.quiet",
        "a refusal repeats the whole address",
        (asked, told) ->
            told.with(body ->
                body.replaceFirst(
                    "\"instance\":\"[^\"]*\"", "\"instance\":\"" + asked.target() + "\"")));
    telling(
        all,
        "ticket.quiet",
        "a header repeats the whole address",
        (asked, told) -> told.with("Content-Location", asked.target()));
    plant(
        all,
        "ticket.quiet",
        "a stream begins with its address",
        Fault.streaming(asked -> block -> ":" + asked.target() + "\n" + block));
    plant(all, "ticket.end", "a stream outlives its ticket", Fault.goingOn());
  }

  private static Fault ofSession(String method, UnaryOperator<String> setCookie) {
    return Fault.telling((asked, told) -> {
      if (asked.is(method, "/session")) {
        told.headers().computeIfPresent("Set-Cookie", (name, value) -> setCookie.apply(value));
      }
      return told;
    });
  }

  private static boolean hasCookie(Fault.Asked asked) {
    return asked.header("Cookie").orElse("").contains("session=")
        && asked.header("Authorization").isEmpty();
  }

  private static String ownOrigin(Fault.Asked asked) {
    return "http://" + asked.header("Host").orElse("");
  }

  private static void sessions(List<PlantedFaults.Planted> all) {
    plant(
        all,
        "session.begin",
        "scripts read the cookie",
        ofSession("POST", cookie -> cookie.replace("; HTTPOnly", "")));
    plant(
        all,
        "session.begin",
        "other sites' links send the cookie",
        ofSession("POST", cookie -> cookie.replace("Strict", "Lax")));
    plant(
        all,
        "session.begin",
        "the cookie goes to sibling hosts",
        ofSession("POST", cookie -> cookie + "; Domain=example.com"));
    plant(
        all,
        "session.begin session.end",
        "the cookie never ends",
        Fault.telling((asked, told) -> {
          told.headers()
              .computeIfPresent(
                  "Set-Cookie", (n, v) -> v.replaceFirst("Max-Age=[0-9]+", "Max-Age=31536000"));
          return told;
        }));
    telling(
        all,
        "session.begin",
        "anything becomes a session",
        (asked, told) ->
            asked.is("POST", "/session") && told.status() == 401
                ? told.as(204).with("Set-Cookie", "headway-session=a.b.c; Path=/; Max-Age=3600")
                : told);
    asking(
        all, "session.reads session.acts", "cookies are ignored", asked -> asked.without("Cookie"));
    asking(
        all,
        "session.reads",
        "who names an origin is foreign",
        asked -> hasCookie(asked) ? asked.with("Origin", "https://own.example.com") : asked);
    asking(
        all,
        "session.acts",
        "whoever does not send Sec-Fetch-Site is foreign",
        asked ->
            hasCookie(asked) && asked.header("Sec-Fetch-Site").isEmpty()
                ? asked.with("Sec-Fetch-Site", "cross-site")
                : asked);
    asking(
        all,
        "session.foreign",
        "any page reads with the cookie",
        asked ->
            hasCookie(asked) && asked.method().equals("GET")
                ? asked.without("Origin").without("Sec-Fetch-Site")
                : asked);
    asking(
        all,
        "session.foreign session.csrf",
        "the page of a sibling host is an own one",
        asked ->
            asked.header("Sec-Fetch-Site").orElse("").equals("same-site")
                ? asked.with("Sec-Fetch-Site", "same-origin").with("Origin", ownOrigin(asked))
                : asked);
    asking(
        all,
        "session.foreign session.csrf",
        "an origin that begins like the own one is the own one",
        asked ->
            asked.header("Origin").orElse("").startsWith(ownOrigin(asked))
                ? asked.with("Origin", ownOrigin(asked))
                : asked);
    telling(
        all,
        "session.foreign",
        "pages elsewhere may send the cookie",
        (asked, told) -> told.with("Access-Control-Allow-Credentials", "true"));
    asking(
        all,
        "session.csrf",
        "who names no origin acts",
        asked ->
            hasCookie(asked) && asked.header("Origin").isEmpty()
                ? asked.with("Origin", ownOrigin(asked))
                : asked);
    asking(
        all,
        "session.csrf session.end",
        "any page acts with the cookie",
        asked ->
            hasCookie(asked) && !asked.method().equals("GET")
                ? asked.with("Origin", ownOrigin(asked)).without("Sec-Fetch-Site")
                : asked);
    plant(
        all,
        "session.end",
        "another cookie is taken out",
        ofSession("DELETE", cookie -> "other" + cookie));
    telling(
        all,
        "session.end",
        "the end of a session is nothing to a browser",
        (asked, told) -> asked.is("DELETE", "/session") ? told.without("Set-Cookie") : told);
  }

  private static void order(List<PlantedFaults.Planted> all) {
    asking(
        all,
        "proof.order",
        "a header that is no proof is passed over",
        asked ->
            asked.header("Authorization").orElse("").equals("Bearer none")
                ? asked.without("Authorization")
                : asked);
    asking(
        all,
        "proof.order",
        "a ticket that is none is passed over",
        asked -> ticket(asked).equals("none") ? withoutTicket(asked) : asked);
    asking(
        all,
        "proof.order",
        "the ticket comes before the header",
        asked -> hasTicket(asked) ? asked.without("Authorization") : asked);
    asking(
        all,
        "proof.order",
        "the cookie comes before the header",
        asked -> asked.header("Cookie").isPresent() ? asked.without("Authorization") : asked);
  }

  private static void unavailable(List<PlantedFaults.Planted> all) {
    plant(
        all,
        "limit.unavailable",
        "an EventSource is refused like anybody",
        lettingIn(asked -> hasTicket(asked) && isStream(asked)));
    plant(
        all,
        "limit.unavailable",
        "an EventSource is told nothing",
        Fault.withBlocks(block -> block.contains("event: unavailable") ? ":\n\n" : block));
    plant(
        all,
        "limit.unavailable",
        "why there is no stream is not said",
        Fault.withBlocks(block ->
            block.contains("event: unavailable") ? "event: unavailable\ndata: {}\n\n" : block));
    plant(
        all,
        "limit.unavailable",
        "every EventSource comes back at once",
        Fault.withBlocks(block -> block.replaceFirst("retry: [0-9]+", "retry: 5000")));
    plant(
        all,
        "limit.unavailable",
        "an EventSource comes back too soon",
        Fault.withBlocks(block -> block.replaceFirst("retry: [0-9]+", "retry: 500")));
    plant(all, "limit.unavailable", "the stream of nothing goes on", Fault.goingOn());
  }
}
