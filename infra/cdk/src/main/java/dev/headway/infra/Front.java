package dev.headway.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudfront.AllowedMethods;
import software.amazon.awscdk.services.cloudfront.BehaviorOptions;
import software.amazon.awscdk.services.cloudfront.CacheCookieBehavior;
import software.amazon.awscdk.services.cloudfront.CacheHeaderBehavior;
import software.amazon.awscdk.services.cloudfront.CachePolicy;
import software.amazon.awscdk.services.cloudfront.CacheQueryStringBehavior;
import software.amazon.awscdk.services.cloudfront.Distribution;
import software.amazon.awscdk.services.cloudfront.HeadersFrameOption;
import software.amazon.awscdk.services.cloudfront.HeadersReferrerPolicy;
import software.amazon.awscdk.services.cloudfront.HttpVersion;
import software.amazon.awscdk.services.cloudfront.OriginProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.OriginRequestPolicy;
import software.amazon.awscdk.services.cloudfront.ResponseCustomHeader;
import software.amazon.awscdk.services.cloudfront.ResponseCustomHeadersBehavior;
import software.amazon.awscdk.services.cloudfront.ResponseHeadersContentSecurityPolicy;
import software.amazon.awscdk.services.cloudfront.ResponseHeadersContentTypeOptions;
import software.amazon.awscdk.services.cloudfront.ResponseHeadersFrameOptions;
import software.amazon.awscdk.services.cloudfront.ResponseHeadersPolicy;
import software.amazon.awscdk.services.cloudfront.ResponseHeadersReferrerPolicy;
import software.amazon.awscdk.services.cloudfront.ResponseHeadersStrictTransportSecurity;
import software.amazon.awscdk.services.cloudfront.ResponseSecurityHeadersBehavior;
import software.amazon.awscdk.services.cloudfront.ViewerProtocolPolicy;
import software.amazon.awscdk.services.cloudfront.origins.S3BucketOrigin;
import software.amazon.awscdk.services.cloudfront.origins.VpcOrigin;
import software.amazon.awscdk.services.cloudfront.origins.VpcOriginWithEndpointProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.s3.deployment.BucketDeployment;
import software.amazon.awscdk.services.s3.deployment.CacheControl;
import software.amazon.awscdk.services.s3.deployment.Source;
import software.constructs.Construct;

/** What people reach: the page from a bucket, everything else from the service, one origin. */
final class Front {
  /** What the service answers; operators' addresses are not among it. */
  private static final List<String> SERVICE_PATHS =
      List.of("/status*", "/uploads", "/leads", "/session", "/settings.json", "/openapi.json");

  /**
   * A poll may wait 60 s for news, and says nothing meanwhile; a stream's heartbeat is sooner. The
   * usual quota is 120 s.
   */
  private static final Duration SILENCE = Duration.seconds(75);

  /** Shorter than the load balancer keeps a connection: else one is used while it is closed. */
  private static final Duration KEPT = Duration.seconds(60);

  private final Distribution distribution;

