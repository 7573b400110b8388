package dev.headway.hub;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A table that answers at once, or when it is told to, or not. */
public final class FakeTable implements StatusReader {
  private final Map<UploadId, ProcessingStatus> rows = new ConcurrentHashMap<>();
  private final List<UploadId> reads = new CopyOnWriteArrayList<>();
  private final List<Collection<UploadId>> requests = new CopyOnWriteArrayList<>();
  private final Set<UploadId> poison = ConcurrentHashMap.newKeySet();
  private final List<Runnable> held = new CopyOnWriteArrayList<>();
  private final AtomicInteger lists = new AtomicInteger();
  private final Set<UploadId> unlisted = ConcurrentHashMap.newKeySet();
  private volatile boolean holding;
  private volatile boolean failing;

  public void write(ProcessingStatus record) {
    rows.put(record.uploadId(), record);
  }

  public void delete(UploadId id) {
    rows.remove(id);
  }

  /** Reads see the table as it is now, but answer only on {@link #release}. */
  public void hold() {
    holding = true;
  }

  public void release() {
    holding = false;
    List<Runnable> answers = List.copyOf(held);
    held.clear();
    answers.forEach(Runnable::run);
  }

  public void fail(boolean from) {
    failing = from;
  }

  /** Whatever is asked together with this upload. */
  public void failFor(UploadId id) {
    poison.add(id);
  }

  /** Whether the index names the upload; every one, unless told otherwise. */
  public void list(UploadId id, boolean isListed) {
    if (isListed) {
      unlisted.remove(id);
    } else {
      unlisted.add(id);
    }
  }

  /** Lists of an owner's uploads that were read so far. */
  public int lists() {
    return lists.get();
  }

  /** Reads of one upload so far. */
  public int reads() {
    return reads.size();
  }

  /** All that was asked so far, of one upload or of many. */
  public List<Collection<UploadId>> requests() {
    return requests;
  }

  @Override
  public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
    reads.add(id);
    requests.add(List.of(id));
    return answer(List.of(id), Optional.ofNullable(rows.get(id)));
  }

  @Override
  public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids) {
    requests.add(List.copyOf(ids));
    Map<UploadId, ProcessingStatus> found = new HashMap<>(rows);
    found.keySet().retainAll(ids);
    return answer(ids, found);
  }

  /** As the index: late where it is told to be, and without a look at the lives of records. */
  @Override
  public CompletionStage<List<OwnedUpload>> newestOf(
      OwnerId owner, int limit, Optional<OwnedUpload> after) {
    lists.incrementAndGet();
    return answer(
        List.of(),
        rows.values().stream()
            .filter(record -> record.isOwnedBy(owner) && !unlisted.contains(record.uploadId()))
            .map(OwnedUpload::of)
            .sorted(OwnedUpload.NEWEST_FIRST)
            .filter(upload ->
                after.map(last -> OwnedUpload.NEWEST_FIRST.compare(last, upload) < 0).orElse(true))
            .limit(limit)
            .toList());
  }

  private <T> CompletionStage<T> answer(Collection<UploadId> asked, T seen) {
    var answer = new CompletableFuture<T>();
    boolean fails = failing || asked.stream().anyMatch(poison::contains);
    Runnable complete =
        () -> {
          if (fails) {
            answer.completeExceptionally(new IllegalStateException("the table is away"));
          } else {
            answer.complete(seen);
          }
        };
    if (holding) {
      held.add(complete);
    } else {
      complete.run();
    }
    return answer;
  }
}
