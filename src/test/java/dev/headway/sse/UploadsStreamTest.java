package dev.headway.sse;

import static dev.headway.hub.Records.OWNER;
import static dev.headway.hub.Records.change;
import static dev.headway.hub.Records.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.hub.Change;
import dev.headway.hub.ManualTime;
import dev.headway.hub.OwnerPlaces;
import dev.headway.hub.Reading;
import dev.headway.hub.Records;
import dev.headway.hub.Subscriber;
import dev.headway.status.OwnedUpload;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Status;
import dev.headway.status.UploadId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream of many uploads on a loop whose time is moved by hand. */
class UploadsStreamTest {
  private final ManualTime time = new ManualTime();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final StreamConfig config = StreamConfig.standard();
  private final Tally tally = new Tally(new OwnerPlaces());
  private final LoopStreams streams =
      new LoopStreams(channel.eventLoop(), config, time.ticker(), () -> Duration.ofMillis(777));
  private final FakeHub hub = new FakeHub();
  private final RecordingSink reader = new RecordingSink();

  /** Notes who is followed. */
  private static final class FakeHub implements UploadsStream.Source {
    final Map<UploadId, ProcessingStatus> table = new HashMap<>();
    final Set<String> followed = new TreeSet<>();
    final List<String> reads = new ArrayList<>();

    @Override
    public UploadsStream.Followed follow(Change known, Subscriber subscriber) {
      String name = known.uploadId().value();
      assertThat(followed.add(name)).as("followed twice: %s", name).isTrue();
      return new UploadsStream.Followed(known, () -> followed.remove(name));
    }

    @Override
    public Future<Optional<Reading>> read(UploadId id) {
      reads.add(id.value());
      return Future.succeededFuture(
          Optional.ofNullable(table.get(id)).map(UploadsStreamTest::reading));
    }

    @Override
    public void soon(Runnable task) {
      task.run();
    }
  }

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private static Reading reading(ProcessingStatus record) {
    return new Reading(change(record), Duration.ZERO);
  }

  private static ProcessingStatus upload(String name, long second) {
    return Records.created(id(name), OWNER, second);
  }

  private static ProcessingStatus at(ProcessingStatus first, long version) {
    ProcessingStatus record = first;
    while (record.version() < version) {
      record = Records.next(record, Status.PROCESSING);
    }
    return record;
  }

  private static ProcessingStatus completed(ProcessingStatus before) {
    return Records.next(before, Status.COMPLETED);
  }

  private UploadsStream stream(boolean picked, Instant authorizedUntil) {
    Token token =
        Token.until(authorizedUntil, time.now(), time.ticker().getAsLong(), config.tokenNotice());
    var stream =
        new UploadsStream(
            config,
            time.ticker(),
            tally,
            Records.OWNER,
            token,
            streams,
            hub,
            time.wallClock(),
            picked);
    streams.add(stream);
    return stream;
  }

  private void begin(UploadsStream stream, ProcessingStatus... shown) {
    stream.begin(
        reader,
        Framing.retry(Duration.ofSeconds(1)),
        Arrays.stream(shown).map(UploadsStreamTest::reading).toList(),
        Optional.empty());
  }

  private UploadsStream ofAll(ProcessingStatus... shown) {
    var stream = stream(false, Instant.MAX);
    begin(stream, shown);
    return stream;
  }

  private UploadsStream ofPicks(ProcessingStatus... shown) {
    var stream = stream(true, Instant.MAX);
    begin(stream, shown);
    return stream;
  }

  /** What was sent, as "a1 b3 expired:c done". */
  private String seen() {
    var words = new ArrayList<String>();
    for (SseParser.Event event : reader.parser.events()) {
      assertThat(event.lastEventId()).as("no id: there is no place in many uploads").isEmpty();
      JsonObject data = new JsonObject(event.data());
      words.add(
          switch (event.type()) {
            case "status" -> data.getString("uploadId") + data.getLong("version");
            case "expired" -> "expired:" + data.getString("uploadId");
            default -> event.type();
          });
    }
    return String.join(" ", words);
  }

