package dev.headway.tail;

import java.time.Duration;
import java.util.regex.Pattern;

/**
 * How the tail reads. KCL's own defaults are made for large fleets (first record after more than 90
 * s, failover after more than 160 s), so every timing that matters here is set; the two presets say
 * why.
 *
 * @param applicationName the lease table's name and the prefix of KCL's two others; workers of one
 *     name share the shards among them
 * @param workerId who this node is in the lease table. The same after a restart means that its
 *     leases are still its own; two live workers must never share one
 * @param soleWorker whether no other worker exists, so that every lease may be created and taken
 *     before KCL starts. With two workers this would tear the leases from one another
 * @param pauseWhenIdle between a read that found nothing and the next; half of it is the usual
 *     latency of a change
 * @param pauseWhenBusy between a read that found something and the next. Short: only a read that
 *     finds nothing proves that the end was reached, and on a busy table such a read needs a quick
 *     follow-up to happen at all
 * @param checkpointEvery at most; what was read since is delivered again after an unclean stop
 * @param failover after how long without renewal a lease counts as given up; renewed three times as
 *     often
 * @param assignment how often the leading worker hands out free leases
 * @param leaderLease after how long without heartbeat another worker leads
 * @param leaderHeartbeat how often the leading worker says so
 * @param presence how often a worker says that it exists. One that has not said so for twice this
 *     time gets no leases; before that, KCL may "assign" a dead worker's lease to the dead worker,
 *     which for its default of 30 s kept a shard unread for a minute. Compared with the leader's
 *     wall clock: nodes must not differ by more than twice this time
 * @param dispatch how often KCL looks for new and lost leases of this worker
 * @param parentPoll how often a shard whose parent is still being read looks whether that has ended
 * @param audit how often the leading worker compares the leases with the stream's shards
 * @param restartAfter how long the tail stays away after it failed or yielded its leases, the first
 *     time; others must have had the time to take them, because a worker that comes back finds its
 *     own leases under its name
 * @param stopWithin how long a graceful stop may take before it becomes a hard one
 */
