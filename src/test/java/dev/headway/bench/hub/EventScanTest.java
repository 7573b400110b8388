package dev.headway.bench.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventScanTest {
  @Test
  void finds_every_version_however_the_stream_is_cut() {
    byte[] stream =
        (new String(FloorServer.frame(3, 17), StandardCharsets.UTF_8)
                + "\r\n1a4\r\n:\n\n"
                + new String(FloorServer.frame(3, 1_700_000_000_000_000L), StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    for (int piece = 1; piece <= stream.length; piece++) {
      List<Long> found = new ArrayList<>();
      var scan = new EventScan();
      for (int from = 0; from < stream.length; from += piece) {
        int to = Math.min(stream.length, from + piece);
        scan.feed(Arrays.copyOfRange(stream, from, to), to - from, found::add);
      }
      assertThat(found).containsExactly(17L, 1_700_000_000_000_000L);
    }
  }
}
