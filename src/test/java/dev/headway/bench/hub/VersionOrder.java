package dev.headway.bench.hub;

import java.util.List;

/** Whether the versions of one stream rise: none may come twice, or after a newer one. */
final class VersionOrder {
  private long newest;

  boolean rises(long version) {
    boolean rises = version > newest;
    newest = Math.max(newest, version);
    return rises;
  }

  /**
   * How many streams have not got the newest version that others of their upload have.
   *
   * @param streams the n-th on upload n modulo {@code uploads}
   */
  static long behind(List<VersionOrder> streams, int uploads) {
    long[] known = new long[uploads];
    for (int i = 0; i < streams.size(); i++) {
      known[i % uploads] = Math.max(known[i % uploads], streams.get(i).newest);
    }
    long behind = 0;
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i).newest < known[i % uploads]) {
        behind++;
      }
    }
    return behind;
  }
}
