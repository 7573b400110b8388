package dev.headway.infra;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/** Two zones, nothing but the NAT gateways with an address of its own. */
final class Network {
  static final int ZONES = 2;
  static final int SERVICE_PORT = 8080;

  /** Of each task, for operators and the agent beside; no rule lets anybody else in. */
  static final int MANAGEMENT_PORT = 9090;

  static final int BUS_PORT = 6379;
  private static final int LISTENER_PORT = 80;

  /** Written out, because rules that name it have to be readable before the network is there. */
  private static final String ADDRESSES = "10.42.0.0/16";

  private static final String OUTWARD = "outward";
  private static final String SERVICE = "service";
  private static final String BUS = "bus";

  private final Vpc vpc;
  private final SecurityGroup loadBalancer;
  private final SecurityGroup service;
  private final SecurityGroup bus;

  Network(Construct scope, Keeping keeping, int natGateways) {
    vpc =
        Vpc.Builder.create(scope, "Network")
            .ipAddresses(IpAddresses.cidr(ADDRESSES))
            .maxAzs(ZONES)
            .natGateways(natGateways)
            .subnetConfiguration(
                List.of(
                    subnet(OUTWARD, SubnetType.PUBLIC),
                    subnet(SERVICE, SubnetType.PRIVATE_WITH_EGRESS),
                    subnet(BUS, SubnetType.PRIVATE_ISOLATED)))
            // They cost nothing; through the NAT gateways, which do, goes what has no such
            // endpoint: the table's stream, keys of tokens, secrets, images and logs.
            .gatewayEndpoints(
                Map.of(
                    "Tables",
                    GatewayVpcEndpointOptions.builder()
                        .service(GatewayVpcEndpointAwsService.DYNAMODB)
                        .build(),
                    "Files",
                    GatewayVpcEndpointOptions.builder()
                        .service(GatewayVpcEndpointAwsService.S3)
                        .build()))
            .flowLogs(
                Map.of(
                    "Rejected",
                    FlowLogOptions.builder()
                        .trafficType(FlowLogTrafficType.REJECT)
                        .destination(
                            FlowLogDestination.toCloudWatchLogs(
                                keeping.logGroup(scope, "NetworkLog")))
                        .build()))
            .build();
    loadBalancer = group(scope, "LoadBalancerGroup", "the load balancer of the service");
    service = group(scope, "ServiceGroup", "the tasks of the service");
    bus = group(scope, "BusGroup", "the bus between the tasks");
    // CloudFront comes through interfaces inside the network.
    loadBalancer.addIngressRule(
        Peer.ipv4(ADDRESSES), Port.tcp(LISTENER_PORT), "CloudFront, by its VPC origin");
    service.addIngressRule(loadBalancer, Port.tcp(SERVICE_PORT), "requests and health checks");
    bus.addIngressRule(service, Port.tcp(BUS_PORT), "publish and subscribe");
  }

  private SecurityGroup group(Construct scope, String id, String what) {
    return SecurityGroup.Builder.create(scope, id).vpc(vpc).description(what).build();
  }

  private static SubnetConfiguration subnet(String name, SubnetType type) {
    return SubnetConfiguration.builder().name(name).subnetType(type).cidrMask(20).build();
  }

  Vpc vpc() {
    return vpc;
  }

  SecurityGroup loadBalancer() {
    return loadBalancer;
  }

  SecurityGroup service() {
    return service;
  }

  SecurityGroup bus() {
    return bus;
  }

  SubnetSelection forService() {
    return SubnetSelection.builder().subnetGroupName(SERVICE).build();
  }

  List<String> busSubnets() {
    return vpc.selectSubnets(SubnetSelection.builder().subnetGroupName(BUS).build()).getSubnetIds();
  }
}