  private void pass(Duration duration) {
    for (long ms = 0; ms < duration.toMillis(); ms += 10) {
      time.passMillis(10);
      channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
      channel.runPendingTasks();
      channel.runScheduledPendingTasks();
    }
  }

  @Test
  void it_begins_with_retry_and_each_upload() {
    ofAll(at(upload("a", 2), 4), upload("b", 1));
    assertThat(reader.parser.retries()).containsExactly(1000L);
    assertThat(seen()).isEqualTo("a4 b1");
    assertThat(hub.followed).containsExactly("a", "b");
  }

  @Test
  void nobody_who_has_no_upload_is_left_without_a_byte() {
    ofAll();
    assertThat(reader.parser.comments()).isEqualTo(1);
    assertThat(reader.ended).isFalse();
  }

  @Test
  void each_upload_rises_for_itself_and_none_goes_back() {
    ProcessingStatus a = upload("a", 2);
    ProcessingStatus b = upload("b", 1);
    var stream = ofAll(at(a, 5), at(b, 2));
    pass(Duration.ofMillis(200));
    stream.changed(change(at(b, 3)));
    stream.changed(change(at(a, 5)));
    stream.changed(change(at(a, 4)));
    stream.changed(change(at(a, 6)));
    stream.changed(change(at(b, 3)));
    assertThat(seen()).isEqualTo("a5 b2 b3 a6");
  }

  @Test
  void an_upload_that_is_created_later_appears_by_itself() {
    var stream = ofAll(upload("a", 1));
    ProcessingStatus b = upload("b", 2);
    stream.changed(change(b));
    pass(Duration.ofMillis(200));
    stream.changed(change(at(b, 2)));
    assertThat(seen()).isEqualTo("a1 b1 b2");
    assertThat(hub.followed).containsExactly("a", "b");
  }

  @Test
  void what_changes_while_the_uploads_are_being_listed_is_not_lost() {
    var stream = stream(false, Instant.MAX);
    ProcessingStatus a = upload("a", 1);
    ProcessingStatus b = upload("b", 2);
    stream.changed(change(at(a, 7)));
    stream.changed(change(at(a, 6)));
    stream.changed(change(b));
    begin(stream, at(a, 5));
    pass(Duration.ofMillis(200));
    assertThat(seen()).isEqualTo("a5 b1 a7");
  }

  @Test
  void the_rate_limit_is_each_uploads_own_and_a_terminal_version_does_not_wait() {
    ProcessingStatus a = upload("a", 1);
    ProcessingStatus b = upload("b", 2);
    var stream = ofAll(a, b);
    pass(Duration.ofMillis(200));
    for (int v = 2; v <= 20; v++) {
      stream.changed(change(at(a, v)));
    }
    stream.changed(change(at(b, 2)));
    stream.changed(change(completed(at(b, 2))));
    assertThat(seen()).isEqualTo("a1 b1 a2 b2 b3");
    pass(Duration.ofMillis(200));
    assertThat(seen()).isEqualTo("a1 b1 a2 b2 b3 a20");
    assertThat(tally.conflated()).isEqualTo(17);
  }

  @Test
  void no_upload_is_told_more_than_ten_times_a_second() {
    ProcessingStatus a = upload("a", 1);
    var stream = ofAll(a);
    for (int v = 2; v <= 200; v++) {
      a = at(a, v);
      stream.changed(change(a));
      pass(Duration.ofMillis(10));
    }
    assertThat(reader.parser.events()).hasSizeBetween(12, 21);
  }

  @Test
  void a_reader_that_is_slow_gets_the_newest_of_each() {
    ProcessingStatus a = upload("a", 1);
    ProcessingStatus b = upload("b", 2);
    var stream = ofAll(a, b);
    reader.full = true;
    for (int v = 2; v <= 50; v++) {
      stream.changed(change(at(b, v)));
      stream.changed(change(at(a, v)));
    }
    pass(Duration.ofSeconds(1));
    assertThat(seen()).isEqualTo("a1 b1");
    reader.full = false;
    pass(Duration.ofMillis(100));
    assertThat(seen()).isEqualTo("a1 b1 b50 a50");
  }

