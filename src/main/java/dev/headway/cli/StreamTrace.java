package dev.headway.cli;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one stream brought while somebody listened. All times are since the request was sent.
 *
 * @param head empty where none came
 * @param arrivals when each piece of the body came, whatever was in it
 * @param events the types of the events, in their order; none of a body that is compressed
 * @param advised whether the last piece held a {@code retry:}, as when a service sends its readers
 *     elsewhere
 * @param listened until it ended, or until nobody wanted to listen any longer
 */
record StreamTrace(
    Optional<Head> head,
    List<Duration> arrivals,
    List<String> events,
    boolean advised,
    Ending ending,
    Duration listened) {
  StreamTrace {
    arrivals = List.copyOf(arrivals);
    events = List.copyOf(events);
  }

  /** The beginning of a response; {@code problem} is the code of a refusal, if it was one. */
  record Head(int status, HttpHeaders headers, String problem) {}

  enum Ending {
    STILL_OPEN,
    /** In good order. */
    ENDED,
    BROKEN
  }

  Optional<Duration> firstByte() {
    return arrivals.stream().findFirst();
  }

  /** How long nothing had come when it was over. */
  Duration silenceAtTheEnd() {
    return listened.minus(arrivals.isEmpty() ? Duration.ZERO : arrivals.getLast());
  }

  /** Pieces after those that every stream begins with. */
  long later() {
    return arrivals.stream().filter(at -> at.compareTo(Duration.ofSeconds(1)) > 0).count();
  }

  String header(String name) {
    return head.flatMap(h -> h.headers().firstValue(name)).orElse("");
  }
}
