package dev.headway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Servers that are wrong in one point each, and the checks that must find them. */
final class PlantedFaults {
  static final String STATUS = "/status/[^/?]+";
  private static final String STREAM = "text/event-stream";

  private PlantedFaults() {}

  /** What is wrong, and who finds it. */
  record Planted(String wrong, List<String> foundBy, Fault fault) {
    @Override
    public String toString() {
      return wrong + " (" + String.join(", ", foundBy) + ")";
    }
  }

  static List<Planted> all() {
    List<Planted> all = new ArrayList<>();
    polls(all);
    streams(all);
    many(all);
    actions(all);
    ProofFaults.all(all);
    errors(all);
    http(all);
    return all;
  }

  /** Those that show when the server goes down. */
  static List<Planted> drains() {
    List<Planted> all = new ArrayList<>();
    plant(all, "drain.streams", "nobody is told when to come back", ofSecondRetry(retry -> ""));
    plant(
        all,
        "drain.streams",
        "all who are sent away come back at once",
        ofSecondRetry(retry -> "retry: 1000\n\n"));
    plant(
        all,
        "drain.streams",
        "the last word is torn in two",
        ofSecondRetry(retry -> retry.substring(0, retry.length() - 3)));
    plant(
        all,
        "drain.streams",
        "who is sent away is told that all is done",
        ofSecondRetry(retry -> retry + "event: done\ndata: {}\n\n"));
    return all;
  }

  private static Fault ofSecondRetry(UnaryOperator<String> change) {
    return Fault.streaming(asked ->
        new Fault.Blocks() {
          private boolean begun;

          @Override
          public String next(String block) {
            boolean isRetry = block.startsWith("retry:");
            boolean isSecond = isRetry && begun;
            begun |= isRetry;
            return isSecond ? change.apply(block) : block;
          }
        });
  }

  static void plant(List<Planted> all, String foundBy, String wrong, Fault fault) {
    all.add(new Planted(wrong, List.of(foundBy.split(" ", -1)), fault));
  }

  static void asking(
      List<Planted> all, String foundBy, String wrong, UnaryOperator<Fault.Asked> ask) {
    plant(all, foundBy, wrong, Fault.asking(ask));
  }

  static void telling(
      List<Planted> all,
      String foundBy,
      String wrong,
      BiFunction<Fault.Asked, Fault.Told, Fault.Told> tell) {
    plant(all, foundBy, wrong, Fault.telling(tell));
  }

  private static UnaryOperator<Fault.Asked> withoutTag(UnaryOperator<String> isDropped) {
    return asked ->
        asked
            .header("If-None-Match")
            .filter(tag -> !isDropped.apply(tag).isEmpty())
            .map(tag -> asked.without("If-None-Match"))
            .orElse(asked);
  }

  private static String when(boolean isSo) {
    return isSo ? "yes" : "";
  }

