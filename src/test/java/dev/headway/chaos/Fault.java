package dev.headway.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What goes wrong in one row of the table. */
enum Fault {
  HEALTHY("nothing", 10) {
    @Override
    Injection inject(Cluster cluster) {
      return Injection.of(Set.of(), () -> {});
    }
  },

  TAIL_OWNER_KILLED("tail owner killed -9", 12) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      return kill(cluster, cluster.tailOwner());
    }
  },

  OTHER_NODE_KILLED("another node killed -9", 12) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      return kill(cluster, cluster.another());
    }
  },

  /** The owner of the tail, which is the worst that can freeze. */
  NODE_FROZEN("tail owner frozen", 20) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      ServiceNode node = cluster.tailOwner();
      node.process().freeze();
      return Injection.of(Set.of(node.index()), node.process()::thaw);
    }

    @Override
    Duration boundForHit() {
      return Viewer.SILENCE.plus(STALE_AT_MOST);
    }
  },

  REDIS_KILLED("Redis killed -9", 20) {
    @Override
    Injection inject(Cluster cluster) {
      cluster.redis().kill();
      return Injection.of(Set.of(), cluster::startRedis);
    }
  },

  REDIS_PAUSED("Redis paused", 20) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      cluster.redis().freeze();
      return Injection.of(Set.of(), cluster.redis()::thaw);
    }
  },

  /** The owner of the tail, which can tell nobody any more. */
  NODE_CUT_OFF("tail owner refused by Redis", 20) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      return link(cluster.tailOwner(), RedisLink.Mode.REFUSING);
    }
  },

  NODE_UNHEARD("silent link of one node to Redis", 20) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      return link(cluster.another(), RedisLink.Mode.STILL);
    }
  },

  /** Nothing else is wrong, so only the numbers of the messages tell. */
  MESSAGES_LOST("changes told to one node lost", 10) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      return link(cluster.another(), RedisLink.Mode.LOSING);
    }
  },

  DYNAMODB_AWAY("DynamoDB away", 10) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      cluster.dynamoDb().freeze();
      return Injection.of(Set.of(), cluster.dynamoDb()::thaw);
    }

    @Override
    boolean isCountedFromItsEnd() {
      return true;
    }
  },

  /** The clock jumps in the running process, and back at the end. */
  CLOCK_OFF("wall clock of the tail owner +60 s", 20) {
    @Override
    void prepare(Cluster cluster) throws Exception {
      // Any of them may own the tail then, so each gets a clock that can be moved.
      cluster.nodes().forEach(node -> node.process().kill());
      for (ServiceNode node : cluster.nodes()) {
        Files.writeString(offset(cluster, node), "+0\n");
        cluster.startNode(
            node,
            Map.of(
                "LD_PRELOAD",
                libfaketime().orElseThrow().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                offset(cluster, node).toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                "DONT_FAKE_MONOTONIC",
                "1",
                // Its workaround for an old C library makes each timed wait of a JVM return at
                // once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0"));
      }
    }

    @Override
    Injection inject(Cluster cluster) throws Exception {
      ServiceNode node = cluster.tailOwner();
      Path offset = offset(cluster, node);
      Files.writeString(offset, "+60s\n");
      return Injection.of(Set.of(node.index()), () -> Files.writeString(offset, "+0\n"));
    }

    private Path offset(Cluster cluster, ServiceNode node) {
      return cluster.folder().toAbsolutePath().resolve("clock-" + (node.index() + 1));
    }
  },

  ROLLING_RESTART("rolling restart", 0) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      for (ServiceNode node : cluster.nodes()) {
        node.process().stop(cluster.settings().stopWithin());
        cluster.startNode(node, Map.of());
        cluster.awaitReady(node);
      }
      return Injection.of(everyNode(cluster), () -> {});
    }
  },

  /** Everything but the table, whose content is in memory; the nodes come up before Redis does. */
  COLD_START("all at once, cold", 0) {
    @Override
    Injection inject(Cluster cluster) throws Exception {
      cluster.nodes().forEach(node -> node.process().kill());
      cluster.redis().kill();
      return Injection.of(
          everyNode(cluster),
          () -> {
            for (ServiceNode node : cluster.nodes()) {
              cluster.startNode(node, Map.of());
            }
            Moments.hold(Duration.ofSeconds(6));
            cluster.startRedis();
          });
    }
  };

  static final Duration STALE_AT_MOST = Duration.ofSeconds(3);

  private static final int SHORT_SECONDS = 5;

  private final String title;
  private final int seconds;

  Fault(String title, int seconds) {
    this.title = title;
    this.seconds = seconds;
  }

  /** Ends what was begun; may take its time. */
  @FunctionalInterface
  interface Healing {
    void heal() throws Exception;
  }

  /**
   * A fault that has begun.
   *
   * @param hit the nodes, by index, whose own viewers feel it
   */
  record Injection(Set<Integer> hit, Healing healing) {
    static Injection of(Set<Integer> hit, Healing healing) {
      return new Injection(hit, healing);
    }
  }

  /** Begins. */
  abstract Injection inject(Cluster cluster) throws Exception;

  /** What must be so before there are viewers. */
  void prepare(Cluster cluster) throws Exception {}

  /**
   * How stale, at most, a viewer of a node that was hit may be: from its reconnection, if it had to
   * come back.
   */
  Duration boundForHit() {
    return STALE_AT_MOST;
  }

  /** Whether nothing can be promised before the end of the fault. */
  boolean isCountedFromItsEnd() {
    return false;
  }

  String title() {
    return title;
  }

  /** The name on the command line. */
  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Duration held(Settings settings) {
    return Duration.ofSeconds(settings.quick() ? Math.min(seconds, SHORT_SECONDS) : seconds);
  }

  private static Injection kill(Cluster cluster, ServiceNode node) {
    node.process().kill();
    return Injection.of(Set.of(node.index()), () -> cluster.startNode(node, Map.of()));
  }

  private static Injection link(ServiceNode node, RedisLink.Mode mode) throws Exception {
    node.link().become(mode);
    return Injection.of(Set.of(node.index()), () -> node.link().become(RedisLink.Mode.OPEN));
  }

  private static Set<Integer> everyNode(Cluster cluster) {
    return cluster.nodes().stream().map(ServiceNode::index).collect(Collectors.toSet());
  }

  /** The library for programs of many threads, where Debian has it. */
  static java.util.Optional<Path> libfaketime() {
    try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst();
    } catch (IOException e) {
      return java.util.Optional.empty();
    }
  }

  static List<Fault> all() {
    return List.of(values());
  }
}
