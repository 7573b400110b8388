package dev.headway.hub;

import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody waits for an upload to get past a version. Holds no thread: it ends with a change, with
 * the record's life, with its time, or because the node goes down. Belongs to one event loop.
 */
public final class Wait implements Subscriber {
  /** Why a wait is over. */
  public enum End {
    /** The version moved, the record's life is over, or the time is up. */
    HEARD_OUT,
    /** The node goes down: whoever waits should go elsewhere. */
    SENT_AWAY
  }

  private final long known;
  private final Promise<End> end;
  private final Consumer<Wait> left;
  private @Nullable Subscription subscription;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * A wait for a version above {@code known}.
   *
   * @param left called once when it is over, whatever ends it
   */
  Wait(long known, Promise<End> end, Consumer<Wait> left) {
    this.known = known;
    this.end = end;
    this.left = left;
  }

  /** Starts the clock, which the loop keeps. */
  void begin(ScheduledExecutorService loop, Duration atMost) {
    timer = loop.schedule(() -> finish(End.HEARD_OUT), atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Takes note of its place, and of what was the newest when it got that. */
  void subscribed(Hub.Subscribed place) {
    subscription = place.subscription();
    changed(place.newest());
  }

  /** How it ends; never completes after {@link #cancel}. */
  public Future<End> end() {
    return end.future();
  }

  @Override
  public void changed(Change change) {
    if (change.version() > known) {
      finish(End.HEARD_OUT);
    }
  }

  @Override
  public void expired(UploadId id) {
    finish(End.HEARD_OUT);
  }

  void sendAway() {
    finish(End.SENT_AWAY);
  }

  private void finish(End how) {
    if (letGo()) {
      end.complete(how);
    }
  }

  /** Nobody waits any more. Again, or after the end, is harmless. */
  public void cancel() {
    letGo();
  }

  /** True the first time. */
  private boolean letGo() {
    ScheduledFuture<?> running = timer;
    if (running == null) {
      return false;
    }
    timer = null;
    running.cancel(false);
    if (subscription != null) {
      subscription.cancel();
      subscription = null;
    }
    left.accept(this);
    return true;
  }
}
