package dev.headway.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Breaks bytes, and makes broken ones smaller. */
public final class Mutation {
  /** What has broken readers before. */
  private static final List<String> TOKENS =
      List.of(
          "\0",
          "\r",
          "\n",
          "\r\n",
          "\r\n\r\n",
          "\"",
          "'",
          "\\",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          ";",
          "<",
          ">",
          "&",
          "%00",
          "%",
          "..",
          "-1",
          "0",
          "1e999",
          "NaN",
          "null",
          "true",
          "\u00ff",
          "\u00c0\u0080",
          "\u00ed\u00a0\u0080",
          "\u00f4\u0090\u0080\u0080",
          "\ufeff",
          "\u202e",
          "99999999999999999999999999",
          "9223372036854775807",
          "-9223372036854775808",
          "=cmd|'!A1",
          "\\u0000",
          "\\ud800",
          "data: x",
          "[[[[[[[[[[[[[[[[[[[[[[",
          "{\"a\":{\"a\":{\"a\":{\"a\":");

  private Mutation() {}

  /** The same, but for some places. */
  public static byte[] of(byte[] bytes, RandomGenerator random) {
    byte[] mutant = bytes;
    int times = 1 + random.nextInt(6);
    for (int i = 0; i < times; i++) {
      mutant = once(mutant, random);
    }
    return mutant;
  }

  private static byte[] once(byte[] bytes, RandomGenerator random) {
    int at = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, at + 1 + random.nextInt(1 + random.nextInt(64)));
    return switch (random.nextInt(7)) {
      case 0 -> join(bytes, 0, at, new byte[0], to); // left out
      case 1 -> join(bytes, 0, at, token(random), at); // put in
      case 2 -> join(bytes, 0, at, token(random), to); // in place of
      case 3 -> join(bytes, 0, to, Arrays.copyOfRange(bytes, at, to), to); // twice
      case 4 -> Arrays.copyOf(bytes, at); // cut off
      case 5 -> flipped(bytes, at, random);
      default -> join(bytes, 0, at, repeated(token(random), random), at);
    };
  }

  private static byte[] token(RandomGenerator random) {
    String token = TOKENS.get(random.nextInt(TOKENS.size()));
    return token.getBytes(
        token.chars().allMatch(c -> c < 256)
            ? StandardCharsets.ISO_8859_1
            : StandardCharsets.UTF_8);
  }

  private static byte[] repeated(byte[] token, RandomGenerator random) {
    var many = new ByteArrayOutputStream();
    int times = 1 << random.nextInt(13);
    for (int i = 0; i < times; i++) {
      many.writeBytes(token);
    }
    return many.toByteArray();
  }

  private static byte[] flipped(byte[] bytes, int at, RandomGenerator random) {
    if (at == bytes.length) {
      return bytes;
    }
    byte[] other = bytes.clone();
    other[at] ^= (byte) (1 << random.nextInt(8));
    return other;
  }

  private static byte[] join(byte[] bytes, int from, int to, byte[] middle, int rest) {
    var all = new ByteArrayOutputStream();
    all.write(bytes, from, to - from);
    all.writeBytes(middle);
    all.write(bytes, rest, bytes.length - rest);
    return all.toByteArray();
  }

  /** Without each half, quarter, eighth … down to some tens of pieces. */
  public static List<byte[]> smaller(byte[] bytes) {
    var all = new ArrayList<byte[]>();
    for (int pieces = 2; pieces <= 32 && pieces <= bytes.length; pieces *= 2) {
      for (int piece = 0; piece < pieces; piece++) {
        int from = (int) ((long) bytes.length * piece / pieces);
        int to = (int) ((long) bytes.length * (piece + 1) / pieces);
        all.add(join(bytes, 0, from, new byte[0], to));
      }
    }
    return all;
  }

  /** Printable characters as they are, the rest as in a Java text. */
  public static String show(byte[] bytes) {
    var text = new StringBuilder();
    for (byte b : Arrays.copyOf(bytes, Math.min(bytes.length, 4_000))) {
      switch (b) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\\' -> text.append("\\\\");
        default -> {
          if (b >= ' ' && b <= '~') {
            text.append((char) b);
          } else {
            text.append("\\u%04x".formatted(b & 0xff));
          }
        }
      }
    }
    return bytes.length > 4_000 ? text + "… (" + bytes.length + " bytes)" : text.toString();
  }
}
