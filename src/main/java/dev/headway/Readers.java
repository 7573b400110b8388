package dev.headway;

import dev.headway.api.Leads;
import dev.headway.api.Uploads;
import dev.headway.http.Cancellation;
import dev.headway.http.Ports;
import dev.headway.hub.HeldPolls;
import dev.headway.hub.Hub;
import dev.headway.hub.OwnerPlaces;
import dev.headway.sse.EventStreams;
import dev.headway.sse.StreamConfig;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import software.amazon.awssdk.core.exception.SdkException;

/** What a node has for its readers: streams, polls that wait, and who is let in to them. */
final class Readers {
  private final Hub hub;
  final EventStreams streams;
  final HeldPolls polls;
  final Admission admission;

  /**
   * Nobody yet.
   *
   * @param heapTaken the share of the heap that is needed, 0 to 1
   * @param ticker monotonic nanoseconds
   */
  Readers(
      Hub hub,
      StreamConfig config,
      Capacity capacity,
      DoubleSupplier heapTaken,
      InstantSource wallClock,
      LongSupplier ticker) {
    this.hub = hub;
    var places = new OwnerPlaces();
    streams = new EventStreams(hub, config, places, ThreadLocalRandom::current, wallClock, ticker);
    polls = new HeldPolls(hub, places);
    admission =
        new Admission(
            streams::open,
            streams::openMany,
            polls::hold,
            () -> streams.counters().open() + polls.open(),
            places,
            heapTaken,
            capacity,
            ticker);
  }

  /** What the HTTP side works with. */
  Ports ports(Cancellation cancellation, Uploads uploads, Leads leads) {
    return new Ports(
        hub::read,
        admission,
        admission::hold,
        hub::newestOf,
        admission::openMany,
        streams::unavailable,
        hub::put,
        cancellation,
        uploads,
        leads,
        failure -> failure instanceof SdkException || failure instanceof TimeoutException);
  }
}
