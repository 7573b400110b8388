package dev.headway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LocalStreamArnTest {
  private static final String STREAM = ":000000000000:table/uploads/stream/2026-01-02T03:04:05.678";

  @Test
  void the_local_region_becomes_one_that_the_adapter_knows() {
    assertThat(LocalStreamArn.known("arn:aws:dynamodb:ddblocal" + STREAM))
        .isEqualTo("arn:aws:dynamodb:us-east-1" + STREAM);
  }

  @Test
  void a_stream_on_AWS_keeps_its_region() {
    String arn = "arn:aws:dynamodb:eu-central-1" + STREAM;
    assertThat(LocalStreamArn.known(arn)).isEqualTo(arn);
  }
}
