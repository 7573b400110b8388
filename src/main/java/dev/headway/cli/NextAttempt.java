package dev.headway.cli;

import java.time.Duration;
import java.util.Optional;

/**
 * How to ask for news next, and after how long. A value: each experience gives its successor.
 *
 * <p>The stream comes first. After three that brought nothing (a proxy that buffers, say) polls
 * take over, for good: whoever follows one upload in a terminal notices no difference.
 *
 * @param transport what to try
 * @param delay how long to wait before
 * @param failures attempts in a row that brought nothing
 * @param retry what the service last asked streams to wait before they come back
 */
record NextAttempt(Transport transport, Duration delay, int failures, Duration retry) {
  enum Transport {
    STREAM,
    POLL
  }

  /** The contract's rhythm for polls. */
  static final Duration POLL_EVERY = Duration.ofSeconds(2);

  private static final Duration DEFAULT_RETRY = Duration.ofSeconds(1);
  private static final Duration MIN_RETRY = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);
  private static final int FRUITLESS_STREAMS = 3;

  static NextAttempt first() {
    return new NextAttempt(Transport.STREAM, Duration.ZERO, 0, DEFAULT_RETRY);
  }

  /** The stream brought news and then ended: back to it, at the pace that the service asked for. */
  NextAttempt afterNews(Optional<Duration> asked) {
    Duration wait = asked.map(d -> longest(d, MIN_RETRY)).orElse(retry);
    return new NextAttempt(Transport.STREAM, wait, 0, wait);
  }

  /** The stream opened and brought nothing. */
  NextAttempt afterSilence(Optional<Duration> asked) {
    Duration wait = asked.map(d -> longest(d, MIN_RETRY)).orElse(retry);
    return failures + 1 < FRUITLESS_STREAMS
        ? new NextAttempt(Transport.STREAM, wait, failures + 1, wait)
        : withoutStream();
  }

  /** There is no stream to be had: poll at once. */
  NextAttempt withoutStream() {
    return new NextAttempt(Transport.POLL, Duration.ZERO, 0, retry);
  }

  /** A poll was answered. */
  NextAttempt afterPoll(Optional<Duration> asked) {
    Duration wait = longest(asked.orElse(POLL_EVERY), POLL_EVERY);
    return new NextAttempt(Transport.POLL, wait, 0, retry);
  }

  /** The service was away or busy: the same again, more and more patiently. */
  NextAttempt afterFailure(Optional<Duration> asked) {
    Duration doubled = retry.multipliedBy(1L << Math.min(failures, 10));
    Duration backoff = doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    return new NextAttempt(transport, longest(asked.orElse(backoff), retry), failures + 1, retry);
  }

  private static Duration longest(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }
}
