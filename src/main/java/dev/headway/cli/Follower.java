package dev.headway.cli;

import dev.headway.cli.RemoteService.Opening;
import dev.headway.status.StatusDocument;
import dev.headway.status.UploadId;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows one upload to its end, over whatever transport works, through cuts and restarts. Each
 * version is shown once and none after a newer one. For one thread and one call.
 */
final class Follower {
  /** A stream that lives this long works, also if nothing changes meanwhile. */
  private static final Duration WORKING_STREAM = Duration.ofSeconds(20);

  private final RemoteService service;
  private final UploadId id;
  private final Timing timing;
  private final Consumer<StatusDocument> shown;
  private @Nullable StatusDocument newest;
  private NextAttempt next = NextAttempt.first();
  private long lastAnswer;

  Follower(RemoteService service, UploadId id, Timing timing, Consumer<StatusDocument> shown) {
    this.service = service;
    this.id = id;
    this.timing = timing;
    this.shown = shown;
    this.lastAnswer = timing.nanoTime().getAsLong();
  }

  /** Begins with a record that is known already. */
  Follower from(StatusDocument known) {
    take(known);
    return this;
  }

  /** Blocks until the upload has ended; the record it ended with. */
  StatusDocument follow() throws CommandFailure, InterruptedException {
    while (newest == null || !newest.status().isTerminal()) {
      timing.pause().last(next.delay());
      try {
        next =
            switch (next.transport()) {
              case STREAM -> stream();
              case POLL -> poll();
            };
        lastAnswer = timing.nanoTime().getAsLong();
      } catch (Refusal refusal) {
        if (!refusal.isPassing() || isLost()) {
          throw refusal.asFailure();
        }
        next = next.afterFailure(refusal.retryAfter());
      } catch (IOException e) {
        if (newest == null || isLost()) {
          throw Unreachable.failure(service.base(), e);
        }
        next = next.afterFailure(Optional.empty());
      }
    }
    return newest;
  }

  private NextAttempt stream() throws CommandFailure, Refusal, IOException, InterruptedException {
    return switch (service.open(id, newestVersion())) {
      case Opening.NothingMore _, Opening.NotOffered _ -> next.withoutStream();
      case Opening.Stream(EventFeed feed) -> {
        try (feed) {
          yield readToEnd(feed);
        }
      }
    };
  }

  private NextAttempt readToEnd(EventFeed feed) throws CommandFailure, InterruptedException {
    long opened = timing.nanoTime().getAsLong();
    long before = newestVersion();
    boolean silent = false;
    try {
      Optional<List<ServerEvent>> events = feed.next();
      while (events.isPresent()) {
        for (ServerEvent event : events.get()) {
          take(event);
        }
        events = feed.next();
      }
    } catch (IOException e) { // a cut is an end like another: what came before counts
      silent = e instanceof HttpTimeoutException;
    }
    boolean lived = !silent && since(opened).compareTo(WORKING_STREAM) > 0;
    return newestVersion() > before || lived
        ? next.afterNews(feed.retry())
        : next.afterSilence(feed.retry());
  }

  private void take(ServerEvent event) throws CommandFailure, IOException {
    switch (event.type()) {
      case "status" -> take(Answers.status(event.data()));
      case "expired" ->
          throw CommandFailure.noAnswer("The status of this upload has expired and is gone.");
      default -> {
        // token, unavailable and what a newer service sends: the end of the stream says enough
      }
    }
  }

  private void take(StatusDocument status) {
    if (status.version() > newestVersion()) {
      newest = status;
      shown.accept(status);
    }
  }

  private NextAttempt poll() throws CommandFailure, Refusal, IOException, InterruptedException {
    var polled = service.poll(id, newestVersion());
    polled.status().ifPresent(this::take);
    return next.afterPoll(polled.retryAfter());
  }

  private long newestVersion() {
    return newest == null ? 0 : newest.version();
  }

  private boolean isLost() {
    return since(lastAnswer).compareTo(timing.patience()) > 0;
  }

  private Duration since(long nanoTime) {
    return Duration.ofNanos(timing.nanoTime().getAsLong() - nanoTime);
  }
}
