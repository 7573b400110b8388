package dev.headway.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One request, byte for byte as it will be sent. Immutable.
 *
 * @param version of HTTP: {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param headers name and value in turns, in this order
 */
record Ask(String method, String target, String version, List<String> headers, String body) {
  static Ask of(String method, String target, String... headers) {
    return new Ask(method, target, "HTTP/1.1", List.of(headers), "");
  }

  static Ask get(String target, String... headers) {
    return of("GET", target, headers);
  }

  /** With this header in place of any of its name. */
  Ask with(String name, String value) {
    List<String> more = new ArrayList<>();
    for (int i = 0; i < headers.size(); i += 2) {
      if (!headers.get(i).equalsIgnoreCase(name)) {
        more.addAll(headers.subList(i, i + 2));
      }
    }
    more.add(name);
    more.add(value);
    return new Ask(method, target, version, List.copyOf(more), body);
  }

  Ask to(String other) {
    return new Ask(method, other, version, headers, body);
  }

  Ask withBody(String text) {
    return new Ask(method, target, version, headers, text);
  }

  Ask inVersion(String other) {
    return new Ask(method, target, other, headers, body);
  }

  boolean has(String name) {
    for (int i = 0; i < headers.size(); i += 2) {
      if (headers.get(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  byte[] bytes() {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    var text = new StringBuilder(method + " " + target + " " + version + "\r\n");
    for (int i = 0; i < headers.size(); i += 2) {
      text.append(headers.get(i)).append(": ").append(headers.get(i + 1)).append("\r\n");
    }
    boolean hasLength = has("Content-Length") || has("Transfer-Encoding");
    if (!hasLength && (content.length > 0 || method.equals("POST"))) {
      text.append("Content-Length: ").append(content.length).append("\r\n");
    }
    var out = new ByteArrayOutputStream();
    out.writeBytes(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** For a report: without what lets its reader in. */
  @Override
  public String toString() {
    var text = new StringBuilder(method + " " + target.replaceAll("ticket=[^&]*", "ticket=…"));
    if (!version.equals("HTTP/1.1")) {
      text.append(' ').append(version);
    }
    for (int i = 0; i < headers.size(); i += 2) {
      String name = headers.get(i);
      boolean secret = List.of("authorization", "cookie").contains(name.toLowerCase(Locale.ROOT));
      if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Connection")) {
        String value = secret ? "…" : headers.get(i + 1);
        text.append("\n    ").append(name).append(": ").append(cut(value, 120));
      }
    }
    return text.toString();
  }

  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
