package dev.headway.leads;

import dev.headway.fuzz.Mutation;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/** Texts of separated cells, broken. */
public final class CsvFuzz extends FileFuzz {
  private static final List<String> CHARSETS =
      List.of("UTF-8", "UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32", "ISO-8859-1", "windows-1252");

  public CsvFuzz() {
    super(FileFormat.CSV);
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public byte[] input(RandomGenerator random) {
    return switch (random.nextInt(12)) {
      case 0 -> noise(random);
      case 1 -> "a,".repeat(1 << random.nextInt(17)).getBytes(StandardCharsets.UTF_8);
      case 2 -> ("\"" + "a\n".repeat(1 << random.nextInt(18))).getBytes(StandardCharsets.UTF_8);
      case 3 -> "\"\n".repeat(1 << random.nextInt(16)).getBytes(StandardCharsets.UTF_8);
      case 4 -> "\r".repeat(1 << random.nextInt(17)).getBytes(StandardCharsets.UTF_8);
      default -> Mutation.of(table(random), random);
    };
  }

  private static byte[] noise(RandomGenerator random) {
    byte[] bytes = new byte[1 << random.nextInt(16)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] table(RandomGenerator random) {
    String separator = List.of(",", ";", "\t", "|").get(random.nextInt(4));
    String end = List.of("\n", "\r\n", "\r").get(random.nextInt(3));
    var text = new StringBuilder(random.nextBoolean() ? "\ufeff" : "");
    text.append(String.join(separator, "Name", "Email", "Firma", "Notiz")).append(end);
    int rows = random.nextInt(40);
    for (int i = 0; i < rows; i++) {
      text.append(
              String.join(
                  separator,
                  "Ann Müller " + i,
                  "ann%d@a.example".formatted(i),
                  "\"a \"\"b\"\"\"",
                  "日🙂"))
          .append(end);
    }
    return text.toString().getBytes(Charset.forName(CHARSETS.get(random.nextInt(CHARSETS.size()))));
  }
}
