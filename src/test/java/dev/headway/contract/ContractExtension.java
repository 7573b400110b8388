package dev.headway.contract;

import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test in which a service gave an answer that the contract does not have. JUnit finds it
 * as a service; what comes after the last test of a class fails the class.
 */
public final class ContractExtension implements AfterEachCallback, AfterAllCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    requireNoFaults();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    requireNoFaults();
  }

  private static void requireNoFaults() {
    List<String> faults = Judge.takeFaults();
    if (!faults.isEmpty()) {
      throw new AssertionError(
          "openapi.json does not have these answers:\n" + String.join("\n", faults));
    }
  }
}
