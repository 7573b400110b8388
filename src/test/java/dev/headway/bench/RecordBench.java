package dev.headway.bench;

import dev.headway.Api;
import dev.headway.LocalSystem;
import dev.headway.LocalSystems;
import dev.headway.local.LocalAws;
import dev.headway.status.Status;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Prints when the batches of a real upload through the local system are done, for {@link
 * EstimateBench}: seconds since the split, and the slot of the batch. {@code
 * HEADWAY_STAND_IN_DELAY} says how long the stand-in for the model takes.
 */
final class RecordBench {
  private static final Duration POLL_EVERY = Duration.ofMillis(5);

  private RecordBench() {}

  static void main(String[] args) throws Exception {
    int leads = Options.number(args, "--leads", 1_000);
    var times = new TreeMap<Instant, Integer>();
    try (var system = LocalSystems.start();
        var aws = new LocalAws(system.config());
        var http = HttpClient.newHttpClient()) {
      String id = upload(system, http, leads);
      var item = read(aws.dynamoDb(), id);
      while (!isOver(item)) {
        LockSupport.parkNanos(POLL_EVERY.toNanos());
        item = read(aws.dynamoDb(), id);
        collect(item, times);
      }
      Instant start = Instant.parse(item.get("splitAt").s());
      int batches = Integer.parseInt(item.get("progress").m().get("totalBatches").n());
      System.out.printf(
          "# %d leads, stand-in %s; of %d batches %d were seen in time%n",
          leads,
          System.getenv().getOrDefault("HEADWAY_STAND_IN_DELAY", "as usual"),
          batches,
          times.size());
      times.forEach((at, slot) ->
          System.out.printf("%.3f %d%n", Duration.between(start, at).toMillis() / 1e3, slot));
    }
  }

  private static String upload(LocalSystem system, HttpClient http, int leads) throws Exception {
    var text = new StringBuilder("Name,E-Mail,Company\n");
    for (int n = 1; n <= leads; n++) {
      text.append("Ada Lovelace %d,ada%d@example.com,Engine %d\n".formatted(n, n, n % 50));
    }
    byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
    var api = new Api(http, system.baseUrl(), system.token("bench", Duration.ofHours(1)));
    var accepted = api.accept("recorded.csv", file.length);
    api.send(accepted, file);
    return accepted.get("uploadId").asText();
  }

  private static Map<String, AttributeValue> read(DynamoDbClient dynamoDb, String id) {
    return dynamoDb
        .getItem(r ->
            r.tableName("ProcessingStatus")
                .key(Map.of("uploadId", AttributeValue.fromS(id)))
                .consistentRead(true))
        .item();
  }

  private static boolean isOver(Map<String, AttributeValue> item) {
    return Status.parse(item.get("status").s()).orElseThrow().isTerminal();
  }

  /** Two batches of one millisecond share an entry; the remark tells how many did. */
  private static void collect(Map<String, AttributeValue> item, Map<Instant, Integer> times) {
    var recent = item.get("recent");
    if (recent != null) {
      recent.m().forEach((slot, at) -> times.put(Instant.parse(at.s()), Integer.valueOf(slot)));
    }
  }
}
