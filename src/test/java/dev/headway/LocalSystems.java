package dev.headway;

import dev.headway.local.DevelopmentKey;
import dev.headway.local.FreePorts;
import dev.headway.local.LocalConfig;
import dev.headway.traces.Tracing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Whole systems on free ports, with a development key of their own, for tests and measurements. */
public final class LocalSystems {
  private LocalSystems() {}

  public static LocalSystem start() throws Exception {
    return start(Optional.empty());
  }

  /** One that keeps its data in a directory. */
  static LocalSystem start(Optional<Path> data) throws Exception {
    return start(data, Map.of(), Tracing.OFF);
  }

  /** One that is traced. */
  static LocalSystem start(Tracing tracing) throws Exception {
    return start(Optional.empty(), Map.of(), tracing);
  }

  /** One with some settings of its own. */
  public static LocalSystem start(Map<String, String> settings) throws Exception {
    return start(Optional.empty(), settings, Tracing.OFF);
  }

  private static LocalSystem start(
      Optional<Path> data, Map<String, String> settings, Tracing tracing) throws Exception {
    var environment = new HashMap<>(System.getenv());
    Path key = Files.createTempDirectory("headway-key").resolve("key");
    // Tests ask as fast as they can, all from one address and as few users.
    environment.put("HEADWAY_USER_RATE", "0");
    environment.put("HEADWAY_ADDRESS_RATE", "0");
    environment.put("HEADWAY_USER_STREAMS", "0");
    environment.put(DevelopmentKey.VARIABLE, key.toString());
    environment.putAll(settings);
    return LocalSystem.start(new LocalConfig(FreePorts.first(), data), environment, tracing);
  }
}
