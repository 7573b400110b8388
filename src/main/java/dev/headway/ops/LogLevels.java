package dev.headway.ops;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** How much each part of the process writes to its log, while it runs. Any thread; calls block. */
final class LogLevels {
  /** A package or a class: every logger's name is one. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z][\\w$.]{0,199}");

  /**
   * Each name that was ever set is kept: more than anybody needs, and no way to fill the memory.
   */
  private static final int MOST = 100;

  /** What this page calls the logger without a name. */
  private static final String ROOT = "root";

  private static final String ROUTER = "io.vertx.ext.web";

  private LogLevels() {}

  /** The levels that are configured or were set, by the beginning of loggers' names. */
  static Map<String, String> all() {
    var levels = new TreeMap<String, String>();
    context()
        .getConfiguration()
        .getLoggers()
        .forEach(
            (name, config) -> levels.put(name.isEmpty() ? ROOT : name, config.getLevel().name()));
    return levels;
  }

  /**
   * Sets the level of all loggers whose name begins so, until the process ends.
   *
   * @return why not, in words for operators; empty when it is done
   */
  static Optional<String> set(String name, String level) {
    Level known =
        level.isEmpty() ? null : Level.getLevel(level); // which refuses to look for nothing
    if (known == null) {
      return Optional.of("a level is OFF, ERROR, WARN, INFO, DEBUG or TRACE");
    }
    if (!NAME.matcher(name).matches()) {
      return Optional.of("a logger is named like a package or a class");
    }
    if (all().size() >= MOST && !all().containsKey(name)) {
      return Optional.of("there are " + MOST + " levels already: take them back first");
    }
    if (isRouter(name) && known.isLessSpecificThan(Level.DEBUG)) {
      return Optional.of("the router writes whole addresses below INFO, with the tickets in them");
    }
    if (name.equals(ROOT)) {
      Configurator.setRootLevel(known);
    } else {
      Configurator.setLevel(name, known);
    }
    return Optional.empty();
  }

  private static boolean isRouter(String name) {
    return name.equals(ROUTER) || name.startsWith(ROUTER + ".");
  }

  /** Takes back what was set: everything is as it is configured. */
  static void reset() {
    context().reconfigure();
  }

  private static LoggerContext context() {
    return (LoggerContext) LogManager.getContext(false);
  }
}
