package dev.headway.cli;

import java.net.http.HttpHeaders;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** What may stand between a reader and the service, as far as the headers of answers show it. */
enum Intermediary {
  NGINX("nginx") {
    @Override
    boolean shows(HttpHeaders headers) {
      return starts(headers, "Server", "nginx") || starts(headers, "Server", "openresty");
    }
  },
  APACHE("Apache") {
    @Override
    boolean shows(HttpHeaders headers) {
      return starts(headers, "Server", "apache");
    }
  },
  /** Marks no ordinary answer: it shows itself in its own errors, and where it sets its cookie. */
  ALB("ALB") {
    @Override
    boolean shows(HttpHeaders headers) {
      return starts(headers, "Server", "awselb") || starts(headers, "Set-Cookie", "awsalb");
    }
  },
  CLOUDFRONT("CloudFront") {
    @Override
    boolean shows(HttpHeaders headers) {
      return headers.firstValue("X-Amz-Cf-Id").isPresent()
          || lower(headers, "Via").anyMatch(via -> via.contains("cloudfront"));
    }
  };

  private final String title;

  Intermediary(String title) {
    this.title = title;
  }

  /** As it is written in sentences. */
  String title() {
    return title;
  }

  abstract boolean shows(HttpHeaders headers);

  static Set<Intermediary> in(HttpHeaders headers) {
    Set<Intermediary> found = EnumSet.noneOf(Intermediary.class);
    Arrays.stream(values()).filter(one -> one.shows(headers)).forEach(found::add);
    return found;
  }

  private static boolean starts(HttpHeaders headers, String name, String prefix) {
    return lower(headers, name).anyMatch(value -> value.startsWith(prefix));
  }

  private static Stream<String> lower(HttpHeaders headers, String name) {
    return headers.allValues(name).stream().map(value -> value.toLowerCase(Locale.ROOT));
  }
}
