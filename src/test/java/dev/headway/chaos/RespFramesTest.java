package dev.headway.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RespFramesTest {
  private static final List<String> FRAMES =
      List.of(
          "+OK\r\n",
          ":3\r\n",
          "$-1\r\n",
          "$4\r\na\r\nb\r\n",
          "*3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$5\r\n*2\r\nx\r\n",
          ">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$0\r\n\r\n",
          "%1\r\n+key\r\n*2\r\n:1\r\n_\r\n",
          "*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n",
          "*0\r\n");

  @Test
  void frames_are_found_in_whatever_pieces_they_come() {
    byte[] all = String.join("", FRAMES).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (int piece = 1; piece <= all.length; piece++) {
      var frames = new RespFrames();
      var found = new ArrayList<String>();
      for (int from = 0; from < all.length; from += piece) {
        var bytes = java.util.Arrays.copyOfRange(all, from, Math.min(all.length, from + piece));
        frames.feed(Buffer.buffer(bytes)).forEach(frame -> found.add(frame.toString()));
      }
      assertThat(found).as("in pieces of %d", piece).isEqualTo(FRAMES);
    }
  }

  @Test
  void only_what_was_published_is_a_message() {
    assertThat(FRAMES.stream().filter(f -> RespFrames.isMessage(Buffer.buffer(f))))
        .containsExactly(FRAMES.get(4), FRAMES.get(5));
  }
}
