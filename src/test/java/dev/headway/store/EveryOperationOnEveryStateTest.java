package dev.headway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.status.Failure;
import dev.headway.status.FileAcceptance;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.WriteOutcome;
import dev.headway.status.WriteOutcome.Absent;
import dev.headway.status.WriteOutcome.Applied;
import dev.headway.status.WriteOutcome.Unchanged;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EveryOperationOnEveryStateTest extends OneUpload {
  EveryOperationOnEveryStateTest(DynamoDbLocal dynamoDb) {
    super(dynamoDb);
  }

  /**
   * Every operation on every state. An entry is the outcome (A applied, U unchanged, - absent) and
   * then the status and stage of the record, in short. The processing one is split into 3 batches
   * of which number 2 failed.
   */
  @ParameterizedTest(name = "{0} of an upload {1} gives {2}")
  @CsvSource({
    "createStatus,       absent,     A uploading file_upload",
    "createStatus,       expired,    A uploading file_upload",
    "createStatus,       uploading,  U uploading file_upload",
    "createStatus,       uploaded,   U uploaded file_processing",
    "createStatus,       processing, U processing batch_processing",
    "createStatus,       completed,  U completed completed",
    "createStatus,       error,      U error file_processing",
    "createStatus,       cancelled,  U cancelled file_upload",
    "toUploading,        absent,     -",
    "toUploading,        expired,    -",
    "toUploading,        uploading,  U uploading file_upload",
    "toUploading,        uploaded,   U uploaded file_processing",
    "toUploading,        processing, U processing batch_processing",
    "toUploading,        completed,  U completed completed",
    "toUploading,        error,      U error file_processing",
    "toUploading,        cancelled,  U cancelled file_upload",
    "toUploaded,         absent,     -",
    "toUploaded,         expired,    -",
    "toUploaded,         uploading,  A uploaded file_processing",
    "toUploaded,         uploaded,   U uploaded file_processing",
    "toUploaded,         processing, U processing batch_processing",
    "toUploaded,         completed,  U completed completed",
    "toUploaded,         error,      U error file_processing",
    "toUploaded,         cancelled,  U cancelled file_upload",
    "toProcessing,       absent,     -",
    "toProcessing,       expired,    -",
    "toProcessing,       uploading,  A processing file_processing",
    "toProcessing,       uploaded,   A processing file_processing",
    "toProcessing,       processing, U processing batch_processing",
    "toProcessing,       completed,  U completed completed",
    "toProcessing,       error,      U error file_processing",
    "toProcessing,       cancelled,  U cancelled file_upload",
    "acceptFile,         absent,     -",
    "acceptFile,         expired,    -",
    "acceptFile,         uploading,  A uploaded file_processing",
    "acceptFile,         uploaded,   A uploaded file_processing",
    "acceptFile,         processing, A processing batch_processing",
    "acceptFile,         completed,  U completed completed",
    "acceptFile,         error,      U error file_processing",
    "acceptFile,         cancelled,  U cancelled file_upload",
    "abandon,            absent,     -",
    "abandon,            expired,    -",
    "abandon,            uploading,  A error file_upload",
    "abandon,            uploaded,   U uploaded file_processing",
    "abandon,            processing, U processing batch_processing",
    "abandon,            completed,  U completed completed",
    "abandon,            error,      U error file_processing",
    "abandon,            cancelled,  U cancelled file_upload",
    "splitInto,          absent,     -",
    "splitInto,          expired,    -",
    "splitInto,          uploading,  A processing batch_processing",
    "splitInto,          uploaded,   A processing batch_processing",
    "splitInto,          processing, U processing batch_processing",
    "splitInto,          completed,  U completed completed",
    "splitInto,          error,      U error file_processing",
    "splitInto,          cancelled,  U cancelled file_upload",
    "completeBatch,      absent,     -",
    "completeBatch,      expired,    -",
    "completeBatch,      uploading,  A processing batch_processing",
    "completeBatch,      uploaded,   A processing batch_processing",
    "completeBatch,      processing, A processing batch_processing",
    "completeBatch,      completed,  U completed completed",
    "completeBatch,      error,      U error file_processing",
    "completeBatch,      cancelled,  U cancelled file_upload",
    "failBatch,          absent,     -",
    "failBatch,          expired,    -",
    "failBatch,          uploading,  A processing batch_processing",
    "failBatch,          uploaded,   A processing batch_processing",
    "failBatch,          processing, A processing batch_processing",
    "failBatch,          completed,  U completed completed",
    "failBatch,          error,      U error file_processing",
    "failBatch,          cancelled,  U cancelled file_upload",
    "confirmSent,        absent,     -",
    "confirmSent,        expired,    -",
    "confirmSent,        uploading,  U uploading file_upload",
    "confirmSent,        uploaded,   U uploaded file_processing",
    "confirmSent,        processing, U processing batch_processing",
    "confirmSent,        completed,  U completed completed",
    "confirmSent,        error,      U error file_processing",
    "confirmSent,        cancelled,  U cancelled file_upload",
    "completeProcessing, absent,     -",
    "completeProcessing, expired,    -",
    "completeProcessing, uploading,  U uploading file_upload",
    "completeProcessing, uploaded,   U uploaded file_processing",
    "completeProcessing, processing, U processing batch_processing",
    "completeProcessing, completed,  U completed completed",
    "completeProcessing, error,      U error file_processing",
    "completeProcessing, cancelled,  U cancelled file_upload",
    "setError,           absent,     -",
    "setError,           expired,    -",
    "setError,           uploading,  A error file_upload",
    "setError,           uploaded,   A error file_processing",
    "setError,           processing, A error batch_processing",
    "setError,           completed,  U completed completed",
    "setError,           error,      U error file_processing",
    "setError,           cancelled,  U cancelled file_upload",
    "cancel,             absent,     -",
    "cancel,             expired,    -",
    "cancel,             uploading,  A cancelled file_upload",
    "cancel,             uploaded,   A cancelled file_processing",
    "cancel,             processing, A cancelled batch_processing",
    "cancel,             completed,  U completed completed",
    "cancel,             error,      U error file_processing",
    "cancel,             cancelled,  U cancelled file_upload",
    "markStalled,        absent,     -",
    "markStalled,        expired,    -",
    "markStalled,        uploading,  A uploading file_upload",
    "markStalled,        uploaded,   A uploaded file_processing",
    "markStalled,        processing, A processing batch_processing",
    "markStalled,        completed,  U completed completed",
    "markStalled,        error,      U error file_processing",
    "markStalled,        cancelled,  U cancelled file_upload",
  })
  void an_operation_does_what_the_status_allows(String operation, String state, String expected) {
    bringTo(state);
    var before = service.getStatus(id);
    var itemBefore = item();
    clock.advance(Duration.ofSeconds(1));

    WriteOutcome outcome = run(operation);

    assertThat(inShort(outcome)).isEqualTo(expected);
    assertThat(service.getStatus(id)).isEqualTo(outcome.current());
    switch (outcome) {
      case Applied(ProcessingStatus after) when before.isPresent() ->
          assertThat(after.version()).isEqualTo(before.get().version() + 1);
      case Applied _ -> {}
      case Unchanged _, Absent() -> assertThat(item()).isEqualTo(itemBefore);
    }
  }

  private void bringTo(String state) {
    if (state.equals("absent")) {
      return;
    }
    create();
    switch (state) {
      case "uploading" -> {}
      case "expired" -> clock.advance(Duration.ofHours(24));
      case "uploaded" -> service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING);
      case "processing" -> {
        service.splitInto(id, 3, 30);
        service.failBatch(id, 2);
      }
      case "completed" -> {
        service.splitInto(id, 1, 10);
        service.completeBatch(id, 1, TEN);
      }
      case "error" -> {
        service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING);
        service.setError(id, Failure.UNREADABLE);
      }
      case "cancelled" -> service.cancel(id);
      default -> throw new AssertionError(state);
    }
  }

  private WriteOutcome run(String operation) {
    return switch (operation) {
      case "createStatus" -> create();
      case "toUploading" -> service.updateStatus(id, Status.UPLOADING, Stage.FILE_UPLOAD);
      case "toUploaded" -> service.updateStatus(id, Status.UPLOADED, Stage.FILE_PROCESSING);
      case "toProcessing" -> service.updateStatus(id, Status.PROCESSING, Stage.FILE_PROCESSING);
      case "acceptFile" ->
          switch (service.acceptFile(id, "5d41402a")) {
            case FileAcceptance.Accepted(ProcessingStatus record) -> new Applied(record);
            case FileAcceptance.Sent(ProcessingStatus record) -> new Unchanged(record);
            case FileAcceptance.Declined(ProcessingStatus record) -> new Unchanged(record);
            case FileAcceptance.Absent() -> new Absent();
          };
      case "abandon" ->
          service.abandon(id, service.getStatus(id).map(ProcessingStatus::version).orElse(1L));
      case "splitInto" -> service.splitInto(id, 3, 30);
      case "completeBatch" -> service.completeBatch(id, 1, TEN);
      case "failBatch" -> service.failBatch(id, 1);
      case "confirmSent" -> service.confirmSent(id, "5d41402a");
      case "completeProcessing" -> service.completeProcessing(id);
      case "setError" -> service.setError(id, Failure.SPLIT_FAILED);
      case "cancel" -> service.cancel(id);
      case "markStalled" ->
          service.markStalled(id, service.getStatus(id).map(ProcessingStatus::version).orElse(1L));
      default -> throw new AssertionError(operation);
    };
  }

  private static String inShort(WriteOutcome outcome) {
    return switch (outcome) {
      case Applied(ProcessingStatus r) -> "A " + r.status().wire() + " " + r.stage().wire();
      case Unchanged(ProcessingStatus r) -> "U " + r.status().wire() + " " + r.stage().wire();
      case Absent() -> "-";
    };
  }
}
