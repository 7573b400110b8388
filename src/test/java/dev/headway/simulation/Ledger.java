package dev.headway.simulation;

import dev.headway.leads.UploadSweep;
import dev.headway.status.ErrorCode;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import dev.headway.store.StatusCodec;
import dev.headway.store.UndecodableRecordException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Holds the promises against what the tables show: after every write of a record, and when nothing
 * is left to do. Knows the files and nothing of the workers.
 */
final class Ledger {
  /** A promise that was broken. */
  static final class Broken extends Error {
    private static final long serialVersionUID = 1L;

    Broken(String promise) {
      super(promise, null, false, false);
    }
  }

  private static final StatusCodec CODEC = new StatusCodec();

  private final InstantSource clock;
  private final Leads leads;
  private final BiPredicate<UploadId, Integer> everSent;
  private final Map<String, List<Upload>> files = new HashMap<>();
  private final Map<String, Upload> accepted = new HashMap<>();
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, Long> deletedVersions = new HashMap<>();
  private final Map<String, Set<Integer>> done = new HashMap<>();
  private final Map<String, Set<Integer>> failed = new HashMap<>();

  private final Set<String> lapsed = new HashSet<>();

  /** The item of a lead, by its key; empty if there is none. */
  @FunctionalInterface
  interface Leads {
    Map<String, AttributeValue> at(Upload upload, String leadKey);
  }

  /**
   * @param everSent whether a batch was handed to its queue at some time
   */
  Ledger(InstantSource clock, Leads leads, BiPredicate<UploadId, Integer> everSent) {
    this.clock = clock;
    this.leads = leads;
    this.everSent = everSent;
  }

  /** The files that may come for one upload. */
  void expect(Upload first, Upload second) {
    files.put(first.id().value(), List.of(first, second));
  }

  /** The file that the upload is by now, or the first one while it is none. */
  Upload fileOf(UploadId id) {
    return upload(id.value());
  }

  /** The record's life is over: nothing is promised about its leads and its end any more. */
  void lapse(Upload upload) {
    lapsed.add(upload.id().value());
  }

  /** The database deleted a record whose life was over; its id begins anew, or goes on. */
  void deleted(Upload upload) {
    Long last = versions.remove(upload.id().value());
    if (last != null) {
      deletedVersions.put(upload.id().value(), last);
    }
  }

  /** Checks one applied write of a status record. */
  void check(String write, Map<String, AttributeValue> before, Map<String, AttributeValue> after) {
    if (!after.containsKey("ownerId")) {
      throw new Broken(write + " raised a record that nobody created");
    }
    ProcessingStatus now = decode(after);
    String id = now.uploadId().value();
    long highest = versions.getOrDefault(id, 0L);
    // Who creates a record may still have read the one that was deleted.
    boolean goesOn = highest == 0 && now.version() == deletedVersions.getOrDefault(id, 0L) + 1;
    require(
        now.version() == highest + 1 || goesOn, "version %d came after %d", now.version(), highest);
    versions.put(id, now.version());
    require(
        after.containsKey("awaits") == (now.status() == Status.UPLOADING),
        "%s leaves %s, which the index of those who wait has wrong",
        write,
        now.status().wire());
    if (write.equals("create") || write.equals("replace")) {
      require(
          before.isEmpty() || decode(before).isExpired(clock.instant()),
          "a record that lives was replaced");
      done.put(id, Set.of());
      failed.put(id, Set.of());
      accepted.remove(id);
      return;
    }
    ProcessingStatus old = decode(before);
    checkFile(write, old, before, after);
    require(!old.isTerminal(), "%s changed a record that was %s", write, old.status().wire());
    require(!old.isExpired(clock.instant()), "%s changed a record whose life was over", write);
    require(
        now.status().compareTo(old.status()) >= 0 && now.stage().compareTo(old.stage()) >= 0,
        "%s moved %s, %s back to %s, %s",
        write,
        old.status(),
        old.stage(),
        now.status(),
        now.stage());
    require(
        now.status() != old.status()
            || now.stage() != old.stage()
            || now.stalled() != old.stalled()
            || !now.progress().equals(old.progress())
            || before.containsKey("objectETag") != after.containsKey("objectETag")
            || before.containsKey("allSent") != after.containsKey("allSent")
            || before.containsKey("awaits") != after.containsKey("awaits"),
        "%s changed nothing but the version",
        write);
    require(
        now.deadline().isPresent() != now.isTerminal(), "%s left a deadline that is wrong", write);
    checkCounts(write, old.progress(), now, after);
  }

