package dev.headway.hub;

import java.util.Arrays;

/**
 * The subscribers of one upload, or of one owner, on one event loop. Removing puts the last into
 * the gap, so those who go through it go from the end: whom they have not met yet then never moves
 * behind them.
 */
final class Topic<K> {
  private final Subscriptions<K> registry;
  private final K key;
  private Subscription[] members = new Subscription[1]; // most uploads have one watcher
  private int size;

  Topic(Subscriptions<K> registry, K key) {
    this.registry = registry;
    this.key = key;
  }

  void add(Subscription member) {
    if (size == members.length) {
      members = Arrays.copyOf(members, 2 * size);
    }
    member.moveTo(size);
    members[size++] = member;
  }

  /** Takes a member out, whose position must be in this topic. */
  @SuppressWarnings("NullAway") // a slot beyond the size holds nothing
  void remove(Subscription member) {
    Subscription last = members[--size];
    members[size] = null;
    if (last != member) {
      members[member.position()] = last;
      last.moveTo(member.position());
    }
    member.moveTo(-1);
    if (members.length > 16 && size < members.length / 4) {
      members = Arrays.copyOf(members, members.length / 2);
    }
    if (size == 0) {
      registry.remove(key);
    }
  }

  Subscription get(int index) {
    return members[index];
  }

  int size() {
    return size;
  }
}
