package dev.headway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import org.junit.jupiter.api.Test;

class HeapWatchTest {
  @Test
  void what_is_alive_after_a_collection_is_what_is_taken() throws InterruptedException {
    try (var heap = new HeapWatch()) {
      long[] large = new long[8 * 1024 * 1024];
      try {
        collect(heap);
        double share = large.length * 8.0 / Runtime.getRuntime().maxMemory();
        assertThat(heap.taken()).isBetween(share, 1.0);
      } finally {
        Reference.reachabilityFence(large);
      }
    }
  }

  /** Notifications come on a thread of the JVM's, in its own time. */
  private static void collect(HeapWatch heap) throws InterruptedException {
    double before = heap.taken();
    long end = System.nanoTime() + 20_000_000_000L;
    while (heap.taken() == before) {
      assertThat(System.nanoTime()).as("no collection was heard of").isLessThan(end);
      System.gc();
      Thread.onSpinWait();
    }
  }
}
