package dev.headway.infra;

/**
 * List prices in US dollars, us-east-1, on demand: the first tier, without free tiers and
 * discounts. AWS's own price list could not be asked; {@code docs/cost.md} says where each was
 * looked up and which was not found.
 */
enum Prices {
  WRITE_UNIT("DynamoDB write unit", 0.625e-6),
  READ_UNIT("DynamoDB read unit", 0.125e-6),
  STREAM_READ("DynamoDB Streams read", 0.02 / 100_000),
  LAMBDA_GB_SECOND("Lambda GB second, ARM", 0.0000133334),
  LAMBDA_REQUEST("Lambda request", 0.20e-6),
  HTTP_API_REQUEST("HTTP API request", 1.00e-6),
  SQS_REQUEST("SQS request", 0.40e-6),
  S3_PUT("S3 PUT", 0.005 / 1000),
  S3_GET("S3 GET", 0.0004 / 1000),
  FARGATE_VCPU_HOUR("Fargate vCPU hour, ARM", 0.03238),
  FARGATE_GB_HOUR("Fargate GB hour, ARM", 0.00356),
  BALANCER_HOUR("ALB hour", 0.0225),
  BALANCER_UNIT_HOUR("ALB capacity unit hour", 0.008),
  NAT_HOUR("NAT gateway hour", 0.045),
  NAT_GB("NAT gateway GB", 0.045),
  CACHE_HOUR("Valkey cache.t4g.small hour", 0.0256),
  OUT_GB("GB out, without CloudFront", 0.09),
  FRONT_REQUEST("CloudFront HTTPS request", 0.010 / 10_000),
  FRONT_GB("CloudFront GB out", 0.085),
  LOG_GB("CloudWatch log GB", 0.50),
  METRIC("CloudWatch metric", 0.30),
  ALARM("CloudWatch alarm", 0.10),
  DASHBOARD("CloudWatch dashboard", 3.00),
  SECRET("secret", 0.40),
  SECRET_READ("secret read", 0.05 / 10_000);

  static final String STATED = "list prices of us-east-1; docs/cost.md says where from";

  private final String unit;
  private final double dollars;

  Prices(String unit, double dollars) {
    this.unit = unit;
    this.dollars = dollars;
  }

  String unit() {
    return unit;
  }

  double dollars() {
    return dollars;
  }
}
