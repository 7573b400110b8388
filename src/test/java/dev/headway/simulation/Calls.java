package dev.headway.simulation;

import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/** Where every call of a service stops until the scheduler lets it go on. */
interface Calls {
  /**
   * Makes a call.
   *
   * @param name for the story of the schedule
   * @param effect what the service does
   * @param refusal the service's exception for a call that it does not take now
   */
  <T> T make(String name, Supplier<T> effect, Function<String, SdkException> refusal);
}
