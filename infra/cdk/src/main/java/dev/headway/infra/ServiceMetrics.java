package dev.headway.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The figures of the service that CloudWatch gets: an agent beside each task reads {@code /metrics}
 * and passes these on. Their names are in a file that the service's own tests hold against what it
 * really says.
 */
final class ServiceMetrics {
  /** Named by version: what runs tomorrow is what was tried today. */
  static final String AGENT = "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300059.0b1207";

  private static final String FILE = "/service-metrics.txt";

  private ServiceMetrics() {}

  static List<String> names() {
    try (var file = ServiceMetrics.class.getResourceAsStream(FILE)) {
      if (file == null) {
        throw new IllegalStateException(FILE + " is missing");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void requireKnown(String name) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException(name + " is not among the figures that are passed on");
    }
  }

  static String agentConfig(String namespace, String logGroup) {
    String selectors = String.join(",", names().stream().map(n -> "\"^" + n + "$\"").toList());
    return """
    {"logs":{"metrics_collected":{"prometheus":{\
    "prometheus_config_path":"env:PROMETHEUS_CONFIG_CONTENT",\
    "log_group_name":"%s",\
    "emf_processor":{"metric_namespace":"%s","metric_declaration":[{\
    "source_labels":["job"],"label_matcher":"^headway$","dimensions":[["job"]],\
    "metric_selectors":[%s]}]}}},"force_flush_interval":5}}\
    """
        .formatted(logGroup, namespace, selectors);
  }

  /**
   * Tasks have one network namespace for all their containers. What is not passed on is dropped as
   * it is read: the agent would write it down, and that is paid for.
   */
  static String scrapeConfig(int port) {
    return """
    global:
      scrape_interval: 30s
      scrape_timeout: 10s
    scrape_configs:
      - job_name: headway
        metrics_path: /metrics
        static_configs:
          - targets: ['127.0.0.1:%d']
        metric_relabel_configs:
          - source_labels: [__name__]
            regex: '%s'
            action: keep
    """
        .formatted(port, String.join("|", names()));
  }
}
