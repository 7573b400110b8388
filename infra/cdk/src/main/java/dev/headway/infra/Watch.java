package dev.headway.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.AlarmWidget;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeElb;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeTarget;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** The alarms, each explained in {@code docs/operations.md} under its name, and a dashboard. */
final class Watch {
  /** Of {@code HEADWAY_MAX_STREAMS}; beyond it people are refused. */
  private static final double NEAR = 0.8;

  private static final int WIDTH = 12;

  private final Construct scope;
  private final Settings settings;
  private final Service service;
  private final Workers workers;
  private final UploadBucket uploads;
  private final PollingApi polling;
  private final List<Alarm> alarms = new ArrayList<>();

  Watch(
      Construct scope,
      Settings settings,
      Service service,
      Workers workers,
      UploadBucket uploads,
      PollingApi polling) {
    this.scope = scope;
    this.settings = settings;
    this.service = service;
    this.workers = workers;
    this.uploads = uploads;
    this.polling = polling;
  }

  void build() {
    above("TailLag", most("headway_tail_lag"), 10, 3);
    // Nobody's figures at all are as bad as nobody with a lease.
    alarm(
        "NoLease",
        most("headway_tail_leases"),
        1,
        2,
        ComparisonOperator.LESS_THAN_THRESHOLD,
        TreatMissingData.BREACHING);
    alarm(
        "BusDown",
        service.metric("headway_bus_up", "Minimum"),
        1,
        3,
        ComparisonOperator.LESS_THAN_THRESHOLD,
        TreatMissingData.NOT_BREACHING);
    alarm(
        "BoardNotWhole",
        service.metric("headway_board_whole", "Minimum"),
        1,
        3,
        ComparisonOperator.LESS_THAN_THRESHOLD,
        TreatMissingData.NOT_BREACHING);
    above("ResyncReads", sum("headway_resync_reads_total"), 60_000, 5);
    above("RecordsSkipped", sum("headway_tail_skipped_total"), 0, 1);
    above("FramesUnreadable", sum("headway_bus_undecodable_total"), 0, 1);
    above("UploadsStalled", sum("headway_uploads_stalled_total"), 0, 1);
    above("StreamsNearLimit", most("headway_streams_open"), settings.maxStreams() * NEAR, 2);
    deadLetters("SplitDeadLetters", uploads.splitDeadLetters());
    deadLetters("BatchDeadLetters", uploads.batchDeadLetters());
    above("ServiceErrors", targetErrors(), 5, 2);
    above("LoadBalancerErrors", balancerErrors(), 5, 2);
    above("PollingErrors", polling.api().metricServerError(everyMinute("Sum")), 5, 2);
    workers
        .all()
        .forEach(function -> {
          String name = function.getNode().getId().replace("Live", "");
          above(name + "Errors", function.metricErrors(everyMinute("Sum")), 3, 5);
        });
    notifySomebody();
    dashboard();
  }

  /** One that arrives is worth a look; one that stays shows that its consumer fails. */
  private void deadLetters(String name, Queue queue) {
    // Its consumer is quick, so what is seen waiting says little; SQS counts no redriven letter as
    // sent.
    above(name, queue.metricNumberOfMessagesReceived(everyMinute("Sum")), 0, 1);
    above(
        name + "Waiting",
        queue.metricApproximateAgeOfOldestMessage(everyMinute("Maximum")),
        Duration.hours(1).toSeconds().doubleValue(),
        5);
  }

  private IMetric targetErrors() {
    return service
        .targetGroup()
        .getMetrics()
        .httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, everyMinute("Sum"));
  }

  private IMetric balancerErrors() {
    return service
        .loadBalancer()
        .getMetrics()
        .httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, everyMinute("Sum"));
  }

  private IMetric most(String metric) {
    return service.metric(metric, "Maximum");
  }

  /** Since the reading before: the agent passes counters on as differences. */
  private IMetric sum(String metric) {
    return service.metric(metric, "Sum");
  }

  private static MetricOptions everyMinute(String statistic) {
    return MetricOptions.builder().statistic(statistic).period(Duration.minutes(1)).build();
  }

  private void above(String name, IMetric metric, double threshold, int minutes) {
    alarm(
        name,
        metric,
        threshold,
        minutes,
        ComparisonOperator.GREATER_THAN_THRESHOLD,
        TreatMissingData.NOT_BREACHING);
  }

  private void alarm(
      String name,
      IMetric metric,
      double threshold,
      int minutes,
      ComparisonOperator comparison,
      TreatMissingData missing) {
    alarms.add(
        Alarm.Builder.create(scope, name + "Alarm")
            .alarmName("headway-" + settings.environment() + "-" + name)
            .alarmDescription("docs/operations.md, " + name)
            .metric(metric)
            .threshold(threshold)
            .evaluationPeriods(minutes)
            .datapointsToAlarm(minutes)
            .comparisonOperator(comparison)
            .treatMissingData(missing)
            .build());
  }

  /** Who is told subscribes to the topic. */
  private void notifySomebody() {
    var topic = Topic.Builder.create(scope, "Alarms").enforceSsl(true).build();
    // A policy of one's own takes the place of the usual one, by which alarms may publish.
    topic.addToResourcePolicy(
        PolicyStatement.Builder.create()
            .effect(Effect.ALLOW)
            .principals(List.of(new ServicePrincipal("cloudwatch.amazonaws.com")))
            .actions(List.of("sns:Publish"))
            .resources(List.of(topic.getTopicArn()))
            .conditions(Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))
            .build());
    var action = new SnsAction(topic);
    alarms.forEach(alarm -> {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    });
  }

  private void dashboard() {
    List<List<IWidget>> rows =
        List.of(
            List.of(
                graph("Open streams", most("headway_streams_open"), most("headway_polls_held")),
                graph(
                    "Events",
                    sum("headway_streams_delivered_total"),
                    sum("headway_streams_conflated_total"),
                    sum("headway_streams_cut_total"))),
            List.of(
                graph("The tail", most("headway_tail_lag"), most("headway_tail_leases")),
                graph(
                    "The bus",
                    service.metric("headway_bus_up", "Minimum"),
                    most("headway_bus_roundtrip"),
                    sum("headway_bus_losses_total"))),
            List.of(
                graph(
                    "The board",
                    service.metric("headway_board_whole", "Minimum"),
                    sum("headway_table_reads_total"),
                    sum("headway_resync_reads_total")),
                graph("Errors", targetErrors(), balancerErrors())),
            List.of(
                graph(
                    "Queues",
                    uploads.split().metricApproximateAgeOfOldestMessage(),
                    uploads.batches().metricApproximateAgeOfOldestMessage(),
                    uploads.splitDeadLetters().metricApproximateNumberOfMessagesVisible(),
                    uploads.batchDeadLetters().metricApproximateNumberOfMessagesVisible()),
                graph(
                    "Refused and stalled",
                    sum("headway_http_rate_limited_total"),
                    sum("headway_uploads_stalled_total"))));
    var dashboard =
        Dashboard.Builder.create(scope, "Dashboard")
            .dashboardName("headway-" + settings.environment())
            .widgets(rows)
            .build();
    dashboard.addWidgets(
        alarms.stream()
            .limit(4)
            .<IWidget>map(alarm -> AlarmWidget.Builder.create().alarm(alarm).width(6).build())
            .toArray(IWidget[]::new));
  }

  private static IWidget graph(String title, IMetric... metrics) {
    return GraphWidget.Builder.create()
        .title(title)
        .width(WIDTH)
        .left(List.of(metrics))
        .period(Duration.minutes(1))
        .build();
  }
}
