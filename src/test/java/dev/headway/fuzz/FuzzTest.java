package dev.headway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A few seconds of {@code ./headway fuzz} for each target, always over the same seeds. */
class FuzzTest {
  @ParameterizedTest
  @CsvSource({"request, 600", "frame, 8000", "record, 20000", "csv, 1500", "xlsx, 600"})
  void whatever_comes_is_read_or_refused_as_it_should_be(String name, long inputs)
      throws Exception {
    try (FuzzTarget<?> target = Fuzz.target(name)) {
      Optional<Fuzzing.Find> find =
          new Fuzzing<>(target).run(1, 8, tried -> tried < inputs, new AtomicLong());
      assertThat(find.map(Fuzz::describe)).isEmpty();
    }
  }

  /** Or the rest of this class proves nothing. */
  @Test
  void a_reader_that_fails_is_found_and_its_input_made_small() {
    Optional<Fuzzing.Find> find =
        new Fuzzing<>(new Fragile()).run(1, 1, tried -> tried < 100_000, new AtomicLong());
    assertThat(find).isPresent();
    assertThat(find.get().input()).hasSizeLessThan(10).contains("\"");
    assertThat(new Fuzzing<>(new Fragile()).attempt(find.get().seed()))
        .get()
        .extracting(Fuzzing.Find::input)
        .isEqualTo(find.get().input());
  }

  @Test
  void an_input_is_the_same_for_the_same_seed() throws Exception {
    for (Fuzz.Maker maker : Fuzz.TARGETS.values()) {
      try (FuzzTarget<?> target = maker.make()) {
        assertThat(shown(target, 5)).isEqualTo(shown(target, 5)).isNotEqualTo(shown(target, 6));
      }
    }
  }

  private static <I> String shown(FuzzTarget<I> target, long seed) {
    return target.show(target.input(new SplittableRandom(seed)));
  }

  @Test
  void what_is_no_command_line_is_answered_with_the_usage() throws Exception {
    for (List<String> args :
        List.of(List.of("--target", "coffee"), List.of("--minutes", "many"), List.of("--once"))) {
      var out = new ByteArrayOutputStream();
      assertThat(Fuzz.run(args, new PrintStream(out, true, StandardCharsets.UTF_8))).isEqualTo(2);
      assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("usage: headway fuzz");
    }
  }

  /** Cannot bear a quotation mark. */
  private static final class Fragile implements FuzzTarget<byte[]> {
    @Override
    public String name() {
      return "fragile";
    }

    @Override
    public byte[] input(RandomGenerator random) {
      return Mutation.of(
          "a perfectly harmless line of text".getBytes(StandardCharsets.UTF_8), random);
    }

    @Override
    public void check(byte[] input) {
      if (new String(input, StandardCharsets.UTF_8).contains("\"")) {
        throw new IllegalStateException("a quotation mark");
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
}
