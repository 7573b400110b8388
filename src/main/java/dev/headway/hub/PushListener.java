package dev.headway.hub;

import java.util.function.IntConsumer;

/**
 * Is told what event loops hand to their subscribers: once for each change and loop, however many
 * subscribers there are. Called on the loop and has to be quick.
 */
@FunctionalInterface
public interface PushListener {
  PushListener NOBODY = change -> subscribers -> {};

  /**
   * The first subscriber comes next.
   *
   * @return is told how many subscribers there were, when all of them have it
   */
  IntConsumer begins(Change change);
}
