package dev.headway.infra;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.SecretValue;
import software.amazon.awscdk.services.applicationautoscaling.EnableScalingProps;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecr.assets.Platform;
import software.amazon.awscdk.services.ecs.AssetImageProps;
import software.amazon.awscdk.services.ecs.AvailabilityZoneRebalancing;
import software.amazon.awscdk.services.ecs.AwsLogDriverMode;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.CpuArchitecture;
import software.amazon.awscdk.services.ecs.CpuUtilizationScalingProps;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.FargateService;
import software.amazon.awscdk.services.ecs.FargateTaskDefinition;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.OperatingSystemFamily;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.ecs.RuntimePlatform;
import software.amazon.awscdk.services.ecs.TrackCustomMetricProps;
import software.amazon.awscdk.services.ecs.Ulimit;
import software.amazon.awscdk.services.ecs.UlimitName;
import software.amazon.awscdk.services.elasticache.CfnReplicationGroup;
import software.amazon.awscdk.services.elasticache.CfnSubnetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.amazon.awscdk.services.elasticloadbalancingv2.TargetGroupLoadBalancingAlgorithmType;
import software.amazon.awscdk.services.elasticloadbalancingv2.TargetType;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/** The service: tasks on Fargate that share a bus, behind a load balancer made for streams. */
final class Service {
  /** Over which a task that stops sends its streams elsewhere, in waves. */
  private static final Duration DRAIN = Duration.seconds(20);

  /** Room for the rest of a stop behind the drain. */
  private static final Duration STOP = Duration.seconds(30);

  /** As long as a task may drain, and no longer: what is left is cut then. */
  private static final Duration DEREGISTRATION = Duration.seconds(30);

  /**
   * More than a poll waits for news, 60 s, in which it says nothing; less than a task keeps an idle
   * connection, 75 s: else a request is sent to one that is just being closed, and fails.
   */
  private static final Duration IDLE = Duration.seconds(70);

  /** Of a task's memory, for the agent beside the service: a guess with room, until one has run. */
  private static final int AGENT_MIB = 256;

  /** In the image, and good for ElastiCache, whose certificates are Amazon's own. */
  private static final String CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

  /** CloudFront and the load balancer. */
  private static final int PROXIES = 2;

  /** Connections beside those of the streams: the load balancer keeps idle ones. */
  private static final int SHORT_REQUESTS = 2_000;

  /** Each stream is one, and the rest of a process a few hundred. */
  private static final int OPEN_FILES = 65_535;

  private final Construct scope;
  private final Settings settings;
  private final Keeping keeping;
  private final Network network;
  private final String application;
  private final String metricsNamespace;
  private final Map<String, String> environment = new TreeMap<>();
  private final ApplicationLoadBalancer loadBalancer;
  private final ApplicationTargetGroup targets;
  private final FargateTaskDefinition task;
  private final FargateService service;
  private final Cluster cluster;

