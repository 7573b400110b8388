package dev.headway.fuzz;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One kind of input that comes from outside, and what must hold of whatever it is.
 *
 * @param <I> immutable; the same for the same numbers of the generator
 */
public interface FuzzTarget<I> extends AutoCloseable {
  String name();

  /** An input that is partly right, or nothing would get past the first check. */
  I input(RandomGenerator random);

  /**
   * Any exception or {@link AssertionError} is a find. Several threads may check at once.
   *
   * @throws Exception what should not have come out
   */
  void check(I input) throws Exception;

  /** Inputs to try in place of one that failed; each smaller. */
  default List<I> smaller(I input) {
    return List.of();
  }

  /** For a person to read, and to make a test of. */
  String show(I input);

  @Override
  default void close() {}
}
