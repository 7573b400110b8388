package dev.headway.leads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headway.status.UploadId;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCodecTest {
  private static final UploadId ID = new UploadId("u-1");
  private final BatchCodec codec = new BatchCodec();

  @Test
  void the_message_says_which_rows_of_which_batch() {
    BatchMessage message = BatchMessage.of(ID, 3, List.of(Rows.row(21, "Näme", "Ann")));
    assertThat(codec.encode(message))
        .isEqualTo(
            "{\"v\":1,\"uploadId\":\"u-1\",\"batch\":3,\"rows\":[{\"row\":21,\"fields\":{\"N\\u00E4me\":\"Ann\"}}]}");
    assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
  }

  @Property(tries = 200)
  void any_text_survives_the_queue(@ForAll @StringLength(min = 1, max = 50) String text) {
    BatchMessage message = BatchMessage.of(ID, 1, List.of(new SourceRow(1, Map.of("c", text))));
    String json = new BatchCodec().encode(message);
    assertThat(json.chars()).allMatch(c -> c >= 0x20 && c < 0x7F);
    assertThat(new BatchCodec().decode(json)).isEqualTo(message);
  }

  @Test
  void rows_elsewhere_are_named_by_their_key() {
    BatchMessage message =
        BatchMessage.of(ID, 3, List.of(Rows.row(1, "a", "b"))).withRowsIn("batches/u-1/3.json");
    assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "secret nonsense",
        "[]",
        "{}",
        "{\"v\":2,\"uploadId\":\"u-1\",\"batch\":1,\"rows\":[{\"row\":1,\"fields\":{\"a\":\"b\"}}]}",
        "{\"v\":1,\"uploadId\":\"../x\",\"batch\":1,\"rows\":[{\"row\":1,\"fields\":{\"a\":\"b\"}}]}",
        "{\"v\":1,\"uploadId\":\"u-1\",\"batch\":0,\"rows\":[{\"row\":1,\"fields\":{\"a\":\"b\"}}]}",
        "{\"v\":1,\"uploadId\":\"u-1\",\"batch\":1,\"rows\":[]}",
        "{\"v\":1,\"uploadId\":\"u-1\",\"batch\":1,\"rows\":[{\"row\":1,\"fields\":{}}]}",
        "{\"v\":1,\"uploadId\":\"u-1\",\"batch\":1}"
      })
  void what_is_no_batch_is_refused_without_being_repeated(String json) {
    assertThatThrownBy(() -> codec.decode(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a batch")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }

  @Test
  void a_batch_is_identified_even_if_its_rows_cannot_be_read() {
    assertThat(codec.identify("{\"v\":9,\"uploadId\":\"u-1\",\"batch\":7,\"rows\":true}"))
        .contains(new BatchCodec.Identity(ID, 7, false));
    assertThat(codec.identify("{\"uploadId\":\"u-1\"}")).isEmpty();
    assertThat(codec.identify("{\"batch\":1}")).isEmpty();
    assertThat(codec.identify("nonsense")).isEmpty();
  }

  @Test
  void a_buried_batch_is_the_same_batch_and_says_so() {
    BatchMessage batch = BatchMessage.of(ID, 7, List.of(Rows.row(1, "Name", "Jürgen")));
    String buried = codec.buried(codec.encode(batch));
    assertThat(codec.identify(buried)).contains(new BatchCodec.Identity(ID, 7, true));
    assertThat(codec.decode(buried)).isEqualTo(batch);
    assertThat(buried).matches("\\p{ASCII}+");
  }
}