  private void checkFile(
      String write,
      ProcessingStatus old,
      Map<String, AttributeValue> before,
      Map<String, AttributeValue> after) {
    String eTag = text(after, "objectETag");
    if (before.containsKey("objectETag")) {
      require(eTag.equals(text(before, "objectETag")), "%s changed the file of an upload", write);
    } else if (!eTag.isEmpty()) {
      String id = text(after, "uploadId");
      accepted.put(
          id,
          files.getOrDefault(id, List.of()).stream()
              .filter(file -> SimulatedS3.eTag(file.csv()).equals(eTag))
              .findFirst()
              .orElseThrow(() -> new Broken("a file that nobody sent")));
    }
    if (write.equals("confirmSent")) {
      for (int batch = 1; batch <= old.progress().totalBatches(); batch++) {
        require(everSent.test(old.uploadId(), batch), "batch %d was never sent", batch);
      }
    }
    if (write.equals("abandon")) {
      Instant due = clock.instant().minus(UploadSweep.GRACE);
      require(
          old.status() == Status.UPLOADING && old.deadline().filter(due::isAfter).isPresent(),
          "an upload was given up that was %s until %s",
          old.status().wire(),
          old.deadline());
    }
  }

  /** A record that cannot be read is a promise broken, not a failure to try again after. */
  static ProcessingStatus decode(Map<String, AttributeValue> item) {
    try {
      return CODEC.decode(item);
    } catch (UndecodableRecordException e) {
      throw new Broken(String.valueOf(e.getMessage()));
    }
  }

  private void checkCounts(
      String write, Progress old, ProcessingStatus now, Map<String, AttributeValue> after) {
    String id = now.uploadId().value();
    Progress counts = now.progress();
    Upload upload = upload(id);
    if (counts.isSplit()) {
      require(
          counts.totalBatches() == upload.batches() && counts.totalLeads() == upload.rows(),
          "the totals are %d batches of %d leads, the file has %d of %d",
          counts.totalBatches(),
          counts.totalLeads(),
          upload.batches(),
          upload.rows());
      // A batch that was never one of the file, sent in an earlier life of the id, may be counted
      // before the split of this one. Ids are random: no real one has a second life.
      require(
          counts.countedBatches() <= counts.totalBatches() || lapsed.contains(id),
          "%d batches of %d are counted",
          counts.countedBatches(),
          counts.totalBatches());
    }
    if (now.isTerminal()) {
      require(counts.equals(old), "%s changed the counts", write);
      checkEnd(now);
      return;
    }
    Set<Integer> nowDone = numbers(after, "doneBatches");
    Set<Integer> nowFailed = numbers(after, "failedBatches");
    require(
        nowDone.size() == counts.completedBatches() && nowFailed.size() == counts.failedBatches(),
        "%s counted %d done, %d failed; the batches are %s and %s",
        write,
        counts.completedBatches(),
        counts.failedBatches(),
        nowDone,
        nowFailed);
    require(nowDone.containsAll(done.getOrDefault(id, Set.of())), "a batch is done no more");
    for (int batch : failed.getOrDefault(id, Set.of())) {
      require(
          nowFailed.contains(batch) || nowDone.contains(batch), "batch %d failed no more", batch);
    }
    for (int batch : nowDone) {
      require(!nowFailed.contains(batch), "batch %d is done and failed", batch);
      if (!done.getOrDefault(id, Set.of()).contains(batch) && !lapsed.contains(id)) {
        requireStored(upload, now, batch, false);
      }
    }
    for (int batch : nowFailed) {
      if (!failed.getOrDefault(id, Set.of()).contains(batch) && !lapsed.contains(id)) {
        requireStored(upload, now, batch, true);
      }
    }
    done.put(id, nowDone);
    failed.put(id, nowFailed);
  }

  private void requireStored(Upload upload, ProcessingStatus record, int batch, boolean rawWillDo) {
    for (int row : upload.rowsOf(batch)) {
      boolean kept = isStored(upload, record, row) || (rawWillDo && isRaw(upload, row));
      require(kept, "batch %d is counted, but its row %d is lost", batch, row);
    }
  }

  private static void checkEnd(ProcessingStatus now) {
    Progress counts = now.progress();
    boolean finished = counts.isFinished();
    if (now.status() == Status.COMPLETED) {
      require(finished && counts.failedBatches() == 0, "completed with %s", counts);
    }
    Optional<ErrorCode> code = now.error().map(error -> error.code());
    if (code.filter(c -> c == ErrorCode.PARTIAL_FAILURE || c == ErrorCode.PROCESSING_FAILED)
        .isPresent()) {
      require(finished && counts.failedBatches() > 0, "ended by failed batches with %s", counts);
      require(
          (counts.completedBatches() == 0) == (code.get() == ErrorCode.PROCESSING_FAILED),
          "ended as %s with %s",
          code.get(),
          counts);
    }
  }