public record TailConfig(
    String applicationName,
    String workerId,
    boolean soleWorker,
    Duration pauseWhenIdle,
    Duration pauseWhenBusy,
    Duration checkpointEvery,
    Duration failover,
    Duration assignment,
    Duration leaderLease,
    Duration leaderHeartbeat,
    Duration presence,
    Duration dispatch,
    Duration parentPoll,
    Duration audit,
    Duration restartAfter,
    Duration stopWithin) {
  /** A DynamoDB table name that leaves room for KCL's longest suffix, "-WorkerMetricStats". */
  private static final Pattern APPLICATION_NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,237}");

  private static final String DEFAULT_NAME = "headway-tail";

  public TailConfig {
    if (!APPLICATION_NAME.matcher(applicationName).matches()) {
      throw new IllegalArgumentException(
          "the tail's application name becomes a table name: 3 to 237 of A-Z a-z 0-9 _ . -");
    }
    if (workerId.isBlank()) {
      throw new IllegalArgumentException("the tail's worker needs an id");
    }
    requirePositive("pause when idle", pauseWhenIdle);
    requirePositive("pause when busy", pauseWhenBusy);
    requirePositive("checkpoint interval", checkpointEvery);
    requirePositive("failover", failover);
    requirePositive("assignment interval", assignment);
    requirePositive("leader lease", leaderLease);
    requirePositive("leader heartbeat", leaderHeartbeat);
    requirePositive("presence interval", presence);
    requirePositive("dispatch interval", dispatch);
    requirePositive("parent poll", parentPoll);
    requirePositive("audit interval", audit);
    requirePositive("restart delay", restartAfter);
    requirePositive("stop bound", stopWithin);
    if (leaderHeartbeat.multipliedBy(3).compareTo(leaderLease) > 0) {
      throw new IllegalArgumentException(
          "a leader lease of "
              + leaderLease
              + " must survive two lost heartbeats of "
              + leaderHeartbeat);
    }
  }

  /**
   * One process, one worker, DynamoDB Local in the same process. Quick at the price of CPU (about 8
   * % of a core when nothing happens). The worker id should be the same at every start, so that a
   * persistent lease table goes on where it was.
   */
  public static TailConfig local(String workerId) {
    return new TailConfig(
        /* applicationName= */ DEFAULT_NAME,
        /* workerId= */ workerId,
        // Skips KCL's random 1 to 30 s wait on an empty lease table and the assignment.
        /* soleWorker= */ true,
        // A change is seen after 50 ms; less only costs CPU.
        /* pauseWhenIdle= */ Duration.ofMillis(100),
        // A local read costs nothing; at 300 changes a second the end is seen.
        /* pauseWhenBusy= */ Duration.ofMillis(2),
        // Few duplicates, one small write a second.
        /* checkpointEvery= */ Duration.ofSeconds(1),
        // Nobody competes; long enough for a pause of the garbage collector.
        /* failover= */ Duration.ofSeconds(3),
        // A rolled shard's child has an owner within a second.
        /* assignment= */ Duration.ofSeconds(1),
        // After kill -9 the same worker leads again within this.
        /* leaderLease= */ Duration.ofSeconds(6),
        /* leaderHeartbeat= */ Duration.ofMillis(1500),
        // An earlier process with another id is out of the way in 4 s.
        /* presence= */ Duration.ofSeconds(2),
        // Start and stop are waited for by people.
        /* dispatch= */ Duration.ofMillis(50),
        // A rollover delivers on within a second.
        /* parentPoll= */ Duration.ofMillis(500),
        // Children get their leases at once; this is only the safety net.
        /* audit= */ Duration.ofSeconds(10),
        // Nobody else is waiting for the leases.
        /* restartAfter= */ Duration.ofSeconds(1),
        // A graceful stop took 0.3 to 3 s.
        /* stopWithin= */ Duration.ofSeconds(5));
  }

  /**
   * Several nodes on AWS. A node killed is replaced in about 7 s, one stopped in about 5 s; the
   * price is some twenty small requests a second and node to the lease tables. The worker id should
   * be unique per node and start.
   */
  public static TailConfig cluster(String workerId) {
    return new TailConfig(
        /* applicationName= */ DEFAULT_NAME,
        /* workerId= */ workerId,
        /* soleWorker= */ false,
        // A change is seen after 100 ms, for 5 to 10 reads a second and shard.
        /* pauseWhenIdle= */ Duration.ofMillis(200),
        // Shorter than what lies between two changes of a busy table. With 50 ms, 50 changes a
        // second in even steps never gave an empty read: no board was whole for as long as they
        // went on, and every node read all that it watches from the table every 2 s.
        /* pauseWhenBusy= */ Duration.ofMillis(2),
        /* checkpointEvery= */ Duration.ofSeconds(1),
        // Measured with the next three: takeover after 7.0 s, no gap.
        /* failover= */ Duration.ofSeconds(2),
        /* assignment= */ Duration.ofSeconds(1),
        /* leaderLease= */ Duration.ofSeconds(4),
        /* leaderHeartbeat= */ Duration.ofSeconds(1),
        // Out after 6 s, when a takeover is due at the latest.
        /* presence= */ Duration.ofSeconds(3),
        // Local bookkeeping only: no request behind it.
        /* dispatch= */ Duration.ofMillis(200),
        // One read of the lease table.
        /* parentPoll= */ Duration.ofSeconds(1),
        // The safety net; DescribeStream has a limit per account.
        /* audit= */ Duration.ofSeconds(30),
        // The others need about 7 s.
        /* restartAfter= */ Duration.ofSeconds(10),
        // ECS and Kubernetes kill after 30 s.
        /* stopWithin= */ Duration.ofSeconds(15));
  }

  /** The same under another application name: other lease tables, other workers. */
  public TailConfig named(String name) {
    return new TailConfig(
        name,
        workerId,
        soleWorker,
        pauseWhenIdle,
        pauseWhenBusy,
        checkpointEvery,
        failover,
        assignment,
        leaderLease,
        leaderHeartbeat,
        presence,
        dispatch,
        parentPoll,
        audit,
        restartAfter,
        stopWithin);
  }

  private static void requirePositive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException("the tail's " + name + " must be positive: " + value);
    }
  }
}