  Service(
      Construct scope,
      Settings settings,
      Sources sources,
      Keeping keeping,
      Network network,
      Tables tables,
      UploadBucket uploads,
      Users users) {
    this.scope = scope;
    this.settings = settings;
    this.keeping = keeping;
    this.network = network;
    application = "headway-" + settings.environment() + "-tail";
    metricsNamespace = "Headway/" + settings.environment();
    environment.putAll(
        Map.of(
            Variables.STATUS_TABLE,
            tables.statusName(),
            Variables.LEADS_TABLE,
            tables.leadsName(),
            Variables.UPLOAD_BUCKET,
            uploads.name(),
            Variables.MAX_UPLOAD_BYTES,
            Variables.FIFTY_MIB,
            "HEADWAY_UPLOAD_ORIGIN",
            uploads.origin(),
            "HEADWAY_JWKS_URL",
            users.keys(),
            "HEADWAY_ISSUER",
            users.issuer(),
            "HEADWAY_AUDIENCE",
            users.clientId()));
    environment.putAll(
        Map.of(
            "HEADWAY_HOST",
            "0.0.0.0",
            "HEADWAY_PORT",
            Integer.toString(Network.SERVICE_PORT),
            "HEADWAY_APPLICATION",
            application,
            "HEADWAY_BUS_CA",
            CERTIFICATES,
            "HEADWAY_USER_RATE",
            "10",
            "HEADWAY_ADDRESS_RATE",
            "200",
            "HEADWAY_TRUSTED_PROXIES",
            Integer.toString(PROXIES),
            "HEADWAY_DRAIN_SECONDS",
            DRAIN.toSeconds().toString(),
            Variables.JAVA_OPTS,
            Variables.JSON_LOG));

    environment.putAll(
        Map.of(
            "HEADWAY_MAX_CONNECTIONS",
            Integer.toString(settings.maxStreams() + SHORT_REQUESTS),
            "HEADWAY_MAX_STREAMS",
            Integer.toString(settings.maxStreams()),
            "HEADWAY_USER_STREAMS",
            "100",
            "HEADWAY_NEW_STREAMS_RATE",
            "2000",
            "HEADWAY_WARM_UP_SECONDS",
            "8"));

    environment.putAll(settings.tracing());
    // Nobody is let in there but the agent beside: the security group of the tasks names one port.
    environment.putAll(
        Map.of(
            "HEADWAY_MANAGEMENT_HOST",
            "0.0.0.0",
            "HEADWAY_MANAGEMENT_PORT",
            Integer.toString(Network.MANAGEMENT_PORT)));

    var bus = bus();
    var ticketKey = ticketKey();
    var metricsLog = keeping.logGroup(scope, "MetricsLog");
    task = task(sources, bus, ticketKey, metricsLog);
    var role = task.getTaskRole();
    List.of(
            tables.createStatus(),
            tables.moveStatus(),
            tables.readStatuses(),
            tables.listOwner(),
            tables.listLeads(),
            tables.describeStatuses(),
            tables.readStream(),
            uploads.signUploads())
        .forEach(role::addToPrincipalPolicy);
    tables.keepLeases(application).forEach(role::addToPrincipalPolicy);
    metricsLog.grantWrite(role);

    cluster =
        Cluster.Builder.create(scope, "Cluster")
            .vpc(network.vpc())
            .containerInsightsV2(ContainerInsights.ENABLED)
            .build();
    service = service();
    loadBalancer = newLoadBalancer();
    targets = targets();
    ApplicationListener.Builder.create(scope, "Requests")
        .loadBalancer(loadBalancer)
        .port(80)
        .protocol(ApplicationProtocol.HTTP)
        .open(false)
        .defaultTargetGroups(List.of(targets))
        .build();
    scale();
  }

  /** Two nodes, so that the loss of a zone is a failover; the address holds the password. */
  private Secret bus() {
    var password =
        Secret.Builder.create(scope, "BusPassword")
            .generateSecretString(
                SecretStringGenerator.builder()
                    .passwordLength(64)
                    .excludePunctuation(true) // it becomes part of an address
                    .build())
            .removalPolicy(keeping.policy())
            .build();
    var subnets =
        CfnSubnetGroup.Builder.create(scope, "BusSubnets")
            .description("the bus between the tasks")
            .subnetIds(network.busSubnets())
            .build();
    var group =
        CfnReplicationGroup.Builder.create(scope, "Bus")
            .replicationGroupDescription("publish and subscribe between the tasks of the service")
            .engine("valkey")
            .engineVersion("8.0")
            .cacheNodeType(settings.busNode())
            .numCacheClusters(2)
            .automaticFailoverEnabled(true)
            .multiAzEnabled(true)
            .transitEncryptionEnabled(true)
            .atRestEncryptionEnabled(true)
            .authToken(password.getSecretValue().unsafeUnwrap())
            .cacheSubnetGroupName(subnets.getRef())
            .securityGroupIds(List.of(network.bus().getSecurityGroupId()))
            .port(Network.BUS_PORT)
            .build();
    return Secret.Builder.create(scope, "BusAddress")
        .description("HEADWAY_BUS: the bus with its password")
        .secretStringValue(
            SecretValue.unsafePlainText(
                "rediss://:%s@%s:%d"
                    .formatted(
                        password.getSecretValue().unsafeUnwrap(),
                        group.getAttrPrimaryEndPointAddress(),
                        Network.BUS_PORT)))
        .removalPolicy(keeping.policy())
        .build();
  }

