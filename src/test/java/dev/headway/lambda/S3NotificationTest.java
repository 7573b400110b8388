package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.leads.UploadedObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3NotificationTest {
  /** As S3 documents it, with what does not matter here. */
  static String event(String name, String key, String object) {
    return """
    {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-central-1",
    "eventTime":"2025-01-09T10:00:00.000Z","eventName":"%s",
    "userIdentity":{"principalId":"AWS:AIDA"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},
    "responseElements":{"x-amz-request-id":"C3D1"},
    "s3":{"s3SchemaVersion":"1.0","configurationId":"x",
    "bucket":{"name":"uploads-bucket","ownerIdentity":{"principalId":"A3N"},"arn":"arn:aws:s3:::uploads-bucket"},
    "object":{"key":"%s",%s"sequencer":"0A1B2C"}}}]}
    """
        .formatted(name, key, object);
  }

  @Test
  void a_created_object_is_named_with_its_key_decoded() {
    String body =
        event("ObjectCreated:Put", "uploads/a+b%2B%C3%BC.csv", "\"size\":1024,\"eTag\":\"d41d8\",");
    assertThat(S3Notification.created(body))
        .containsExactly(
            new UploadedObject("uploads-bucket", "uploads/a b+ü.csv", 1024, Optional.of("d41d8")));
  }

  @Test
  void an_upload_in_parts_counts_and_an_object_may_have_no_tag() {
    String body = event("ObjectCreated:CompleteMultipartUpload", "uploads/a.csv", "\"size\":0,");
    assertThat(S3Notification.created(body))
        .containsExactly(
            new UploadedObject("uploads-bucket", "uploads/a.csv", 0, Optional.empty()));
  }

  @Test
  void other_events_name_no_object() {
    assertThat(S3Notification.created(event("ObjectRemoved:Delete", "uploads/a.csv", "")))
        .isEmpty();
    assertThat(
            S3Notification.created(
                "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Bucket\":\"b\"}"))
        .isEmpty();
    assertThat(S3Notification.created("{\"Records\":[]}")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "null",
        "[]",
        "{}",
        "{\"Records\":{}}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\"}]}",
        "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"k\",\"size\":-1}}}]}"
      })
  void what_is_no_notification_is_refused_without_being_repeated(String body) {
    assertThatThrownBy(() -> S3Notification.created(body))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void nesting_without_end_is_refused() {
    assertThatThrownBy(() -> S3Notification.created("[".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