  @Test
  void a_snapshot_that_is_more_than_a_reader_takes_waits_for_it() {
    reader.full = true;
    ofAll(upload("a", 2), upload("b", 1));
    assertThat(seen()).isEmpty();
    reader.full = false;
    pass(Duration.ofMillis(100));
    assertThat(seen()).isEqualTo("a1 b1");
  }

  @Test
  void it_does_not_end_with_an_upload_and_listens_no_longer_to_what_is_over() {
    ProcessingStatus a = upload("a", 1);
    var stream = ofAll(a, completed(upload("b", 2)));
    assertThat(hub.followed).containsExactly("a");
    stream.changed(change(completed(a)));
    assertThat(hub.followed).isEmpty();
    stream.changed(change(a));
    stream.changed(change(completed(a)));
    assertThat(seen()).isEqualTo("a1 b2 a2");
    assertThat(reader.ended).isFalse();
    assertThat(hub.reads).isEmpty();
  }

  @Test
  void picks_end_with_done_when_all_are_over() {
    ProcessingStatus a = upload("a", 1);
    ProcessingStatus b = upload("b", 2);
    var stream = ofPicks(completed(b), a);
    assertThat(reader.ended).isFalse();
    stream.changed(change(completed(a)));
    assertThat(seen()).isEqualTo("b2 a1 a2 done");
    assertThat(reader.ended).isTrue();
    assertThat(tally.open()).isZero();
  }

  @Test
  void picks_that_are_all_over_are_shown_and_done() {
    ofPicks(completed(upload("a", 1)), completed(upload("b", 2)));
    assertThat(seen()).isEqualTo("a2 b2 done");
  }

  @Test
  void done_comes_after_what_a_slow_reader_has_not_taken_yet() {
    reader.full = true;
    ofPicks(completed(upload("a", 1)), completed(upload("b", 2)));
    reader.full = false;
    pass(Duration.ofMillis(100));
    assertThat(seen()).isEqualTo("a2 b2 done");
  }

  @Test
  void picks_of_which_none_exists_are_done() {
    ofPicks();
    assertThat(seen()).isEqualTo("done");
  }

  @Test
  void the_end_of_one_life_ends_nothing_else() {
    ProcessingStatus a = upload("a", 1);
    var stream = ofPicks(a, upload("b", 2));
    stream.expired(id("b"));
    assertThat(hub.followed).containsExactly("a");
    stream.changed(change(completed(a)));
    assertThat(seen()).isEqualTo("a1 b1 expired:b a2 done");
  }

  @Test
  void picks_are_done_when_the_life_of_the_last_that_was_not_over_ends() {
    var stream = ofPicks(completed(upload("a", 1)), upload("b", 2));
    stream.expired(id("b"));
    assertThat(seen()).isEqualTo("a2 b1 expired:b done");
    assertThat(reader.ended).isTrue();
  }

