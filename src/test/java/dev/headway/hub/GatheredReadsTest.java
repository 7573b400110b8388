package dev.headway.hub;

import static dev.headway.hub.Records.id;
import static dev.headway.hub.Records.processing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.OwnedUpload;
import dev.headway.status.OwnerId;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.StatusReader;
import dev.headway.status.UploadId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GatheredReadsTest {
  private final HeldTable table = new HeldTable();
  private final GatheredReads reads = new GatheredReads(table, Duration.ofMinutes(1));

  /** Answers when it is told to; has version 7 of every upload whose name does not begin with x. */
  private static final class HeldTable implements StatusReader {
    private record Request(
        List<UploadId> ids, CompletableFuture<Map<UploadId, ProcessingStatus>> answer) {}

    private final List<Request> requests = new ArrayList<>();

    @Override
    public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
      return ask(List.of(id)).thenApply(found -> Optional.ofNullable(found.get(id)));
    }

    @Override
    public CompletionStage<List<OwnedUpload>> newestOf(
        OwnerId owner, int limit, Optional<OwnedUpload> after) {
      throw new UnsupportedOperationException("nobody lists here");
    }

    @Override
    public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(Collection<UploadId> ids) {
      assertThat(ids).hasSizeBetween(2, 100);
      return ask(List.copyOf(ids));
    }

    private CompletionStage<Map<UploadId, ProcessingStatus>> ask(List<UploadId> ids) {
      var request = new Request(ids, new CompletableFuture<>());
      requests.add(request);
      return request.answer;
    }

    void answer(int index) {
      Request request = requests.get(index);
      Map<UploadId, ProcessingStatus> found = new HashMap<>();
      for (UploadId id : request.ids) {
        if (!id.value().startsWith("x")) {
          found.put(id, processing(id, 7));
        }
      }
      request.answer.complete(found);
    }

    List<Integer> sizes() {
      return requests.stream().map(request -> request.ids.size()).toList();
    }
  }

  private List<CompletableFuture<Optional<ProcessingStatus>>> readMany(int count) {
    List<CompletableFuture<Optional<ProcessingStatus>>> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(reads.read(id("u" + i)).toCompletableFuture());
    }
    return answers;
  }

  @Test
  void a_few_go_at_once_each_for_itself() {
    var answers = readMany(8);
    assertThat(table.sizes()).hasSize(8).containsOnly(1);
    table.answer(3);
    assertThat(answers.get(3).join().orElseThrow().version()).isEqualTo(7);
    assertThat(answers.get(2)).isNotDone();
  }

  @Test
  void what_comes_while_they_are_under_way_goes_together() {
    var answers = readMany(1_000);
    assertThat(table.sizes()).hasSize(8);
    for (int i = 0; i < 18; i++) {
      table.answer(i);
    }
    assertThat(table.sizes().subList(8, 18))
        .containsExactly(100, 100, 100, 100, 100, 100, 100, 100, 100, 92);
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isPresent());
  }

  @Test
  void an_upload_without_a_record_is_told_apart_in_a_batch_too() {
    readMany(8);
    var there = reads.read(id("y")).toCompletableFuture();
    var not = reads.read(id("x")).toCompletableFuture();
    table.answer(0);
    table.answer(8);
    assertThat(there.join()).isPresent();
    assertThat(not.join()).isEmpty();
  }

  @Test
  void who_asks_for_what_waits_shares_it_and_who_asks_later_gets_a_read_of_his_own() {
    readMany(8);
    var first = reads.read(id("a")).toCompletableFuture();
    var second = reads.read(id("a")).toCompletableFuture();
    table.answer(0);
    var third = reads.read(id("a")).toCompletableFuture();
    table.answer(8);
    assertThat(first.join()).isPresent();
    assertThat(second.join()).isPresent();
    assertThat(third).isNotDone();
    table.answer(9);
    assertThat(third.join()).isPresent();
  }

  @Test
  void a_request_that_fails_fails_for_its_readers_only_and_the_next_goes() {
    var answers = readMany(10);
    table.requests.getFirst().answer.completeExceptionally(new IllegalStateException("away"));
    assertThatThrownBy(() -> answers.getFirst().join()).hasRootCauseMessage("away");
    assertThat(table.sizes()).hasSize(9).last().isEqualTo(2);
    table.answer(8);
    assertThat(answers.getLast().join()).isPresent();
  }

  @Test
  void a_table_that_throws_has_failed() {
    var throwing =
        new GatheredReads(
            new StatusReader() {
              @Override
              public CompletionStage<Optional<ProcessingStatus>> read(UploadId id) {
                throw new IllegalStateException("broken");
              }

              @Override
              public CompletionStage<Map<UploadId, ProcessingStatus>> readAll(
                  Collection<UploadId> ids) {
                throw new IllegalStateException("broken");
              }

              @Override
              public CompletionStage<List<OwnedUpload>> newestOf(
                  OwnerId owner, int limit, Optional<OwnedUpload> after) {
                throw new UnsupportedOperationException("nobody lists here");
              }
            },
            Duration.ofMinutes(1));
    for (int i = 0; i < 20; i++) { // more often than may be under way: none is left hanging
      var answer = throwing.read(id("a")).toCompletableFuture();
      assertThatThrownBy(answer::join).hasRootCauseMessage("broken");
    }
  }

  @Test
  void a_request_that_hangs_makes_room_after_a_while() {
    var impatient = new GatheredReads(table, Duration.ofMillis(1));
    List<CompletableFuture<Optional<ProcessingStatus>>> answers = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      answers.add(impatient.read(id("u" + i)).toCompletableFuture());
    }
    assertThatThrownBy(() -> answers.getLast().get(10, TimeUnit.SECONDS))
        .hasMessageContaining("TimeoutException");
  }
}
