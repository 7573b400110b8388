package dev.headway.local;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A person's name, taken apart. Rules for the usual European and American forms: {@code Dr. Ludwig
 * van der Berg}, {@code van der Berg, Ludwig}, {@code John F. Kennedy Jr.}, {@code Anna Schmidt,
 * MBA}. What they do not know they leave together: the last word is the last name.
 *
 * @param honorific what stood before the name, as {@code Frau Prof. Dr.}
 * @param first with all middle names
 * @param last with its particles and a generation, as {@code Kennedy Jr.}
 * @param suffix degrees that stood behind the name
 */
record PersonName(String honorific, String first, String last, String suffix) {
  private static final Pattern SPACES = Pattern.compile("[\\s\\h]+");

  private static final Set<String> HONORIFICS =
      Set.of(
          "mr",
          "mrs",
          "ms",
          "miss",
          "mx",
          "sir",
          "madam",
          "herr",
          "herrn",
          "frau",
          "dr",
          "prof",
          "professor",
          "doctor",
          "ing",
          "dipl",
          "dipl-ing",
          "dipl-kfm",
          "mag",
          "med",
          "rer",
          "nat",
          "phil",
          "jur",
          "pol",
          "oec",
          "hc",
          "habil",
          "rev");

  /** Particles that join what follows; in front of a whole name only in lower case. */
  private static final Set<String> PARTICLES =
      Set.of(
          "van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "du",
          "la", "le", "ten", "ter", "zu", "zum", "zur", "af", "av", "bin", "ibn", "al", "el");

  private static final Set<String> GENERATIONS = Set.of("jr", "sr", "ii", "iii", "iv");
  private static final Set<String> DEGREES =
      Set.of(
          "phd", "md", "mba", "msc", "bsc", "ma", "ba", "mag", "llm", "llb", "esq", "cpa", "cfa",
          "pmp", "rn", "dds", "jd", "eng", "beng", "meng", "bed", "med", "mphil");

  static PersonName of(String text) {
    var parts = Arrays.stream(text.split(",")).map(PersonName::tidy).toList();
    var before = new ArrayDeque<>(words(parts.isEmpty() ? "" : parts.getFirst()));
    var suffix = new ArrayList<String>();
    var generation = new ArrayList<String>();
    var given = new ArrayDeque<String>();
    for (var part : parts.subList(Math.min(1, parts.size()), parts.size())) {
      for (var word : words(part)) {
        sort(word, given, generation, suffix);
      }
    }
    // In "Last, First", an honorific may stand before either.
    var honorific = new ArrayList<>(honorifics(before));
    honorific.addAll(honorifics(given));
    takeFromEnd(before, generation, suffix);
    var last = given.isEmpty() ? splitLast(before) : new ArrayList<>(before);
    var first = given.isEmpty() ? List.copyOf(before) : List.copyOf(given);
    last.addAll(generation);
    return new PersonName(joined(honorific), joined(first), joined(last), joined(suffix));
  }

  /** Of what stands behind a comma, degrees and generations are no first names. */
  private static void sort(
      String word, Deque<String> given, List<String> generation, List<String> suffix) {
    if (GENERATIONS.contains(key(word))) {
      generation.add(word);
    } else if (isDegree(word)) {
      suffix.add(word);
    } else {
      given.add(word);
    }
  }

  private static List<String> honorifics(Deque<String> words) {
    var found = new ArrayList<String>();
    while (words.size() > 1) {
      if (!HONORIFICS.contains(key(words.getFirst()))) {
        break;
      }
      found.add(words.removeFirst());
    }
    return found;
  }

  private static void takeFromEnd(
      Deque<String> words, List<String> generation, List<String> suffix) {
    while (words.size() > 1) {
      var word = words.getLast();
      if (GENERATIONS.contains(key(word))) {
        generation.addFirst(words.removeLast());
      } else if (isDegree(word) && words.size() > 2) {
        suffix.addFirst(words.removeLast());
      } else {
        return;
      }
    }
  }

  /** Takes the last name off the end of the words, with the particles before it. */
  private static List<String> splitLast(Deque<String> words) {
    var all = List.copyOf(words);
    int begin = Math.max(0, all.size() - 1);
    for (int i = 0; i < begin; i++) {
      var word = all.get(i);
      boolean lower = word.equals(word.toLowerCase(Locale.ROOT));
      if (PARTICLES.contains(key(word)) && (i > 0 || lower)) {
        begin = i;
      }
    }
    for (int i = begin; i < all.size(); i++) {
      words.removeLast();
    }
    return new ArrayList<>(all.subList(begin, all.size()));
  }

  /** With a dot or a capital inside: {@code Ma} and {@code Ba} are names too. */
  private static boolean isDegree(String word) {
    return DEGREES.contains(key(word))
        && (word.contains(".") || word.chars().skip(1).anyMatch(Character::isUpperCase));
  }

  private static String key(String word) {
    return word.replace(".", "").toLowerCase(Locale.ROOT);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(SPACES.split(text));
  }

  private static String tidy(String text) {
    return SPACES.matcher(text).replaceAll(" ").strip();
  }

  private static String joined(List<String> words) {
    return String.join(" ", words);
  }
}