  private static void polls(List<Planted> all) {
    telling(
        all,
        "poll.record",
        "a member of the record is missing",
        (asked, told) -> told.with(body -> body.replace("\"stalled\":false,", "")));
    telling(
        all,
        "poll.record",
        "the owner is shown",
        (asked, told) ->
            told.with(body -> body.replace("\"stalled\":", "\"ownerId\":\"alice\",\"stalled\":")));
    telling(all, "poll.headers", "Age is missing", (asked, told) -> told.without("Age"));
    telling(
        all,
        "poll.headers",
        "the ETag is not the version",
        (asked, told) -> told.headers().containsKey("ETag") ? told.with("ETag", "\"0\"") : told);
    telling(
        all,
        "poll.pace",
        "a poller is not told when to come",
        (asked, told) -> told.without("Retry-After"));
    telling(
        all,
        "poll.pace",
        "a poller is told to come to what is over",
        (asked, told) -> told.with("Retry-After", "2"));
    AtomicLong now = new AtomicLong();
    telling(
        all,
        "poll.same-bytes",
        "a record depends on the moment",
        (asked, told) ->
            told.status() == 200 && asked.is("GET", STATUS)
                ? told.with(
                    body -> body.replaceFirst("\\{", "{\"now\":" + now.incrementAndGet() + ","))
                : told);
    asking(all, "etag.strong", "validators are ignored", withoutTag(tag -> "yes"));
    asking(
        all,
        "etag.weak",
        "tags are compared strongly",
        withoutTag(tag -> when(tag.startsWith("W/"))));
    asking(all, "etag.list", "only one tag is read", withoutTag(tag -> when(tag.contains(","))));
    asking(all, "etag.any", "* is no tag", withoutTag(tag -> when(tag.equals("*"))));
    asking(
        all,
        "etag.others etag.above",
        "any validator is the newest",
        asked ->
            asked.header("If-None-Match").map(t -> asked.with("If-None-Match", "*")).orElse(asked));
    asking(
        all,
        "negotiation.json",
        "who says nothing gets a stream",
        asked -> asked.header("Accept").isPresent() ? asked : asked.with("Accept", STREAM));
    asking(
        all,
        "negotiation.q",
        "weights are ignored",
        asked ->
            asked
                .header("Accept")
                .map(accept -> asked.with("Accept", accept.replaceAll(";q=[0-9.]+", "")))
                .orElse(asked));
    asking(
        all,
        "negotiation.406",
        "who wants HTML gets JSON",
        asked ->
            asked
                .header("Accept")
                .filter(accept -> accept.startsWith("text/html"))
                .map(accept -> asked.with("Accept", "*/*"))
                .orElse(asked));
    telling(
        all,
        "negotiation.vary",
        "Vary forgets a header",
        (asked, told) -> told.with("Vary", "Accept, Origin"));
    asking(all, "wait.holds", "nobody may wait", asked -> asked.without("Prefer"));
    telling(
        all,
        "wait.holds",
        "who waited is told to pause",
        (asked, told) -> asked.header("Prefer").isPresent() ? told.with("Retry-After", "2") : told);
    asking(
        all,
        "wait.moves",
        "a wait is a nap",
        asked -> {
          boolean waits = asked.header("Prefer").orElse("").equals("wait=20");
          if (waits) {
            nap(16);
          }
          return waits ? asked.without("Prefer") : asked;
        });
    telling(
        all,
        "wait.over",
        "who asks for hours is promised hours",
        (asked, told) ->
            asked.header("Prefer").orElse("").contains("9999")
                ? told.with("Preference-Applied", "wait=9999")
                : told);
    telling(
        all,
        "wait.first wait.junk",
        "every preference was applied",
        (asked, told) ->
            asked.header("Prefer").isPresent() ? told.with("Preference-Applied", "wait=20") : told);
  }

