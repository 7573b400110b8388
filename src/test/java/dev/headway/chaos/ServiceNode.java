package dev.headway.chaos;

import io.vertx.core.buffer.Buffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One node as it is seen from outside: its process, its link to Redis, and what it last said of
 * itself.
 */
final class ServiceNode {
  private static final Pattern WHOLE = figure("headway_board_whole");
  private static final Pattern LEASES = figure("headway_tail_leases");
  private static final Pattern READS = figure("headway_table_reads_total");

  private final int index;
  private final int port;
  private final Child process;
  private final RedisLink link;

  // Written by the lookout, read by any.
  private volatile boolean ready;
  private volatile boolean whole;
  private volatile int leases;

  // Of the lookout, and of whoever asks for the sum.
  private long readsOfEarlierLives;
  private long reads;

  ServiceNode(int index, int port, Child process, RedisLink link) {
    this.index = index;
    this.port = port;
    this.process = process;
    this.link = link;
  }

  private static Pattern figure(String name) {
    return Pattern.compile("(?m)^" + name + "(?:\\{[^}]*})? ([0-9.E+-]+)$");
  }

  int index() {
    return index;
  }

  int port() {
    return port;
  }

  Child process() {
    return process;
  }

  RedisLink link() {
    return link;
  }

  /** Whether a load balancer would send it anybody. */
  boolean isReady() {
    return ready;
  }

  boolean isWell() {
    return ready && whole;
  }

  int leases() {
    return leases;
  }

  void saysReady(boolean is) {
    ready = is;
    if (!is) {
      whole = false;
    }
  }

  /** Whoever does not answer holds nothing that can be relied on. */
  void saysNothing() {
    saysReady(false);
    leases = 0;
  }

  synchronized void says(Buffer metrics) {
    String text = metrics.toString();
    whole = ready && value(WHOLE, text) == 1;
    leases = (int) value(LEASES, text);
    long now = (long) value(READS, text);
    if (now < reads) {
      readsOfEarlierLives += reads;
    }
    reads = now;
  }

  /** What it has read from the table, over all its lives, as far as it could still say so. */
  synchronized long reads() {
    return readsOfEarlierLives + reads;
  }

  private static double value(Pattern pattern, String metrics) {
    Matcher found = pattern.matcher(metrics);
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }

  @Override
  public String toString() {
    return "node %d (%s, %s, %d leases)"
        .formatted(index + 1, ready ? "ready" : "not ready", whole ? "whole" : "not whole", leases);
  }
}