  /** Replaced by writing the new key in front of the old one, with a comma between them. */
  private Secret ticketKey() {
    return Secret.Builder.create(scope, "TicketKey")
        .description("HEADWAY_TICKET_KEY: what stream tickets are sealed with")
        .generateSecretString(
            SecretStringGenerator.builder()
                .passwordLength(64)
                .excludePunctuation(true) // a comma separates keys
                .build())
        .removalPolicy(keeping.policy())
        .build();
  }

  private FargateTaskDefinition task(
      Sources sources, Secret bus, Secret ticketKey, LogGroup metricsLog) {
    var definition =
        FargateTaskDefinition.Builder.create(scope, "Task")
            .cpu(settings.taskCpu())
            .memoryLimitMiB(settings.taskMemoryMiB())
            .runtimePlatform(
                RuntimePlatform.builder()
                    .cpuArchitecture(CpuArchitecture.ARM64)
                    .operatingSystemFamily(OperatingSystemFamily.LINUX)
                    .build())
            .build();
    var container =
        definition.addContainer(
            "service",
            ContainerDefinitionOptions.builder()
                .image(
                    ContainerImage.fromAsset(
                        sources.root().toString(),
                        AssetImageProps.builder().platform(Platform.LINUX_ARM64).build()))
                .environment(environment)
                .secrets(
                    Map.of(
                        "HEADWAY_BUS",
                        software.amazon.awscdk.services.ecs.Secret.fromSecretsManager(bus),
                        "HEADWAY_TICKET_KEY",
                        software.amazon.awscdk.services.ecs.Secret.fromSecretsManager(ticketKey)))
                .portMappings(
                    List.of(PortMapping.builder().containerPort(Network.SERVICE_PORT).build()))
                // By its own limit the JVM knows how much there is: it does not see the task's.
                .memoryLimitMiB(settings.taskMemoryMiB() - AGENT_MIB)
                .readonlyRootFilesystem(true)
                .stopTimeout(STOP)
                .healthCheck(
                    software.amazon.awscdk.services.ecs.HealthCheck.builder()
                        .command(List.of("CMD", "/opt/headway/health"))
                        .interval(Duration.seconds(10))
                        .timeout(Duration.seconds(3))
                        .startPeriod(Duration.seconds(30))
                        .build())
                .logging(log("service", keeping.logGroup(scope, "ServiceLog")))
                .build());
    container.addUlimits(
        Ulimit.builder()
            .name(UlimitName.NOFILE)
            .softLimit(OPEN_FILES)
            .hardLimit(OPEN_FILES)
            .build());
    definition.addContainer(
        "metrics",
        ContainerDefinitionOptions.builder()
            .image(ContainerImage.fromRegistry(ServiceMetrics.AGENT))
            .essential(false) // without figures is better than without service
            .enableRestartPolicy(true) // else one end is for the task's whole life
            .restartAttemptPeriod(Duration.minutes(1))
            .memoryLimitMiB(AGENT_MIB)
            .environment(
                Map.of(
                    "CW_CONFIG_CONTENT",
                    ServiceMetrics.agentConfig(metricsNamespace, metricsLog.getLogGroupName()),
                    "PROMETHEUS_CONFIG_CONTENT",
                    ServiceMetrics.scrapeConfig(Network.MANAGEMENT_PORT)))
            .logging(log("agent", keeping.logGroup(scope, "AgentLog")))
            .build());
    return definition;
  }

  private static LogDriver log(String prefix, LogGroup group) {
    return LogDriver.awsLogs(
        AwsLogDriverProps.builder()
            .logGroup(group)
            .streamPrefix(prefix)
            // A log that is away must not hold up the streams.
            .mode(AwsLogDriverMode.NON_BLOCKING)
            .build());
  }