  @Test
  void of_several_that_are_over_each_expires_in_its_own_time() {
    Instant now = time.now();
    ofAll(
        Records.completed(id("late"), 2, now.plusSeconds(3000)),
        Records.completed(id("early"), 2, now.plusSeconds(1000)),
        Records.completed(id("later"), 2, now.plusSeconds(5000)));
    var expired = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      time.pass(Duration.ofSeconds(i == 0 ? 1001 : 2000));
      pass(Duration.ofSeconds(2));
      expired.add(seen().replaceFirst(".*expired:", ""));
    }
    assertThat(expired).containsExactly("early", "late", "later");
  }

  @Test
  void from_its_end_on_it_listens_to_nothing_whether_or_not_its_reader_takes_the_end() {
    var stream = stream(false, Instant.MAX);
    var letGo = new AtomicInteger();
    stream.subscribed(letGo::incrementAndGet);
    begin(stream, upload("a", 1));
    reader.full = true;
    stream.drain(Duration.ofMillis(777));
    assertThat(tally.open()).as("it waits for its reader").isEqualTo(1);
    assertThat(letGo).hasValue(1);
    assertThat(hub.followed).isEmpty();
    stream.closed();
    assertThat(letGo).hasValue(1);
  }

  @Test
  void the_stream_itself_notices_that_what_is_over_expires() {
    ofAll(completed(upload("a", 1)), upload("b", 2));
    pass(Duration.ofSeconds(2));
    assertThat(seen()).isEqualTo("a2 b1");
    time.pass(Duration.ofHours(24));
    pass(Duration.ofSeconds(2));
    // b is watched by the hub, which would say so.
    assertThat(seen()).isEqualTo("a2 b1 expired:a");
    pass(Duration.ofSeconds(5));
    assertThat(seen()).isEqualTo("a2 b1 expired:a");
  }

  @Test
  void a_list_shows_what_no_change_has_told_and_looks_for_nothing_twice() {
    ProcessingStatus late = at(upload("late", 5), 3);
    hub.table.put(late.uploadId(), late);
    var stream = ofAll(upload("a", 1));
    var listed =
        List.of(
            OwnedUpload.of(late),
            OwnedUpload.of(upload("deleted", 3)),
            OwnedUpload.of(upload("a", 1)));
    stream.listed(listed);
    stream.listed(listed);
    assertThat(seen()).isEqualTo("a1 late3");
    assertThat(hub.reads).containsExactly("late", "deleted");
  }

  @Test
  void a_hundred_are_shown_and_with_one_more_the_oldest_leaves() {
    var shown = new ProcessingStatus[UploadsStream.MOST];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = upload("u" + i, 1000 - i);
    }
    var stream = ofAll(shown);
    stream.changed(change(upload("new", 2000)));
    assertThat(hub.followed).hasSize(UploadsStream.MOST).contains("new").doesNotContain("u99");
    int before = reader.parser.events().size();
    pass(Duration.ofMillis(200));
    stream.changed(change(at(upload("u99", 1000 - 99), 2)));
    stream.changed(change(upload("ancient", 1)));
    assertThat(reader.parser.events()).hasSize(before);
  }

  @Test
  void what_the_list_left_out_stays_out_until_something_newer_comes() {
    var stream = stream(false, Instant.MAX);
    ProcessingStatus last = upload("last", 10);
    stream.begin(
        reader,
        Framing.retry(Duration.ofSeconds(1)),
        List.of(reading(last)),
        Optional.of(OwnedUpload.of(last)));
    stream.changed(change(upload("older", 9)));
    pass(Duration.ofMillis(200));
    stream.changed(change(at(last, 2)));
    stream.changed(change(upload("newer", 11)));
    assertThat(seen()).isEqualTo("last1 last2 newer1");
  }

  @Test
  void heartbeat_token_drain_and_write_timeout_are_those_of_any_stream() {
    var stream = stream(false, time.now().plusSeconds(100));
    begin(stream, upload("a", 1));
    pass(Duration.ofSeconds(41));
    assertThat(reader.parser.comments()).isEqualTo(3);
    assertThat(seen()).isEqualTo("a1 token");
    stream.drain(Duration.ofMillis(777));
    assertThat(reader.parser.retries()).containsExactly(1000L, 777L);
    assertThat(reader.ended).isTrue();
    assertThat(hub.followed).isEmpty();
    assertThat(tally.open()).isZero();
  }

  @Test
  void a_reader_that_takes_nothing_is_cut_and_nothing_is_listened_to_any_more() {
    ofAll(upload("a", 1));
    reader.full = true;
    pass(config.writeTimeout().plusSeconds(3));
    assertThat(reader.cut).isTrue();
    assertThat(hub.followed).isEmpty();
    assertThat(tally.open()).isZero();
  }

  @Test
  void a_drain_before_the_beginning_waits_for_it() {
    var stream = stream(false, Instant.MAX);
    stream.drain(Duration.ofMillis(777));
    pass(Duration.ofSeconds(2));
    begin(stream, upload("a", 1));
    assertThat(seen()).isEqualTo("a1");
  }
}
