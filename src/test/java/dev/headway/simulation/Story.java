package dev.headway.simulation;

import java.util.List;
import java.util.Optional;

/**
 * What came of one schedule.
 *
 * @param broken the promise that did not hold, if one did not
 * @param steps what happened, in order
 */
record Story(Plan plan, Optional<String> broken, List<String> steps) {
  String print() {
    var text = new StringBuilder();
    for (int i = 0; i < steps.size(); i++) {
      text.append("%4d  %s%n".formatted(i + 1, steps.get(i)));
    }
    return text.append("      ")
        .append(broken.orElse("every promise holds"))
        .append('\n')
        .toString();
  }
}