  /** Checks an upload at the end of a schedule. */
  void checkAtRest(UploadId id, Map<String, AttributeValue> item) {
    if (item.isEmpty() || lapsed.contains(id.value())) {
      return;
    }
    Upload upload = fileOf(id);
    ProcessingStatus record = decode(item);
    require(
        record.isTerminal(),
        "%s hangs as %s, %s",
        upload.id(),
        record.status().wire(),
        record.progress());
    Set<Integer> doneBatches = done.getOrDefault(upload.id().value(), Set.of());
    Set<Integer> failedBatches = failed.getOrDefault(upload.id().value(), Set.of());
    checkLeadCounts(upload, record.progress(), doneBatches);
    for (int row = 1; row <= upload.rows(); row++) {
      boolean batchDone = doneBatches.contains(Upload.batchOf(row));
      boolean raw = isRaw(upload, row);
      boolean batchFailed = failedBatches.contains(Upload.batchOf(row));
      require(
          isStored(upload, record, row) || (!batchDone && (raw || !batchFailed)),
          "row %d is lost",
          row);
      require(
          !raw || !text(lead(upload, row), "rank").equals(rank(upload, record, row, 1)),
          "row %d is stored twice",
          row);
    }
  }

  private void checkLeadCounts(Upload upload, Progress counts, Set<Integer> doneBatches) {
    int processed = 0;
    int created = 0;
    int stored = 0;
    for (int batch : doneBatches) {
      Set<String> keys = new TreeSet<>();
      upload.rowsOf(batch).forEach(row -> keys.add(upload.leadKey(row)));
      processed += upload.rowsOf(batch).size();
      stored += keys.size();
      for (String key : keys) {
        Map<String, AttributeValue> lead = leads.at(upload, key);
        if (text(lead, "firstUpload").equals(upload.id().value())
            && Integer.toString(batch).equals(number(lead, "firstBatch"))) {
          created++;
        }
      }
    }
    require(
        counts.processedLeads() == processed
            && counts.createdLeads() == created
            && counts.updatedLeads() == stored - created,
        "%s of %s; the leads say %d processed, %d created, %d updated",
        counts,
        upload.id(),
        processed,
        created,
        stored - created);
  }

  /** Whether a lead says what its own rank says that it does. */
  void checkLead(Map<String, AttributeValue> item) {
    String[] rank = text(item, "rank").split("#", -1);
    int row = Integer.parseInt(rank[2]);
    boolean raw = rank[3].equals("0");
    require(raw == flag(item, "raw"), "a lead is raw or not, not both");
    List<Upload> possible =
        lapsed.contains(rank[1])
            ? files.getOrDefault(rank[1], List.of())
            : List.of(upload(rank[1]));
    require(
        raw || possible.stream().anyMatch(u -> text(item, "firstName").equals(u.name(row))),
        "a lead has the fields of another row than %s of %s",
        row,
        rank[1]);
  }

  /** Whether a row is kept as it came. */
  private boolean isRaw(Upload upload, int row) {
    return flag(leads.at(upload, upload.rawKey(row)), "raw");
  }

  private Map<String, AttributeValue> lead(Upload upload, int row) {
    return leads.at(upload, upload.leadKey(row));
  }

  /** Whether a row is a lead, or a newer row of the same person is. */
  private boolean isStored(Upload upload, ProcessingStatus record, int row) {
    Map<String, AttributeValue> lead = lead(upload, row);
    return !lead.isEmpty()
        && !flag(lead, "raw")
        && text(lead, "rank").compareTo(rank(upload, record, row, 1)) >= 0;
  }

  private static String rank(Upload upload, ProcessingStatus record, int row, int quality) {
    return "%015d#%s#%08d#%d"
        .formatted(record.createdAt().toEpochMilli(), upload.id(), row, quality);
  }

  private Upload upload(String id) {
    Upload upload = accepted.get(id);
    List<Upload> known = files.getOrDefault(id, List.of());
    if (upload == null && known.isEmpty()) {
      throw new Broken("an upload that nobody knows: " + id);
    }
    return upload == null ? known.getFirst() : upload;
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : value.s();
  }

  private static String number(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : value.n();
  }

  private static boolean flag(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value != null && value.bool();
  }

  private static Set<Integer> numbers(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    List<String> texts = value == null ? List.of() : value.ns();
    return new TreeSet<>(texts.stream().map(Integer::valueOf).toList());
  }

  /** Formats only what it throws, since it is asked a million times. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  static void require(boolean holds, String promise, Object... details) {
    if (!holds) {
      throw new Broken(promise.formatted(details));
    }
  }
}