  private FargateService service() {
    return FargateService.Builder.create(scope, "Service")
        .cluster(cluster)
        .taskDefinition(task)
        .desiredCount(settings.tasks())
        .minHealthyPercent(100)
        .maxHealthyPercent(200)
        .availabilityZoneRebalancing(AvailabilityZoneRebalancing.ENABLED)
        .circuitBreaker(DeploymentCircuitBreaker.builder().rollback(true).build())
        .healthCheckGracePeriod(Duration.seconds(60))
        .vpcSubnets(network.forService())
        .securityGroups(List.of(network.service()))
        .assignPublicIp(false)
        .enableExecuteCommand(false)
        .build();
  }

  private ApplicationLoadBalancer newLoadBalancer() {
    // Without a log: its line has the whole address, and so the tickets (docs/decisions/0020).
    return ApplicationLoadBalancer.Builder.create(scope, "LoadBalancer")
        .vpc(network.vpc())
        .internetFacing(false) // CloudFront comes from inside, and nobody else at all
        .vpcSubnets(network.forService())
        .securityGroup(network.loadBalancer())
        .idleTimeout(IDLE)
        .dropInvalidHeaderFields(true)
        .deletionProtection(keeping.data())
        .build();
  }

  private ApplicationTargetGroup targets() {
    return ApplicationTargetGroup.Builder.create(scope, "Tasks")
        .vpc(network.vpc())
        .port(Network.SERVICE_PORT)
        .protocol(ApplicationProtocol.HTTP)
        .targetType(TargetType.IP)
        .targets(
            List.of(
                service.loadBalancerTarget(
                    software.amazon.awscdk.services.ecs.LoadBalancerTargetOptions.builder()
                        .containerName("service")
                        .containerPort(Network.SERVICE_PORT)
                        .build())))
        // A stream is a request that does not end: whoever holds the fewest gets the next.
        .loadBalancingAlgorithmType(
            TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS)
        .deregistrationDelay(DEREGISTRATION)
        .healthCheck(
            HealthCheck.builder()
                .path("/health/ready")
                .interval(Duration.seconds(5))
                .timeout(Duration.seconds(3))
                .healthyThresholdCount(2)
                .unhealthyThresholdCount(2)
                .healthyHttpCodes("200")
                .build())
        .build();
  }

  private void scale() {
    var scaling =
        service.autoScaleTaskCount(
            EnableScalingProps.builder()
                .minCapacity(settings.tasks())
                .maxCapacity(settings.mostTasks())
                .build());
    scaling.scaleToTrackCustomMetric(
        "Streams",
        TrackCustomMetricProps.builder()
            .metric(metric("headway_streams_open", "Average"))
            .targetValue(settings.streamsPerTask())
            .scaleOutCooldown(Duration.minutes(1))
            // Each task that goes sends its streams away: seldom, and one at a time.
            .scaleInCooldown(Duration.minutes(15))
            .build());
    scaling.scaleOnCpuUtilization(
        "Processor",
        CpuUtilizationScalingProps.builder()
            .targetUtilizationPercent(60)
            .scaleOutCooldown(Duration.minutes(1))
            .scaleInCooldown(Duration.minutes(15))
            .build());
  }

  void allowPage(String origin) {
    environment.put("HEADWAY_ALLOWED_ORIGINS", origin);
    Objects.requireNonNull(task.findContainer("service"))
        .addEnvironment("HEADWAY_ALLOWED_ORIGINS", origin);
  }

  /** A figure of the service, of all tasks together. */
  Metric metric(String name, String statistic) {
    ServiceMetrics.requireKnown(name);
    return Metric.Builder.create()
        .namespace(metricsNamespace)
        .metricName(name)
        .dimensionsMap(Map.of("job", "headway"))
        .statistic(statistic)
        .period(Duration.minutes(1))
        .build();
  }

  ApplicationLoadBalancer loadBalancer() {
    return loadBalancer;
  }

  ApplicationTargetGroup targetGroup() {
    return targets;
  }

  FargateService fargate() {
    return service;
  }
}
