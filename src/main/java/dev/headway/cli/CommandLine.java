package dev.headway.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The words after a command's name, taken apart: {@code --name value} or {@code --name=value}, and
 * the others in their order. After {@code --} everything is a word, also a file called {@code -x}.
 */
public record CommandLine(List<String> words, Map<String, String> options) {
  /**
   * Takes the arguments apart.
   *
   * @param known the options that the command has, without dashes; each takes a value, once
   */
  public static CommandLine parse(List<String> arguments, Set<String> known) throws CommandFailure {
    return parse(arguments, known, Set.of());
  }

  /**
   * The same.
   *
   * @param flags options that take no value
   */
  static CommandLine parse(List<String> arguments, Set<String> known, Set<String> flags)
      throws CommandFailure {
    var words = new ArrayList<String>();
    var options = new HashMap<String, String>();
    var rest = arguments.iterator();
    while (rest.hasNext()) {
      String argument = rest.next();
      if (argument.equals("--")) {
        rest.forEachRemaining(words::add);
      } else if (!argument.startsWith("-") || argument.equals("-")) {
        words.add(argument);
      } else {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        boolean flag = name.startsWith("--") && flags.contains(name.substring(2));
        if (!flag && (!name.startsWith("--") || !known.contains(name.substring(2)))) {
          throw CommandFailure.usage("There is no option " + name + ".");
        }
        if (flag && equals >= 0) {
          throw CommandFailure.usage("The option " + name + " takes no value.");
        }
        if (!flag && equals < 0 && !rest.hasNext()) {
          throw CommandFailure.usage("The option " + name + " needs a value.");
        }
        String value = flag ? "" : equals < 0 ? rest.next() : argument.substring(equals + 1);
        if (options.put(name.substring(2), value) != null) {
          throw CommandFailure.usage("The option " + name + " is there twice.");
        }
      }
    }
    return new CommandLine(List.copyOf(words), Map.copyOf(options));
  }

  /** Whether somebody asks for help; nothing else on the line matters then. */
  public static boolean asksForHelp(List<String> arguments) {
    return arguments.stream()
        .takeWhile(a -> !a.equals("--"))
        .anyMatch(a -> a.equals("--help") || a.equals("-h"));
  }

  public Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  boolean has(String flag) {
    return options.containsKey(flag);
  }

  /** The only word there is. */
  String theWord(String what) throws CommandFailure {
    if (words.size() != 1) {
      throw CommandFailure.usage(
          words.isEmpty() ? what + " is missing." : "One " + what + " at a time, please.");
    }
    return words.getFirst();
  }

  public void requireNoWords() throws CommandFailure {
    if (!words.isEmpty()) {
      throw CommandFailure.usage("What is " + words.getFirst() + " for?");
    }
  }
}
