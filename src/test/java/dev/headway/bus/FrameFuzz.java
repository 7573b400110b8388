package dev.headway.bus;

import dev.headway.fuzz.FuzzTarget;
import dev.headway.fuzz.Mutation;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.hub.Records;
import dev.headway.hub.Sender;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** What comes over the bus is a frame, or refused as none without a word of its contents. */
public final class FrameFuzz implements FuzzTarget<byte[]> {
  private static final Sender SENDER = new Sender("node-1", -2);

  private final FrameCodec codec = new FrameCodec();
  private final List<byte[]> frames =
      List.of(
          codec.encode(
              new Frame(
                  SENDER,
                  42,
                  new Changes(
                      List.of(
                          Records.processing(Records.id("secret-a"), 7),
                          Records.completed(Records.id("secret-b"), 9))))),
          codec.encode(
              new Frame(
                  SENDER,
                  43,
                  new TailHeartbeat(
                      Duration.ofSeconds(9),
                      Map.of("s1", Optional.of(Duration.ofMillis(7)), "s2", Optional.empty()),
                      Map.of("s0", List.of("s1", "s2"))))));

  @Override
  public String name() {
    return "frame";
  }

  @Override
  public byte[] input(RandomGenerator random) {
    byte[] frame = frames.get(random.nextInt(frames.size()));
    return switch (random.nextInt(20)) {
      case 0 -> nested(random, "[");
      case 1 -> nested(random, "{\"v\":");
      case 2 -> number(random);
      default -> Mutation.of(frame, random);
    };
  }

  private static byte[] nested(RandomGenerator random, String level) {
    String deep = level.repeat(1 << random.nextInt(18));
    return ("{\"v\":1,\"x\":" + deep).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] number(RandomGenerator random) {
    String digits = "9".repeat(1 << random.nextInt(16));
    return "{\"v\":1,\"node\":\"a\",\"start\":\"1\",\"n\":%s,\"changes\":[]}"
        .formatted(random.nextBoolean() ? digits : "1e" + digits)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void check(byte[] input) {
    try {
      Frame frame = codec.decode(input);
      // What was read can be passed on.
      codec.encode(frame);
    } catch (UndecodableFrameException e) {
      if (String.valueOf(e.getMessage()).contains("secret") || e.getCause() != null) {
        throw new AssertionError("the refusal repeats the frame", e);
      }
    }
  }

  @Override
  public List<byte[]> smaller(byte[] input) {
    return Mutation.smaller(input);
  }

  @Override
  public String show(byte[] input) {
    return Mutation.show(input);
  }
}
