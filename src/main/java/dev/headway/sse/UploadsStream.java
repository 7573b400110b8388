package dev.headway.sse;

import dev.headway.hub.Change;
import dev.headway.hub.Reading;
import dev.headway.hub.Subscriber;
import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.UploadId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The stream of many uploads of one owner: the newest of them, those that are created later
 * included, or some that the reader picked. Each has its own newest-wins slot and its own rate
 * limit; they share the connection and everything about it.
 *
 * <p>What is over is not listened to any more: nothing comes after a terminal version but the end
 * of the record's life, which the stream knows by itself. So a page of old uploads pins no memory
 * of the hub.
 */
final class UploadsStream extends EventStream implements Subscriber {
  /** How many of the newest are shown. With one more, the oldest leaves. */
  static final int MOST = 100;

  private static final String DONE = "{}";

  private final Source source;
  private final InstantSource wallClock;
  private final boolean picked;
  private final Map<UploadId, Row> rows = new HashMap<>();
  private final Queue<Row> waiting = new ArrayDeque<>();

  /** Listed, and found to have no record; not to be looked for each time. */
  private final Set<UploadId> absent = new HashSet<>();

  /** What came before the beginning; null from then on. */
  private @Nullable Map<UploadId, Change> early = new HashMap<>();

  private @Nullable Runnable letGoOfOwner;

  /** What is unknown and no newer than this is not taken in. */
  private @Nullable OwnedUpload floor;

  private Instant firstExpiry = Instant.MAX;

  /** Where the uploads come from. Everything happens on the loop of the stream. */
  interface Source {
    /** Subscribes; the newest version by now, and how to leave again. */
    Followed follow(Change known, Subscriber subscriber);

    Future<Optional<Reading>> read(UploadId id);

    /** Soon, and where {@link #follow} and {@link #read} may be called. */
    void soon(Runnable task);
  }

  /** A subscription with the state at its beginning. */
  record Followed(Change newest, Runnable letGo) {}

  /** One upload. */
  private static final class Row {
    final OwnedUpload upload;
    final Slot slot = new Slot(0);
    @Nullable Runnable letGo;
    long nextEvent;
    boolean isWaiting;
    boolean isOver;
    Instant expiresAt;

    Row(ProcessingStatus record, long now) {
      upload = OwnedUpload.of(record);
      expiresAt = record.expiresAt();
      nextEvent = now;
    }

    void letGo() {
      Runnable subscription = letGo;
      letGo = null;
      if (subscription != null) {
        subscription.run();
      }
    }
  }

  /**
   * @param picked whether the reader chose the uploads, so that there is an end: when all are over
   */
  UploadsStream(
      StreamConfig config,
      LongSupplier ticker,
      Tally tally,
      OwnerId owner,
      Token token,
      Home home,
      Source source,
      InstantSource wallClock,
      boolean picked) {
    super(config, ticker, tally, owner, token, home);
    this.source = source;
    this.wallClock = wallClock;
    this.picked = picked;
  }

  /** From before the list of the owner's uploads is read, so that nothing falls between. */
  void subscribed(Runnable letGo) {
    letGoOfOwner = letGo;
  }

  /**
   * Sends the beginning.
   *
   * @param shown what the stream begins with
   * @param end the last that was listed, if there were more; older ones are not shown
   */
  void begin(Sink target, Buffer retry, List<Reading> shown, Optional<OwnedUpload> end) {
    start(target);
    target.write(retry);
    target.write(Framing.comment()); // there may be nothing else to say for long
    shown.forEach(reading -> heard(reading.change()));
    floor = end.orElse(floor);
    Map<UploadId, Change> meanwhile = early == null ? Map.of() : early;
    early = null;
    meanwhile.values().forEach(this::heard);
    endIfDone();
  }

  @Override
  public void changed(Change change) {
    if (!isOpen()) {
      return;
    }
    if (early != null) {
      early.merge(change.uploadId(), change, UploadsStream::newer);
      return;
    }
    Row row = rows.get(change.uploadId());
    if (row != null) {
      offer(row, change);
    } else if (isShown(OwnedUpload.of(change.record()))) {
      source.soon(() -> heard(change));
    }
  }

  private static Change newer(Change one, Change other) {
    return one.version() >= other.version() ? one : other;
  }

  private boolean isShown(OwnedUpload upload) {
    return floor == null || OwnedUpload.NEWEST_FIRST.compare(upload, floor) < 0;
  }

  /** A version of an upload that may be new here; where the source may be asked. */
  private void heard(Change change) {
    if (!isOpen()) {
      return;
    }
    Row row = rows.get(change.uploadId());
    if (row != null) {
      offer(row, change);
    } else if (picked || isShown(OwnedUpload.of(change.record()))) {
      add(change);
    }
  }

