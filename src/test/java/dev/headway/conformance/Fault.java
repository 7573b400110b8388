package dev.headway.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One thing that a server does wrong.
 *
 * @param ask changes a request before the service gets it
 * @param tell changes an answer; of a stream the head alone
 * @param stream changes a stream, block by block
 * @param keepsConnections whether an answer may be followed by another
 * @param buffers whether a stream is held back to its end
 * @param goesOn whether a stream stays open after its end
 */
record Fault(
    UnaryOperator<Asked> ask,
    BiFunction<Asked, Told, Told> tell,
    Function<Asked, Blocks> stream,
    boolean keepsConnections,
    boolean buffers,
    boolean goesOn) {
  /** In place of a block: the stream ends here. */
  static final String END = "\0";

  /** A proxy that does nothing wrong. */
  static final Fault NONE =
      new Fault(asked -> asked, (asked, told) -> told, asked -> block -> block, true, false, false);

  static Fault asking(UnaryOperator<Asked> ask) {
    return new Fault(ask, NONE.tell, NONE.stream, true, false, false);
  }

  static Fault telling(BiFunction<Asked, Told, Told> tell) {
    return new Fault(NONE.ask, tell, NONE.stream, true, false, false);
  }

  static Fault streaming(Function<Asked, Blocks> stream) {
    return new Fault(NONE.ask, NONE.tell, stream, true, false, false);
  }

  static Fault withBlocks(UnaryOperator<String> change) {
    return streaming(asked -> change::apply);
  }

  static Fault buffering() {
    return new Fault(NONE.ask, NONE.tell, NONE.stream, true, true, false);
  }

  static Fault closing() {
    return new Fault(NONE.ask, NONE.tell, NONE.stream, false, false, false);
  }

  static Fault goingOn() {
    return new Fault(NONE.ask, NONE.tell, NONE.stream, true, false, true);
  }

  /** Changes the blocks of one stream, each with its empty line. */
  @FunctionalInterface
  interface Blocks {
    String next(String block);

    /** What comes after the last. */
    default String end() {
      return "";
    }
  }

  /** A request line and headers, as they came. */
  record Asked(String head) {
    String method() {
      return head.split(" ", 2)[0].strip();
    }

    String target() {
      String[] line = head.split("\r\n", 2)[0].split(" ", -1);
      return line.length > 1 ? line[1] : "";
    }

    boolean is(String method, String pathPattern) {
      return method().equals(method) && target().replaceFirst("\\?.*", "").matches(pathPattern);
    }

    Optional<String> header(String name) {
      return lines().stream()
          .filter(line -> isNamed(line, name))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst();
    }

    Asked to(String target) {
      return new Asked(head.replaceFirst(java.util.regex.Pattern.quote(target()), target));
    }

    Asked without(String name) {
      List<String> left = new ArrayList<>(lines());
      left.removeIf(line -> isNamed(line, name));
      return new Asked(String.join("\r\n", left));
    }

    Asked with(String name, String value) {
      List<String> more = new ArrayList<>(without(name).lines());
      more.add(1, name + ": " + value);
      return new Asked(String.join("\r\n", more));
    }

    private List<String> lines() {
      return Arrays.asList(head.split("\r\n", -1));
    }

    private static boolean isNamed(String line, String name) {
      return line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":");
    }
  }

  /**
   * A whole answer.
   *
   * @param headers may be changed
   */
  record Told(int status, Map<String, String> headers, String body) {
    Told as(int other) {
      return new Told(other, headers, body);
    }

    Told with(String name, String value) {
      headers.put(name, value);
      return this;
    }

    Told without(String name) {
      headers.remove(name);
      return this;
    }

    Told with(UnaryOperator<String> change) {
      return new Told(status, headers, change.apply(body));
    }
  }
}
