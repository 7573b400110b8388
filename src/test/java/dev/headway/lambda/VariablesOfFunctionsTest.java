package dev.headway.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headway.VariableTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What each function asks its environment for as it starts, and {@code docs/configuration.md}. */
class VariablesOfFunctionsTest {
  private static final Map<String, Function<Workshop, Object>> FUNCTIONS =
      Map.of(
          "FileUpload", FileUploadHandler::new,
          "LeadReader", LeadReaderHandler::new,
          "LeadSplitter", LeadSplitterHandler::new,
          "DeepSeekCaller", DeepSeekCallerHandler::new,
          "SplitDeadLetter", SplitDeadLetterHandler::new,
          "BatchDeadLetter", BatchDeadLetterHandler::new,
          "UploadSweep", UploadSweepHandler::new);

  private static final Map<String, String> NEEDED =
      Map.of(
          Environment.STATUS_TABLE, "Status",
          Environment.LEADS_TABLE, "Leads",
          Environment.UPLOAD_BUCKET, "bucket",
          Environment.BATCH_QUEUE_URL, "https://queue.example/batches",
          Environment.BATCH_DEAD_LETTER_QUEUE_URL, "https://queue.example/dead",
          Environment.MODEL_API_KEY, "key");

  @BeforeEach
  void somewhere() {
    System.setProperty("aws.region", "eu-central-1");
  }

  @AfterEach
  void nowhere() {
    System.clearProperty("aws.region");
  }

  @Test
  void the_documentation_names_what_each_function_reads() {
    Map<String, Set<String>> read = new TreeMap<>();
    FUNCTIONS.forEach((name, start) -> read.put(name, readBy(start)));

    Map<String, Set<String>> documented = new TreeMap<>();
    FUNCTIONS.keySet().forEach(name -> documented.put(name, new TreeSet<>()));
    for (var row : VariableTable.of("The functions")) {
      documented.forEach((name, variables) -> {
        if (row.cell(name).equals("x")) {
          variables.add(row.variable());
        }
      });
    }
    assertThat(read).isEqualTo(documented);
  }

  @Test
  void what_is_documented_as_needed_is_needed() {
    Set<String> needed = new HashSet<>();
    VariableTable.of("The functions").stream()
        .filter(row -> row.cell("default").startsWith("needed"))
        .forEach(row -> needed.add(row.variable()));
    assertThat(needed).isEqualTo(NEEDED.keySet());
  }

  private static Set<String> readBy(Function<Workshop, Object> start) {
    var asked = new Asked(NEEDED);
    assertThat(start.apply(new Workshop(new Environment(asked), name -> name))).isNotNull();
    return asked.names;
  }

  /** Remembers what it was asked for. */
  private static final class Asked extends HashMap<String, String> {
    private static final long serialVersionUID = 1;
    private final transient Set<String> names = new TreeSet<>();

    Asked(Map<String, String> values) {
      super(values);
    }

    @Override
    public @Nullable String get(Object key) {
      names.add((String) key);
      return super.get(key);
    }
  }
}
