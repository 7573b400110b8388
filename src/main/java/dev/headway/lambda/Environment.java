package dev.headway.lambda;

import dev.headway.traces.TracesConfig;
import java.net.URI;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The configuration of a function: its environment variables, by the names that the stack sets.
 * Each function asks only for what it needs, at its start, so that a missing one shows at once.
 */
public record Environment(Map<String, String> variables) {
  /** The table of status records. */
  public static final String STATUS_TABLE = "HEADWAY_STATUS_TABLE";

  /** The table of leads. */
  public static final String LEADS_TABLE = "HEADWAY_LEADS_TABLE";

  /** The bucket of uploads and of big batches. */
  public static final String UPLOAD_BUCKET = "HEADWAY_UPLOAD_BUCKET";

  /** The queue of batches. */
  public static final String BATCH_QUEUE_URL = "HEADWAY_BATCH_QUEUE_URL";

  /** The dead letters of the queue of batches. */
  public static final String BATCH_DEAD_LETTER_QUEUE_URL = "HEADWAY_BATCH_DEAD_LETTER_QUEUE_URL";

  /** The queue of notifications about uploads; optional, for a quicker second attempt. */
  public static final String SPLIT_QUEUE_URL = "HEADWAY_SPLIT_QUEUE_URL";

  /** Optional; {@value #DEFAULT_MODEL_BASE} by default. */
  public static final String MODEL_BASE_URL = "DEEPSEEK_BASE_URL";

  /** The key itself, where there is no secret to keep it in: whoever lists functions sees it. */
  public static final String MODEL_API_KEY = "DEEPSEEK_API_KEY";

  /** The ARN or name of the secret that holds the key; it comes before the key itself. */
  public static final String MODEL_API_KEY_SECRET = "DEEPSEEK_API_KEY_SECRET";

  /** Optional; {@value #DEFAULT_MODEL} by default. */
  public static final String MODEL_NAME = "DEEPSEEK_MODEL";

  /** Most bytes of an upload; optional. */
  public static final String MAX_UPLOAD_BYTES = "HEADWAY_MAX_UPLOAD_BYTES";

  private static final String DEFAULT_MODEL_BASE = "https://api.deepseek.com/v1";
  private static final String DEFAULT_MODEL = "deepseek-chat";

  public Environment {
    // No copy: a process's own environment never changes.
    variables = Collections.unmodifiableMap(variables);
  }

  static Environment ofProcess() {
    return new Environment(System.getenv());
  }

  String statusTable() {
    return required(STATUS_TABLE);
  }

  String leadsTable() {
    return required(LEADS_TABLE);
  }

  String uploadBucket() {
    return required(UPLOAD_BUCKET);
  }

  String batchQueueUrl() {
    return required(BATCH_QUEUE_URL);
  }

  String batchDeadLetterQueueUrl() {
    return required(BATCH_DEAD_LETTER_QUEUE_URL);
  }

  Optional<String> splitQueueUrl() {
    return optional(SPLIT_QUEUE_URL);
  }

  URI modelBase() {
    return URI.create(optional(MODEL_BASE_URL).orElse(DEFAULT_MODEL_BASE));
  }

  /**
   * The key of the model.
   *
   * @param secrets finds the content of a secret; asked only where one is named, and not before the
   *     key is needed
   */
  Supplier<String> modelApiKey(UnaryOperator<String> secrets) {
    Optional<String> secret = optional(MODEL_API_KEY_SECRET);
    if (secret.isPresent()) {
      // Without the line end that pasting leaves: a header with one is refused, and told in full.
      return new SecretText(() -> secrets.apply(secret.get()).strip(), System::nanoTime);
    }
    String key = required(MODEL_API_KEY);
    return () -> key;
  }

  String modelName() {
    return optional(MODEL_NAME).orElse(DEFAULT_MODEL);
  }

  Optional<Long> maxUploadBytes() {
    return optional(MAX_UPLOAD_BYTES)
        .map(text -> {
          try {
            return Long.parseLong(text);
          } catch (NumberFormatException e) {
            throw new IllegalStateException(MAX_UPLOAD_BYTES + " must be a number of bytes", e);
          }
        });
  }

  /** Empty where nothing is to be traced. */
  Optional<TracesConfig> traces() {
    return TracesConfig.of(this::optional);
  }

  private String required(String name) {
    return optional(name)
        .orElseThrow(() -> new IllegalStateException("the variable " + name + " is not set"));
  }

  private Optional<String> optional(String name) {
    return Optional.ofNullable(variables.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  /** Hides the values: one of them is a key. */
  @Override
  public String toString() {
    return "Environment" + variables.keySet();
  }
}
