package dev.headway.infra;

/**
 * The names by which service and workers are told things; {@code docs/configuration.md} has all.
 */
final class Variables {
  static final String STATUS_TABLE = "HEADWAY_STATUS_TABLE";
  static final String LEADS_TABLE = "HEADWAY_LEADS_TABLE";
  static final String UPLOAD_BUCKET = "HEADWAY_UPLOAD_BUCKET";
  static final String BATCH_QUEUE_URL = "HEADWAY_BATCH_QUEUE_URL";
  static final String BATCH_DEAD_LETTER_QUEUE_URL = "HEADWAY_BATCH_DEAD_LETTER_QUEUE_URL";
  static final String SPLIT_QUEUE_URL = "HEADWAY_SPLIT_QUEUE_URL";
  static final String MAX_UPLOAD_BYTES = "HEADWAY_MAX_UPLOAD_BYTES";
  static final String MODEL_BASE_URL = "DEEPSEEK_BASE_URL";
  static final String MODEL_NAME = "DEEPSEEK_MODEL";
  static final String MODEL_API_KEY_SECRET = "DEEPSEEK_API_KEY_SECRET";

  static final String TRACES = "HEADWAY_TRACES";
  static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  /** Read by the JVM itself, which Lambda starts. */
  static final String JAVA_TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";

  /** Read by the image's start script. */
  static final String JAVA_OPTS = "HEADWAY_JAVA_OPTS";

  static final String JSON_LOG = "-Dheadway.log=json";

  /** The same for whoever accepts a file and whoever splits it. */
  static final String FIFTY_MIB = "52428800";

  private Variables() {}
}
