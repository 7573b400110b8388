package dev.headway.store;

import dev.headway.api.StatusJson;
import dev.headway.fuzz.FuzzTarget;
import dev.headway.hub.Records;
import dev.headway.status.ProcessingStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items that no worker of ours would write: wrong types, missing and further attributes, huge and
 * nested values. Each is a record that can be shown, or refused by the name of an attribute.
 */
public final class RecordFuzz implements FuzzTarget<Map<String, AttributeValue>> {
  /** No upload id, which may be named. */
  private static final String SECRET = "the secret";

  private static final int MOST_DEPTH = 5;

  private final StatusCodec codec = new StatusCodec();
  private final StatusJson json = new StatusJson();
  private final Map<String, AttributeValue> sound =
      codec.encode(Records.processing(Records.id("a"), 7));

  @Override
  public String name() {
    return "record";
  }

  @Override
  public Map<String, AttributeValue> input(RandomGenerator random) {
    return broken(sound, random);
  }

  /** The same item but for some attributes, at any depth. */
  public static Map<String, AttributeValue> broken(
      Map<String, AttributeValue> item, RandomGenerator random) {
    Map<String, AttributeValue> other = new TreeMap<>(item);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      var names = new ArrayList<>(other.keySet());
      names.add("further" + random.nextInt(10));
      String name = names.get(random.nextInt(names.size()));
      AttributeValue now = other.get(name);
      if (now != null && now.hasM() && random.nextBoolean()) {
        other.put(name, AttributeValue.fromM(broken(now.m(), random)));
      } else if (random.nextInt(4) == 0) {
        other.remove(name);
      } else {
        other.put(name, value(random, 0));
      }
    }
    return other;
  }

  private static AttributeValue value(RandomGenerator random, int depth) {
    return switch (random.nextInt(depth < MOST_DEPTH ? 10 : 7)) {
      case 0 -> AttributeValue.fromS(text(random));
      case 1 -> AttributeValue.fromN(number(random));
      case 2 -> AttributeValue.fromBool(random.nextBoolean());
      case 3 -> AttributeValue.fromNul(true);
      case 4 -> AttributeValue.fromSs(List.of(SECRET, text(random) + "."));
      case 5 -> AttributeValue.fromNs(List.of("1", "-2.5"));
      case 6 -> AttributeValue.fromB(SdkBytes.fromUtf8String(SECRET));
      case 7, 8 -> {
        var map = new HashMap<String, AttributeValue>();
        for (String name :
            List.of("code", "message", "timestamp", "fileName", "0", "totalBatches")) {
          if (random.nextBoolean()) {
            map.put(name, value(random, depth + 1));
          }
        }
        yield AttributeValue.fromM(map);
      }
      default -> {
        var list = new ArrayList<AttributeValue>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
          list.add(value(random, depth + 1));
        }
        yield AttributeValue.fromL(list);
      }
    };
  }

  private static String text(RandomGenerator random) {
    List<String> texts =
        List.of(
            "",
            " ",
            SECRET,
            "x\n\ndata: {}",
            "\0\u001f\u202e",
            "\ud800",
            "completed",
            "error",
            "processing",
            "file_upload",
            "2025-01-09T10:00:00Z",
            "-1000000000-01-01T00:00:00Z",
            "+999999999-12-31T23:59:59.999999999Z",
            "2025-02-30T10:00:00Z",
            "INVALID_FILE_TYPE",
            "%s%n",
            "é".repeat(1 << random.nextInt(14)));
    return texts.get(random.nextInt(texts.size()));
  }

  private static String number(RandomGenerator random) {
    List<String> numbers =
        List.of(
            "0",
            "1",
            "-1",
            "0.5",
            "1E+125",
            "1E-130",
            "9223372036854775807",
            "9223372036854775808",
            "2147483647",
            "2147483648",
            "99999999999999999999999999999999999999",
            Long.toString(random.nextLong()),
            Integer.toString(random.nextInt()));
    return numbers.get(random.nextInt(numbers.size()));
  }

  @Override
  public void check(Map<String, AttributeValue> input) {
    ProcessingStatus record;
    try {
      record = codec.decode(input);
    } catch (UndecodableRecordException e) {
      if (String.valueOf(e.getMessage()).contains(SECRET)) {
        throw new AssertionError("the refusal repeats the item", e);
      }
      return;
    }
    String shown = new String(json.encode(record), StandardCharsets.UTF_8);
    if (shown.contains("\n") || shown.contains("\r")) {
      throw new AssertionError("a record of several lines: " + shown);
    }
  }

  @Override
  public List<Map<String, AttributeValue>> smaller(Map<String, AttributeValue> input) {
    var all = new ArrayList<Map<String, AttributeValue>>();
    for (String name : input.keySet()) {
      AttributeValue right = sound.get(name);
      var other = new TreeMap<>(input);
      if (right == null) {
        other.remove(name);
      } else if (!right.equals(input.get(name))) {
        other.put(name, right);
      }
      if (!other.equals(input)) {
        all.add(other);
      }
    }
    return all;
  }

  @Override
  public String show(Map<String, AttributeValue> input) {
    var odd = new TreeMap<>(input);
    odd.entrySet().removeIf(entry -> entry.getValue().equals(sound.get(entry.getKey())));
    String shown =
        odd
            + " without "
            + sound.keySet().stream().filter(n -> !input.containsKey(n)).sorted().toList();
    return shown.length() > 2_000 ? shown.substring(0, 2_000) + "…" : shown;
  }
}
