package dev.headway.leads;

import dev.headway.fuzz.Mutation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Workbooks, broken as archives or in the markup of their parts. */
public final class XlsxFuzz extends FileFuzz {
  private final byte[] sound;

  public XlsxFuzz() {
    super(FileFormat.XLSX);
    var rows = new ArrayList<List<String>>(List.of(List.of("Name", "Email", "Firma")));
    for (int i = 0; i < 20; i++) {
      rows.add(List.of("Ann " + i, "ann%d@a.example".formatted(i), "A & B"));
    }
    sound = new XlsxFixture().texts(rows).bytes();
  }

  @Override
  public String name() {
    return "xlsx";
  }

  @Override
  public byte[] input(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> Mutation.of(sound, random);
      case 2 -> bomb(random);
      default -> withABrokenPart(random);
    };
  }

  private byte[] withABrokenPart(RandomGenerator random) {
    Map<String, byte[]> parts = parts(sound);
    var names = new ArrayList<>(parts.keySet());
    int broken = 1 + random.nextInt(2);
    for (int i = 0; i < broken; i++) {
      parts.computeIfPresent(
          names.get(random.nextInt(names.size())),
          (name, part) -> random.nextInt(6) == 0 ? hostile(random) : Mutation.of(part, random));
    }
    if (random.nextInt(8) == 0) {
      parts.remove(names.get(random.nextInt(names.size())));
    }
    return archive(parts);
  }

  /** A part that asks its reader for something. */
  private static byte[] hostile(RandomGenerator random) {
    List<String> markups =
        List.of(
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><x>&b;</x>",
            "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><x>&f;</x>",
            "<?xml version=\"1.0\" encoding=\"UTF-16\"?><x/>",
            "<?xml version=\"1.1\"?><x>&#0;</x>",
            "<worksheet><sheetData><row><c"
                + " r=\"ZZZZZZZZ1\"><v>1</v></c></row></sheetData></worksheet>",
            "<worksheet><sheetData><row"
                + " r=\"99999999999\"><c><v>1</v></c></row></sheetData></worksheet>",
            "<worksheet><sheetData><row><c t=\"s\"><v>-1</v></c></row></sheetData></worksheet>",
            "<worksheet><sheetData><row><c"
                + " t=\"s\"><v>2147483648</v></c></row></sheetData></worksheet>",
            "<worksheet><sheetData><row><c s=\"99\"><v>1e400</v></c></row></sheetData></worksheet>",
            "<worksheet><sheetData><row><c t=\"d\"><v>x</v></c></row></sheetData></worksheet>",
            "<x>".repeat(1 << random.nextInt(17)),
            "<x " + "a=\"b\" ".repeat(1 << random.nextInt(12)) + "/>",
            "<sst count=\"2147483647\" uniqueCount=\"2147483647\"><si><t>a</t></si></sst>");
    return markups.get(random.nextInt(markups.size())).getBytes(StandardCharsets.UTF_8);
  }

  /** Much of the same in little space, in any part. */
  private byte[] bomb(RandomGenerator random) {
    Map<String, byte[]> parts = parts(sound);
    var names = new ArrayList<>(parts.keySet());
    names.add("xl/media/image1.png");
    parts.put(names.get(random.nextInt(names.size())), new byte[1 << (18 + random.nextInt(8))]);
    return archive(parts);
  }

  private static Map<String, byte[]> parts(byte[] workbook) {
    var parts = new LinkedHashMap<String, byte[]>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(workbook))) {
      for (ZipEntry part = zip.getNextEntry(); part != null; part = zip.getNextEntry()) {
        parts.put(part.getName(), zip.readAllBytes());
      }
      return parts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] archive(Map<String, byte[]> parts) {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> part : parts.entrySet()) {
        var entry = new ZipEntry(part.getKey());
        entry.setTime(0); // or the bytes would depend on the time
        zip.putNextEntry(entry);
        zip.write(part.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An archive is not to be read by people: what is in each part, by its length and sum. */
  @Override
  public String show(byte[] input) {
    var sum = new CRC32();
    sum.update(input);
    return "%d bytes, CRC %08x; write it down with --once".formatted(input.length, sum.getValue());
  }
}