  Front(
      Construct scope,
      String environment,
      Sources sources,
      UploadBucket uploads,
      ApplicationLoadBalancer service) {
    var keeping = new Keeping(false, 1); // the page can be built again at any time
    var page =
        UploadBucket.locked(scope, "PageBucket", keeping)
            .serverAccessLogsBucket(uploads.logs())
            .serverAccessLogsPrefix("page/")
            .build();
    var stream =
        BehaviorOptions.builder()
            .origin(
                VpcOrigin.withApplicationLoadBalancer(
                    service,
                    VpcOriginWithEndpointProps.builder()
                        .protocolPolicy(OriginProtocolPolicy.HTTP_ONLY)
                        .httpPort(80)
                        .readTimeout(SILENCE)
                        .keepaliveTimeout(KEPT)
                        .build()))
            .viewerProtocolPolicy(ViewerProtocolPolicy.HTTPS_ONLY)
            .allowedMethods(AllowedMethods.ALLOW_ALL)
            .cachePolicy(CachePolicy.CACHING_DISABLED)
            .originRequestPolicy(OriginRequestPolicy.ALL_VIEWER)
            .compress(false) // a compressor would hold events back
            .build();
    Map<String, BehaviorOptions> behaviors = new LinkedHashMap<>();
    SERVICE_PATHS.forEach(path -> behaviors.put(path, stream));
    distribution =
        Distribution.Builder.create(scope, "Front")
            .comment("Headway")
            .defaultRootObject("index.html")
            .httpVersion(HttpVersion.HTTP2_AND_3)
            .defaultBehavior(
                BehaviorOptions.builder()
                    .origin(S3BucketOrigin.withOriginAccessControl(page))
                    .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                    .cachePolicy(pageCache(scope))
                    .responseHeadersPolicy(headers(scope, uploads))
                    .compress(true)
                    .build())
            .additionalBehaviors(behaviors)
            .build();
    FrontLog.of(scope, environment, distribution, uploads.logs());
    BucketDeployment.Builder.create(scope, "PageFiles")
        .destinationBucket(page)
        .sources(List.of(Source.asset(sources.page().toString())))
        // Asked again each time, so that a page never runs with yesterday's modules; which is also
        // why CloudFront need not be told of a new page.
        .cacheControl(List.of(CacheControl.noCache()))
        .logGroup(keeping.logGroup(scope, "PageFilesLog"))
        .build();
  }

  /** Kept at the edge, and asked for again whenever the bucket says so. */
  private static CachePolicy pageCache(Construct scope) {
    return CachePolicy.Builder.create(scope, "PageCache")
        .minTtl(Duration.seconds(0))
        .defaultTtl(Duration.seconds(0))
        .maxTtl(Duration.days(1))
        .cookieBehavior(CacheCookieBehavior.none())
        .headerBehavior(CacheHeaderBehavior.none())
        .queryStringBehavior(CacheQueryStringBehavior.none())
        .enableAcceptEncodingGzip(true)
        .enableAcceptEncodingBrotli(true)
        .build();
  }

  /** What the service says when it serves the page itself. */
  private static ResponseHeadersPolicy headers(Construct scope, UploadBucket uploads) {
    String policy =
        "default-src 'self'; connect-src 'self' "
            + uploads.origin()
            + "; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
            + " frame-ancestors 'none'";
    return ResponseHeadersPolicy.Builder.create(scope, "PageHeaders")
        .securityHeadersBehavior(
            ResponseSecurityHeadersBehavior.builder()
                .contentSecurityPolicy(
                    ResponseHeadersContentSecurityPolicy.builder()
                        .contentSecurityPolicy(policy)
                        .override(true)
                        .build())
                .contentTypeOptions(
                    ResponseHeadersContentTypeOptions.builder().override(true).build())
                .frameOptions(
                    ResponseHeadersFrameOptions.builder()
                        .frameOption(HeadersFrameOption.DENY)
                        .override(true)
                        .build())
                .referrerPolicy(
                    ResponseHeadersReferrerPolicy.builder()
                        .referrerPolicy(HeadersReferrerPolicy.NO_REFERRER)
                        .override(true)
                        .build())
                .strictTransportSecurity(
                    ResponseHeadersStrictTransportSecurity.builder()
                        .accessControlMaxAge(Duration.days(365))
                        .override(true)
                        .build())
                .build())
        .customHeadersBehavior(
            ResponseCustomHeadersBehavior.builder()
                .customHeaders(
                    List.of(
                        ResponseCustomHeader.builder()
                            .header("Cross-Origin-Opener-Policy")
                            .value("same-origin")
                            .override(true)
                            .build()))
                .build())
        .build();
  }

  /** Where people are. */
  String origin() {
    return "https://" + distribution.getDistributionDomainName();
  }
}
