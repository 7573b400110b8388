package dev.headway.infra;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.constructs.Node;

/**
 * How one environment differs from another; read from the context, so from {@code cdk.json} or
 * {@code cdk -c}.
 *
 * @param environment its name, in the name of the stack and of what has a name of its own
 * @param tasks of the service, two at least: one zone may be lost
 * @param maxStreams that one task holds open at most
 * @param streamsPerTask at which the service grows; the rest of {@code maxStreams} is for the
 *     streams of a task that is lost
 * @param natGateways one for each zone, or one for all where an hour without the model is bearable
 * @param busNode the kind of each of the bus's two nodes
 * @param modelConcurrency batches that are put to the model at one time
 * @param keepData whether tables, files and logs outlive the stack
 * @param logDays how long logs are kept; one of the periods that CloudWatch knows
 * @param traces the share of uploads that are traced, 0 for none
 * @param tracesEndpoint where service and functions find a collector of traces
 */
record Settings(
    String environment,
    int tasks,
    int mostTasks,
    int taskCpu,
    int taskMemoryMiB,
    int maxStreams,
    int streamsPerTask,
    int natGateways,
    String busNode,
    int modelConcurrency,
    boolean keepData,
    int logDays,
    double traces,
    String tracesEndpoint) {
  /** SQS's own limits of a mapping's concurrency. */
  private static final int LEAST_CONCURRENCY = 2;

  private static final int MOST_CONCURRENCY = 1000;

  Settings {
    require(environment.matches("[a-z][a-z0-9]{1,9}"), "an environment is 2 to 10 of a-z 0-9");
    require(tasks >= 2 && mostTasks >= tasks, "there are two tasks at least, and most is no less");
    require(streamsPerTask > 0 && streamsPerTask < maxStreams, "streamsPerTask leaves room");
    require(natGateways >= 1 && natGateways <= Network.ZONES, "natGateways is 1 to the zones");
    require(
        modelConcurrency >= LEAST_CONCURRENCY && modelConcurrency <= MOST_CONCURRENCY,
        "modelConcurrency is 2 to 1000");
    require(traces >= 0 && traces <= 1, "traces is 0 to 1");
  }

  static Settings of(Node node) {
    String name = text(node.tryGetContext("environment"), "environment");
    if (!(node.tryGetContext("environments") instanceof Map<?, ?> all)
        || !(all.get(name) instanceof Map<?, ?> values)) {
      throw new IllegalArgumentException("the context has no environment " + name);
    }
    return new Settings(
        name,
        whole(values, "tasks"),
        whole(values, "mostTasks"),
        whole(values, "taskCpu"),
        whole(values, "taskMemoryMiB"),
        whole(values, "maxStreams"),
        whole(values, "streamsPerTask"),
        whole(values, "natGateways"),
        text(values.get("busNode"), "busNode"),
        whole(values, "modelConcurrency"),
        Boolean.TRUE.equals(values.get("keepData")),
        whole(values, "logDays"),
        number(values, "traces").doubleValue(),
        text(values.get("tracesEndpoint"), "tracesEndpoint"));
  }

  /** As the service and the functions are told. */
  Map<String, String> tracing() {
    return Map.of(
        Variables.TRACES, Double.toString(traces), Variables.TRACES_ENDPOINT, tracesEndpoint);
  }

  private static int whole(Map<?, ?> values, String key) {
    return number(values, key).intValue();
  }

  private static Number number(Map<?, ?> values, String key) {
    if (values.get(key) instanceof Number number) {
      return number;
    }
    throw new IllegalArgumentException("the context's " + key + " is no number");
  }

  private static String text(@Nullable Object value, String key) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("the context's " + key + " is not set");
  }

  private static void require(boolean met, String rule) {
    if (!met) {
      throw new IllegalArgumentException(rule);
    }
  }
}