  /** A server that does something else meanwhile. */
  private static void nap(int seconds) {
    try {
      java.util.concurrent.TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isStream(Fault.Told told) {
    return told.headers().getOrDefault("Content-Type", "").startsWith(STREAM);
  }

  static boolean isStatus(String block) {
    return block.contains("event: status");
  }

  private static boolean isTerminal(String block) {
    return isStatus(block)
        && (block.contains("\"status\":\"completed\"")
            || block.contains("\"status\":\"cancelled\"")
            || block.contains("\"status\":\"error\""));
  }

  private static void streams(List<Planted> all) {
    telling(
        all,
        "stream.headers",
        "proxies may change a stream",
        (asked, told) -> isStream(told) ? told.with("Cache-Control", "no-cache") : told);
    telling(
        all,
        "stream.headers",
        "nginx holds a stream back",
        (asked, told) -> told.without("X-Accel-Buffering"));
    telling(
        all,
        "stream.uncompressed",
        "a stream is compressed",
        (asked, told) ->
            isStream(told) && asked.header("Accept-Encoding").isPresent()
                ? told.with("Content-Encoding", "gzip")
                : told);
    plant(
        all,
        "stream.retry",
        "all come back at once",
        Fault.withBlocks(block -> block.replaceFirst("retry: [0-9]+", "retry: 1000")));
    plant(
        all,
        "stream.retry",
        "nobody is told when to come back",
        Fault.withBlocks(block -> block.replaceFirst("retry: [0-9]+\n\n", "")));
    plant(
        all,
        "stream.retry",
        "all are to come back too soon",
        Fault.withBlocks(block -> block.replaceFirst("retry: [0-9]{1,2}", "retry: ")));
    plant(
        all,
        "stream.snapshot",
        "the id is not the version",
        Fault.withBlocks(block -> block.replaceFirst("id: ", "id: 1")));
    plant(
        all,
        "stream.snapshot",
        "an event has no type",
        Fault.withBlocks(block -> block.replaceFirst("event: status\n", "")));
    plant(all, "stream.canary", "a stream is collected first", Fault.buffering());
    plant(
        all,
        "stream.framing",
        "a field that nobody knows",
        Fault.withBlocks(block -> isStatus(block) ? "time: now\n" + block : block));
    plant(
        all,
        "stream.framing",
        "letters are lost",
        Fault.withBlocks(block -> block.replace("\"fileName\":\"Pr", "\"fileName\":\"??")));
    plant(
        all,
        "stream.framing",
        "bytes that are no letters",
        Fault.withBlocks(block ->
            isTerminal(block) ? block.replaceFirst("data: ", "data: \u0000\ndata: ") : block));
    plant(
        all,
        "stream.framing",
        "the last event is cut",
        Fault.streaming(
            asked -> block -> isTerminal(block) ? block.substring(0, block.length() - 1) : block));
    plant(
        all,
        "stream.order resume.cut",
        "every event comes twice",
        Fault.withBlocks(block -> isStatus(block) ? block + block : block));
    plant(
        all,
        "stream.order",
        "an old version comes after a newer one",
        Fault.streaming(asked ->
            new Fault.Blocks() {
              private String first = "";

              @Override
              public String next(String block) {
                if (first.isEmpty() && isStatus(block)) {
                  first = block;
                  return block;
                }
                return isStatus(block) ? block + first : block;
              }
            }));
    plant(
        all,
        "stream.order",
        "the stream ends before the last version",
        Fault.streaming(asked -> block -> isTerminal(block) ? Fault.END : block));
    plant(
        all,
        "stream.order stream.end stream.change",
        "the stream goes on after the last version",
        Fault.goingOn());
    plant(
        all,
        "stream.change",
        "a stream shows nothing but its beginning",
        Fault.streaming(asked ->
            new Fault.Blocks() {
              private boolean shown;

              @Override
              public String next(String block) {
                boolean isFirst = !shown || !isStatus(block);
                shown |= isStatus(block);
                return isFirst ? block : "";
              }
            }));
    asking(
        all,
        "stream.alias",
        "/events negotiates",
        asked ->
            asked.target().endsWith("/events")
                ? asked.to(asked.target().replace("/events", ""))
                : asked);
    asking(
        all, "resume.current", "Last-Event-ID is ignored", asked -> asked.without("Last-Event-ID"));
    asking(
        all,
        "resume.cut stream.204",
        "nobody can resume",
        asked ->
            asked
                .without("Last-Event-ID")
                .to(asked.target().replaceFirst("\\?lastEventId=.*", "")));
    asking(
        all,
        "resume.query",
        "lastEventId is ignored",
        asked -> asked.to(asked.target().replaceFirst("\\?lastEventId=.*", "")));
    asking(
        all,
        "resume.query",
        "the query comes before the header",
        asked -> asked.target().contains("?lastEventId") ? asked.without("Last-Event-ID") : asked);
    plant(
        all,
        "resume.older resume.above resume.junk",
        "any id is the newest",
        Fault.streaming(asked ->
            new Fault.Blocks() {
              private boolean seen = asked.header("Last-Event-ID").isEmpty();

              @Override
              public String next(String block) {
                boolean dropped = !seen && isStatus(block);
                seen |= dropped;
                return dropped ? ":\n\n" : block;
              }
            }));
    plant(
        all,
        "resume.cut",
        "who comes back misses a version and the end",
        Fault.streaming(asked ->
            block ->
                asked.header("Last-Event-ID").isPresent() && isTerminal(block)
                    ? Fault.END
                    : block));
    telling(
        all,
        "stream.204",
        "who has everything gets an empty stream",
        (asked, told) -> told.status() == 204 ? told.as(200).with("Content-Type", STREAM) : told);
    plant(
        all,
        "stream.heartbeat",
        "there are no heartbeats",
        Fault.withBlocks(block -> block.equals(":\n\n") ? "" : block));
    telling(
        all,
        "stream.http-1.0 http.1.0",
        "HTTP/1.0 gets chunks",
        (asked, told) ->
            asked.head().contains("HTTP/1.0") ? told.with("Transfer-Encoding", "chunked") : told);
    telling(
        all,
        "stream.head",
        "HEAD of a stream is JSON",
        (asked, told) ->
            asked.method().equals("HEAD") ? told.with("Content-Type", "application/json") : told);
    plant(
        all,
        "stream.expired",
        "the end of a record's life is not announced",
        Fault.withBlocks(block -> block.contains("event: expired") ? "" : block));
    plant(
        all,
        "stream.expired",
        "the end of a record's life is an id to resume from",
        Fault.withBlocks(block -> block.contains("event: expired") ? "id: 7\n" + block : block));
    plant(
        all,
        "stream.expired",
        "whose life is over is not said",
        Fault.withBlocks(
            block -> block.contains("event: expired") ? "event: expired\ndata: {}\n\n" : block));
    telling(
        all,
        "stream.expired",
        "a record is shown after its life",
        (asked, told) -> asked.is("GET", STATUS) && told.status() == 404 ? told.as(410) : told);
    plant(
        all,
        "token.end ticket.end",
        "the end of the token is not announced",
        Fault.withBlocks(block -> block.contains("event: token") ? "" : block));
    telling(
        all,
        "token.end ticket.end",
        "a token that is over is refused as if it were none",
        (asked, told) -> told.with(body -> body.replace("TOKEN_EXPIRED", "INVALID_TOKEN")));
  }

  private static UnaryOperator<String> uploads(UnaryOperator<ArrayNode> change) {
    return body -> {
      JsonNode json = Answer.json(body);
      if (json instanceof ObjectNode object && object.get("uploads") instanceof ArrayNode list) {
        object.set("uploads", change.apply(list));
        return object.toString();
      }
      return body;
    };
  }

  private static ArrayNode reversed(ArrayNode list) {
    ArrayNode other = list.arrayNode();
    for (int i = list.size() - 1; i >= 0; i--) {
      other.add(list.get(i));
    }
    return other;
  }

  private static void many(List<Planted> all) {
    telling(
        all,
        "many.list",
        "the oldest comes first",
        (asked, told) -> told.with(uploads(PlantedFaults::reversed)));
    telling(
        all,
        "many.list many.pages",
        "a new upload is not listed",
        (asked, told) ->
            told.with(
                uploads(list -> {
                  if (!list.isEmpty()) {
                    list.remove(0);
                  }
                  return list;
                })));
    asking(
        all,
        "many.pages",
        "a cursor leads nowhere",
        asked -> asked.to(asked.target().replaceFirst("&cursor=.*", "")));
    asking(
        all,
        "many.query",
        "a wrong limit is ignored",
        asked -> asked.to(asked.target().replaceFirst("limit=(0|101|x)?$", "")));
    asking(
        all,
        "many.picks",
        "picks are ignored",
        asked -> asked.to(asked.target().replaceFirst("\\?uploadId=.*", "")));
    telling(
        all,
        "many.no-tag",
        "a list has a tag",
        (asked, told) -> asked.is("GET", "/status") ? told.with("ETag", "\"1\"") : told);
    plant(
        all,
        "many.stream",
        "events of many uploads have ids",
        Fault.withBlocks(
            block -> isStatus(block) && !block.contains("id: ") ? "id: 7\n" + block : block));
    plant(
        all,
        "many.stream many.goes-on",
        "what is created later is not shown",
        Fault.streaming(asked ->
            new Fault.Blocks() {
              private String first = "";

              @Override
              public String next(String block) {
                if (!isStatus(block)) {
                  return block;
                }
                String id = block.replaceFirst("(?s).*\"uploadId\":\"([^\"]*)\".*", "$1");
                first = first.isEmpty() ? id : first;
                return id.equals(first) ? block : "";
              }
            }));
    plant(
        all,
        "many.snapshot",
        "who comes back is told nothing",
        Fault.streaming(asked ->
            block -> asked.header("Last-Event-ID").isPresent() && isStatus(block) ? "" : block));
    plant(
        all,
        "many.goes-on",
        "the end of one ends all",
        Fault.streaming(asked ->
            new Fault.Blocks() {
              private boolean over;

              @Override
              public String next(String block) {
                if (over) {
                  return Fault.END;
                }
                // Not one that was over before.
                over = isTerminal(block) && asked.target().equals("/status");
                return block;
              }
            }));
    plant(
        all,
        "many.done many.done-at-once",
        "picks are never done",
        Fault.withBlocks(block -> block.contains("event: done") ? "" : block));
    plant(
        all,
        "many.done",
        "done comes too soon",
        Fault.withBlocks(block -> isStatus(block) ? block + "event: done\ndata: {}\n\n" : block));
  }

  private static void actions(List<Planted> all) {
    telling(
        all,
        "create.answer",
        "nobody is told where the upload is",
        (asked, told) -> told.without("Location"));
    telling(
        all,
        "create.answer",
        "the answer may be kept",
        (asked, told) ->
            told.status() == 201 ? told.with("Cache-Control", "private, no-cache") : told);
    telling(
        all,
        "create.visible",
        "what was created is read from an old copy",
        (asked, told) ->
            asked.is("GET", STATUS)
                ? told.with(body -> body.replace("\"uploading\"", "\"uploaded\""))
                : told);
    telling(
        all,
        "create.refused",
        "what is refused is of no known status",
        (asked, told) ->
            asked.is("POST", "/uploads") && told.status() == 400 ? told.as(422) : told);
    telling(
        all,
        "create.refused",
        "any type is taken",
        (asked, told) -> told.status() == 415 ? told.as(201) : told);
    telling(
        all,
        "create.name",
        "a name is shown as it came",
        (asked, told) ->
            told.status() == 201
                ? told.with(body -> body.replace("\"fileName\":\"", "\"fileName\":\"\\u0007"))
                : told);
    plant(
        all,
        "create.name",
        "a name breaks out of its event",
        Fault.withBlocks(block -> block.replaceFirst("id: 99", "\n\nid: 99")));
    plant(
        all,
        "create.empty",
        "an empty file fails for another reason",
        Fault.withBlocks(block -> block.replace("EMPTY_FILE", "UNREADABLE_FILE")));
    Set<String> cancelled = ConcurrentHashMap.newKeySet();
    telling(
        all,
        "cancel.twice",
        "a repeated cancellation is refused",
        (asked, told) ->
            asked.is("POST", STATUS + "/cancel") && !cancelled.add(asked.target())
                ? told.as(409)
                : told);
    telling(
        all,
        "cancel.too-late",
        "it is never too late",
        (asked, told) -> told.status() == 409 ? told.as(200) : told);
    telling(
        all,
        "cancel.visible",
        "a poll shows what was before",
        (asked, told) ->
            asked.is("GET", STATUS)
                ? told.with(body -> body.replace("\"cancelled\"", "\"processing\""))
                : told);
    telling(
        all,
        "cancel.unknown",
        "what is unknown is forbidden",
        (asked, told) ->
            asked.is("POST", STATUS + "/cancel") && told.status() == 404 ? told.as(403) : told);
    telling(
        all,
        "leads.page",
        "leads may be kept",
        (asked, told) -> asked.is("GET", "/leads") ? told.with("Cache-Control", "private") : told);
  }

  private static void errors(List<Planted> all) {
    telling(
        all,
        "error.problem",
        "a refusal is plain JSON",
        (asked, told) ->
            told.status() >= 400 ? told.with("Content-Type", "application/json") : told);
    telling(
        all,
        "error.problem",
        "a refusal has no instance",
        (asked, told) -> told.with(body -> body.replaceFirst("\"instance\":\"[^\"]*\",", "")));
    telling(
        all,
        "error.problem",
        "a refusal may be kept",
        (asked, told) -> told.status() >= 400 ? told.with("Cache-Control", "max-age=60") : told);
    telling(
        all,
        "error.id",
        "an id that is none is unknown",
        (asked, told) -> told.status() == 400 ? told.as(404) : told);
    telling(
        all,
        "error.unknown",
        "what is unknown is gone",
        (asked, told) -> told.status() == 404 ? told.as(410) : told);
    telling(
        all,
        "error.foreign",
        "what is another's is forbidden",
        (asked, told) ->
            told.status() == 404 && !asked.target().contains("xxxx") ? told.as(403) : told);
    telling(
        all,
        "error.foreign",
        "what is another's has one header more",
        (asked, told) ->
            told.status() == 404 && !asked.target().contains("xxxx")
                ? told.with("Link", "x")
                : told);
    telling(
        all,
        "error.foreign",
        "what is another's has other words",
        (asked, told) ->
            asked.target().contains("xxxx")
                ? told
                : told.with(body -> body.replace("detail", "Detail")));
    telling(
        all,
        "error.unauthorized",
        "nobody is told which token is wanted",
        (asked, told) -> told.without("WWW-Authenticate"));
    telling(
        all,
        "error.path",
        "any path is an upload",
        (asked, told) -> told.with(body -> body.replace("\"NOT_FOUND\"", "\"UPLOAD_NOT_FOUND\"")));
    telling(
        all,
        "error.method http.options",
        "nobody is told which methods there are",
        (asked, told) -> told.without("Allow"));
    telling(
        all,
        "error.quiet",
        "a browser may guess the type",
        (asked, told) -> told.without("X-Content-Type-Options"));
    telling(
        all,
        "error.quiet",
        "a refusal repeats what was sent",
        (asked, told) ->
            asked.target().contains("script")
                ? told.with(body -> body.replaceFirst("\"detail\":\"", "\"detail\":\"<script>"))
                : told);
    telling(
        all,
        "limit.429 limit.streams",
        "who asks too often is not told when to come",
        (asked, told) -> told.status() == 429 ? told.without("Retry-After") : told);
    telling(
        all,
        "limit.429 limit.streams",
        "who asks too often is told that the service is down",
        (asked, told) -> told.status() == 429 ? told.as(503) : told);
    plant(all, "limit.streams", "the oldest stream makes room for another", makingRoom());
  }

  /** The first stream is held until another one is refused, and then cut. */
  private static Fault makingRoom() {
    var isOldest = new AtomicBoolean(true);
    var refused = new CountDownLatch(1);
    return new Fault(
        Fault.NONE.ask(),
        (asked, told) -> {
          if (told.body().contains("TOO_MANY_STREAMS")) {
            refused.countDown();
          }
          return told;
        },
        asked -> isOldest.getAndSet(false) ? block -> await(refused) : block -> block,
        true,
        false,
        false);
  }

  private static String await(CountDownLatch refused) {
    try {
      refused.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Fault.END;
  }

  private static void http(List<Planted> all) {
    telling(
        all,
        "http.head",
        "HEAD has other headers",
        (asked, told) -> asked.method().equals("HEAD") ? told.without("ETag") : told);
    plant(all, "http.keep-alive", "every answer ends the connection", Fault.closing());
    telling(
        all,
        "http.malformed",
        "what is no request is answered",
        (asked, told) -> told.status() == 400 ? told.as(200) : told);
    asking(
        all, "http.too-large", "headers of any size are taken", asked -> asked.without("X-Large"));
    telling(
        all,
        "cors.others",
        "any page may read",
        (asked, told) -> told.with("Access-Control-Allow-Origin", "*"));
    telling(
        all,
        "openapi.served",
        "the contract is not served",
        (asked, told) -> asked.is("GET", "/openapi.json") ? told.as(404) : told);
    telling(
        all,
        "operations.health",
        "health is not to be had",
        (asked, told) -> asked.target().startsWith("/health") ? told.as(404) : told);
  }
}
