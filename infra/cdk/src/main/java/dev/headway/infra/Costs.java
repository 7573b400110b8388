package dev.headway.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a month costs at a load, as quantities times prices. Three parts: the processing, which is
 * the same however its progress is shown; showing it with streams; showing it to readers that poll
 * every 2 s through the HTTP API, without a service. The model's own bill is not in it, nor what is
 * stored.
 *
 * @param uploadsPerDay spread over the day, with a peak of {@link #PEAK} times the mean
 * @param settings of the environment that is meant
 */
record Costs(long uploadsPerDay, Settings settings) {
  static final List<Long> LOADS = List.of(100L, 10_000L, 1_000_000L);

  private static final double DAYS = 30;
  private static final double HOURS = DAYS * 24;
  private static final double SECONDS = HOURS * 3600;
  private static final double PEAK = 5;

  private static final double LEADS = 500;
  private static final double LEADS_A_BATCH = 10;
  private static final double BATCHES = LEADS / LEADS_A_BATCH;

  /** Created, file there, splitting, split, sent, and the end, beside one for each batch. */
  private static final double CHANGES = BATCHES + 6;

  /** A call of the model takes so long, and the function waits. */
  private static final double BATCH_SECONDS = 15;

  private static final double SPLIT_SECONDS = 5;

  /** How long somebody watches an upload. */
  private static final double WATCHED_SECONDS = 120;

  private static final double POLL_EVERY = 2;
  private static final double POLL_SECONDS = 0.03;
  private static final double POLL_GB = 0.5;
  private static final double EVENT_KB = 0.75;

  /** A record with the headers of an answer; half of them are 304 and shorter. */
  private static final double ANSWER_KB = 1;

  /** What one task passes on, of a cluster that was measured far beyond it. */
  private static final double CHANGES_A_TASK = 5_000;

  /** Of the leases, by each node; KCL looks at them often so that a failover is quick. */
  private static final double LEASE_READS = 18;

  private static final double LEASE_WRITES = 2;

  /** A shard is read every 125 ms or so. */
  private static final double STREAM_READS = 8;

  /** One partition takes 1,000 writes a second; a new table has four. */
  private static final double SHARD_WRITES = 1_000;

  private static final double LEAST_SHARDS = 4;

  /** Of functions at one time, in an account that asked for no more. */
  private static final double MOST_CONCURRENCY = 1_000;

  private static final int ALARMS = 23;

  /** Of the tickets, of the bus, and its address; that of the model is the workers'. */
  private static final int SECRETS = 3;

  /** Each function with a message a queue has that many who ask for one, for 20 s at a time. */
  private static final double ASKERS = 5;

  private static final double QUEUES = 4;
  private static final double ASK_EVERY = 20;

  /** The key of the model, in each function that is alive. */
  private static final double KEY_EVERY = 300;

  /** Request and answer of a read of the stream that finds nothing; the stream has no endpoint. */
  private static final double STREAM_READ_KB = 2;

  /** A change as the stream gives it. */
  private static final double CHANGE_KB = 1.2;

  /** What the agent writes down at each of its readings. */
  private static final double FIGURES_KB = 3;

  private static final double FIGURES_EVERY = 30;

  /** One product. */
  record Line(String what, double quantity, Prices price) {
    double dollars() {
      return quantity * price.dollars();
    }
  }

  private double uploads() {
    return uploadsPerDay * DAYS;
  }

  private double peakChanges() {
    return uploadsPerDay * CHANGES / 86_400 * PEAK;
  }

  double peakStreams() {
    return uploadsPerDay * WATCHED_SECONDS / 86_400 * PEAK;
  }

  double tasks() {
    return Math.max(
        settings.tasks(),
        Math.ceil(
            Math.max(peakStreams() / settings.streamsPerTask(), peakChanges() / CHANGES_A_TASK)));
  }

  /** Batches that are with the model at one time, on average. */
  double atTheModel() {
    return uploadsPerDay * BATCHES * BATCH_SECONDS / 86_400;
  }

  /** How often the functions read the model's key. */
  private double keyReads() {
    double alive = Math.min(atTheModel() * PEAK, MOST_CONCURRENCY);
    return Math.min(uploads() * BATCHES, alive * SECONDS / KEY_EVERY);
  }

  private double shards() {
    return Math.max(LEAST_SHARDS, Math.ceil(peakChanges() / SHARD_WRITES));
  }

  /** The same, however progress is shown. */
  List<Line> processing() {
    List<Line> lines = new ArrayList<>();
    lines.add(line("status: %.0f changes, 3 index writes", CHANGES + 3, Prices.WRITE_UNIT));
    lines.add(line("leads: %.0f, each in table and index", LEADS, 2, Prices.WRITE_UNIT));
    lines.add(
        line(
            "functions: %.0f GB seconds waiting for the model and splitting",
            BATCHES * BATCH_SECONDS + SPLIT_SECONDS, Prices.LAMBDA_GB_SECOND));
    lines.add(line("functions: %.0f invocations", BATCHES + 2, Prices.LAMBDA_REQUEST));
    lines.add(line("queues: %.0f messages, 3 requests each", BATCHES + 1, 3, Prices.SQS_REQUEST));
    lines.add(
        new Line(
            "queues: %.0f, asked for messages by %.0f each".formatted(QUEUES, ASKERS),
            QUEUES * ASKERS * SECONDS / ASK_EVERY,
            Prices.SQS_REQUEST));
    lines.add(line("files: %.0f PUT", 1, Prices.S3_PUT));
    lines.add(line("files: %.0f GET", 1, Prices.S3_GET));
    lines.add(line("functions' logs: %.0f KB", 50, 1e-6, Prices.LOG_GB));
    lines.add(new Line("alarms", ALARMS, Prices.ALARM));
    lines.add(new Line("the model's key", 1, Prices.SECRET));
    lines.add(new Line("the model's key, read", keyReads(), Prices.SECRET_READ));
    return lines;
  }

  /** What the service, the bus and what stands before them add. */
  List<Line> streaming() {
    double tasks = tasks();
    double gb = uploads() * CHANGES * EVENT_KB / 1e6;
    double streamReads = shards() * STREAM_READS * SECONDS;
    double logGb = uploads() / 1e6 + tasks * SECONDS / FIGURES_EVERY * FIGURES_KB / 1e6;
    double natGb = (streamReads * STREAM_READ_KB + uploads() * CHANGES * CHANGE_KB) / 1e6 + logGb;
    double balancerUnits = Math.max(1, Math.max(gb / HOURS, peakStreams() / PEAK / 3_000));
    return List.of(
        new Line(
            "%.0f tasks, vCPU".formatted(tasks),
            tasks * HOURS * settings.taskCpu() / 1024,
            Prices.FARGATE_VCPU_HOUR),
        new Line(
            "%.0f tasks, memory".formatted(tasks),
            tasks * HOURS * settings.taskMemoryMiB() / 1024,
            Prices.FARGATE_GB_HOUR),
        new Line("load balancer", HOURS, Prices.BALANCER_HOUR),
        new Line("load balancer, capacity", HOURS * balancerUnits, Prices.BALANCER_UNIT_HOUR),
        new Line("NAT gateways", HOURS * settings.natGateways(), Prices.NAT_HOUR),
        new Line("NAT gateways, the stream and logs", natGb, Prices.NAT_GB),
        new Line("bus, 2 nodes", HOURS * 2, Prices.CACHE_HOUR),
        new Line(
            "stream, %.0f shards read %.0f times a second".formatted(shards(), STREAM_READS),
            streamReads,
            Prices.STREAM_READ),
        new Line(
            "leases, %.0f reads a second and task".formatted(LEASE_READS),
            tasks * LEASE_READS * SECONDS,
            Prices.READ_UNIT),
        new Line(
            "leases, %.0f writes a second and task".formatted(LEASE_WRITES),
            tasks * LEASE_WRITES * SECONDS,
            Prices.WRITE_UNIT),
        new Line("first reads, 1 of each upload", uploads(), Prices.READ_UNIT),
        new Line("front, 3 requests of each upload", uploads() * 3, Prices.FRONT_REQUEST),
        new Line("front, %.0f events of %.2f KB".formatted(CHANGES, EVENT_KB), gb, Prices.FRONT_GB),
        new Line("figures", ServiceMetrics.names().size(), Prices.METRIC),
        new Line("dashboard", 1, Prices.DASHBOARD),
        new Line("secrets", SECRETS, Prices.SECRET),
        new Line("logs, 1 KB of each upload and the agent's readings", logGb, Prices.LOG_GB));
  }

  /** The same people, asking every 2 s. */
  List<Line> polling() {
    double polls = WATCHED_SECONDS / POLL_EVERY;
    return List.of(
        line("%.0f requests", polls, Prices.HTTP_API_REQUEST),
        line("%.0f invocations", polls, Prices.LAMBDA_REQUEST),
        new Line(
            "%.0f ms of %.1f GB each".formatted(POLL_SECONDS * 1000, POLL_GB),
            uploads() * polls * POLL_SECONDS * POLL_GB,
            Prices.LAMBDA_GB_SECOND),
        line("%.0f reads, consistent", polls, Prices.READ_UNIT),
        new Line(
            "%.0f answers of %.0f KB of each upload".formatted(polls, ANSWER_KB),
            uploads() * polls * ANSWER_KB / 1e6,
            Prices.OUT_GB),
        line("log of %.0f requests, 0.3 KB each", polls, 0.3e-6, Prices.LOG_GB));
  }

  private Line line(String what, double perUpload, Prices price) {
    return line(what, perUpload, 1, price);
  }

  private Line line(String what, double perUpload, double times, Prices price) {
    return new Line(
        what.formatted(perUpload) + " of each upload", uploads() * perUpload * times, price);
  }

  static double sum(List<Line> lines) {
    return lines.stream().mapToDouble(Line::dollars).sum();
  }

  /** All loads in one table, then the arithmetic of each. */
  static String report(Settings settings) {
    var text = new StringBuilder();
    text.append("| uploads a day | processing | shown by streams | shown by 2 s polls |\n");
    text.append("|---:|---:|---:|---:|\n");
    for (long load : LOADS) {
      var costs = new Costs(load, settings);
      text.append(
          String.format(
              Locale.ROOT,
              "| %,d | %s | %s | %s |\n",
              load,
              rounded(sum(costs.processing())),
              rounded(sum(costs.streaming())),
              rounded(sum(costs.polling()))));
    }
    for (long load : LOADS) {
      var costs = new Costs(load, settings);
      text.append(
          String.format(
              Locale.ROOT,
              "\n%,d uploads a day: %,.0f streams at the peak, %.0f tasks; %,.0f batches at the"
                  + " model at a time, %,.0f at the peak\n",
              load,
              costs.peakStreams(),
              costs.tasks(),
              costs.atTheModel(),
              costs.atTheModel() * PEAK));
      text.append("\n| | | quantity a month | price | dollars |\n|---|---|---:|---:|---:|\n");
      rows(text, "processing", costs.processing());
      rows(text, "streams", costs.streaming());
      rows(text, "polls", costs.polling());
    }
    return text.toString();
  }

  private static String rounded(double dollars) {
    return String.format(Locale.ROOT, dollars < 10 ? "$%.2f" : "$%,.0f", dollars);
  }

  private static void rows(StringBuilder text, String part, List<Line> lines) {
    for (Line line : lines) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s %s | %s | %,.2f |\n",
              part,
              line.what(),
              quantity(line.quantity()),
              line.price().unit(),
              price(line.price().dollars()),
              line.dollars()));
    }
    text.append(
        String.format(Locale.ROOT, "| %s | **together** | | | **%,.2f** |\n", part, sum(lines)));
  }

  private static String quantity(double value) {
    boolean whole = value == Math.rint(value) || value > 10_000;
    return String.format(Locale.ROOT, whole ? "%,.0f" : "%,.2f", value);
  }

  /** By the million where one is too small to read. */
  private static String price(double dollars) {
    return dollars < 0.0001
        ? String.format(Locale.ROOT, "%.4f per million", dollars * 1e6)
        : String.format(Locale.ROOT, "%.5f", dollars);
  }
}
