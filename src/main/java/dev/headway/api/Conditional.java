package dev.headway.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What an {@code If-None-Match} says that the caller has already. Compares weakly, because proxies
 * weaken tags. Tags that are not versions are somebody else's and match nothing.
 *
 * @param any whether the caller has some representation and does not care which: {@code *}
 */
public record Conditional(boolean any, Set<Long> versions) {
  public static final Conditional NONE = new Conditional(false, Set.of());

  /** Nobody has more versions of one record than this; tags after it are not looked at. */
  private static final int MAX_TAGS = 100;

  public Conditional {
    versions = Set.copyOf(versions);
  }

  /** Reads the values of all If-None-Match headers; what cannot be read is left out. */
  public static Conditional parse(List<String> headers) {
    boolean any = false;
    Set<Long> versions = new HashSet<>();
    int tags = 0;
    for (String header : headers) {
      any |= header.strip().equals("*");
      int i = 0;
      while (i < header.length() && tags < MAX_TAGS) {
        char c = header.charAt(i);
        int open = c == '"' ? i : header.startsWith("W/\"", i) ? i + 2 : -1;
        int close = open < 0 ? -1 : header.indexOf('"', open + 1);
        if (close > 0) {
          tags++;
          EntityTag.version(header.substring(open + 1, close)).ifPresent(versions::add);
          i = close + 1;
        } else if (c == ',' || c == ' ' || c == '\t') {
          i++;
        } else {
          int comma = header.indexOf(',', i);
          i = comma < 0 ? header.length() : comma;
        }
      }
    }
    return any || !versions.isEmpty() ? new Conditional(any, versions) : NONE;
  }

  /** Whether the caller has said nothing of what it has. */
  public boolean isNone() {
    return !any && versions.isEmpty();
  }

  /** Whether the caller has this version, so that {@code 304} says it all. */
  public boolean holds(long version) {
    return any || versions.contains(version);
  }

  /**
   * The newest version that the caller has seen, which a reader must not fall behind; 0 where it
   * has seen none.
   */
  public long atLeast() {
    return versions.stream().mapToLong(Long::longValue).max().orElse(0);
  }
}