  private void add(Change change) {
    Row row = new Row(change.record(), now());
    rows.put(change.uploadId(), row);
    absent.remove(change.uploadId());
    Change newest = change;
    if (!change.isTerminal()) {
      Followed followed = source.follow(change, this);
      row.letGo = followed.letGo();
      newest = followed.newest();
    }
    offer(row, newest);
    if (rows.size() > MOST) {
      dropOldest();
    }
  }

  private void dropOldest() {
    Row oldest =
        rows.values().stream()
            .max(Comparator.comparing(row -> row.upload, OwnedUpload.NEWEST_FIRST))
            .orElseThrow();
    floor = oldest.upload;
    forget(oldest);
  }

  private void forget(Row row) {
    rows.remove(row.upload.uploadId());
    row.slot.take();
    row.letGo();
  }

  private void offer(Row row, Change change) {
    switch (row.slot.offer(change)) {
      case STALE -> {
        return;
      }
      case REPLACED -> tally.conflated.increment();
      case KEPT -> {}
    }
    row.expiresAt = change.record().expiresAt();
    if (change.isTerminal()) {
      row.letGo();
      firstExpiry = row.expiresAt.isBefore(firstExpiry) ? row.expiresAt : firstExpiry;
    }
    long now = now();
    if (!sink().isFull() && isTime(row, now)) {
      write(row, now);
    } else if (!row.isWaiting) {
      row.isWaiting = true;
      waiting.add(row);
      park();
    }
  }

  /** Whether the rate limit lets the row speak; it does not hold back what is over. */
  private static boolean isTime(Row row, long now) {
    Change change = row.slot.peek();
    return change != null && (change.isTerminal() || now - row.nextEvent >= 0);
  }

  private void write(Row row, long now) {
    Change change = row.slot.take();
    if (change == null) {
      return;
    }
    writeStatus(Framing.statusWithoutId(change));
    row.nextEvent = now + config.leastInterval().toNanos();
    if (change.isTerminal()) {
      row.isOver = true;
      endIfDone();
    }
  }

  /** Each that waits has its turn, as far as the reader takes it, in the order of their coming. */
  @Override
  boolean flush(long now) {
    for (int turns = waiting.size(); turns > 0 && isOpen(); turns--) {
      if (sink().isFull()) {
        return false;
      }
      Row row = waiting.remove();
      if (isTime(row, now)) {
        row.isWaiting = false;
        write(row, now);
      } else if (row.slot.peek() == null) {
        row.isWaiting = false; // sent, or forgotten, before its turn came
      } else {
        waiting.add(row);
      }
    }
    return !isOpen() || waiting.isEmpty();
  }

  /** What the reader chose is all over, and has been said. */
  private void endIfDone() {
    if (picked && isOpen() && early == null && rows.values().stream().allMatch(row -> row.isOver)) {
      sink().write(Framing.event("done", DONE));
      end();
    }
  }

  @Override
  public void expired(UploadId id) {
    Row row = rows.get(id);
    if (isOpen() && row != null) {
      expired(row);
      endIfDone();
    }
  }

  private void expired(Row row) {
    forget(row);
    absent.add(row.upload.uploadId());
    sink().write(Framing.expired(row.upload.uploadId()));
  }

  /** What is over has nobody but the stream itself to say when its life ends. */
  @Override
  void look() {
    Instant now = wallClock.instant();
    if (now.isBefore(firstExpiry)) {
      return;
    }
    List<Row> over = new ArrayList<>();
    firstExpiry = Instant.MAX;
    for (Row row : rows.values()) {
      if (!now.isBefore(row.expiresAt) && row.letGo == null) {
        over.add(row);
      } else if (row.letGo == null && row.expiresAt.isBefore(firstExpiry)) {
        firstExpiry = row.expiresAt;
      }
    }
    over.forEach(this::expired);
    endIfDone();
  }

  @Override
  public void listed(List<OwnedUpload> uploads) {
    if (!isOpen() || early != null) {
      return;
    }
    List<UploadId> unknown =
        uploads.stream()
            .filter(this::isShown)
            .map(OwnedUpload::uploadId)
            .filter(id -> !rows.containsKey(id) && !absent.contains(id))
            .toList();
    if (!unknown.isEmpty()) {
      source.soon(() -> unknown.forEach(this::lookFor));
    }
  }

  /** What cannot be read just now comes with the next list, or with its next change. */
  private void lookFor(UploadId id) {
    source
        .read(id)
        .onSuccess(found ->
            found.ifPresentOrElse(reading -> heard(reading.change()), () -> absent.add(id)));
  }

  @Override
  void unsubscribe() {
    if (letGoOfOwner != null) {
      letGoOfOwner.run();
      letGoOfOwner = null;
    }
    rows.values().forEach(Row::letGo);
    rows.clear();
    waiting.clear();
    absent.clear();
  }
}
