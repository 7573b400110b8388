package dev.headway.leads;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes workbooks part by part, right ones and wrong ones. */
final class XlsxFixture {
  private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  private static final String DOC =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String PACKAGE =
      "http://schemas.openxmlformats.org/package/2006/relationships";

  /** Number formats by style index, from 1; 0 is General. */
  static final List<String> FORMATS =
      List.of("yyyy-mm-dd", "dd.mm.yyyy hh:mm", "00000", "#,##0.00 \"days\"", "[h]:mm");

  private final List<String> sheets = new ArrayList<>();
  private final List<String> visibilities = new ArrayList<>();
  private final Map<String, byte[]> more = new LinkedHashMap<>();
  private final List<String> shared = new ArrayList<>();
  private boolean hasStyles = true;
  private boolean date1904;

  /** A sheet by the markup of its rows. */
  XlsxFixture sheet(String rows) {
    return sheet("visible", rows);
  }

  XlsxFixture sheet(String visibility, String rows) {
    sheets.add(rows);
    visibilities.add(visibility);
    return this;
  }

  /** A sheet of texts; an empty text is no cell at all. */
  XlsxFixture texts(List<List<String>> rows) {
    StringBuilder markup = new StringBuilder();
    for (int r = 0; r < rows.size(); r++) {
      markup.append("<row r=\"").append(r + 1).append("\">");
      for (int c = 0; c < rows.get(r).size(); c++) {
        String text = rows.get(r).get(c);
        if (!text.isEmpty()) {
          markup.append(
              "<c r=\"%s%d\" t=\"s\"><v>%d</v></c>".formatted(column(c), r + 1, share(text)));
        }
      }
      markup.append("</row>");
    }
    return sheet(markup.toString());
  }

  int share(String text) {
    shared.add("<si><t xml:space=\"preserve\">" + escape(text) + "</t></si>");
    return shared.size() - 1;
  }

  XlsxFixture part(String name, byte[] content) {
    more.put(name, content);
    return this;
  }

  XlsxFixture from1904() {
    date1904 = true;
    return this;
  }

  /** As some programs write a workbook whose cells have no formats. */
  XlsxFixture withoutStyles() {
    hasStyles = false;
    return this;
  }

  static String column(int index) {
    StringBuilder name = new StringBuilder();
    for (int i = index; i >= 0; i = i / 26 - 1) {
      name.insert(0, (char) ('A' + i % 26));
    }
    return name.toString();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;");
  }

  byte[] bytes() {
    Map<String, byte[]> parts = new LinkedHashMap<>();
    put(parts, "[Content_Types].xml", contentTypes());
    put(
        parts,
        "_rels/.rels",
        relationships(
            "<Relationship Id=\"rId1\" Type=\""
                + DOC
                + "/officeDocument\" Target=\"xl/workbook.xml\"/>"));
    put(parts, "xl/workbook.xml", workbook());
    put(parts, "xl/_rels/workbook.xml.rels", relationships(workbookRelationships()));
    if (hasStyles) {
      put(parts, "xl/styles.xml", styles());
    }
    put(
        parts,
        "xl/sharedStrings.xml",
        "<sst xmlns=\"" + MAIN + "\">" + String.join("", shared) + "</sst>");
    for (int i = 0; i < sheets.size(); i++) {
      put(
          parts,
          "xl/worksheets/sheet" + (i + 1) + ".xml",
          "<worksheet xmlns=\""
              + MAIN
              + "\"><sheetData>"
              + sheets.get(i)
              + "</sheetData></worksheet>");
    }
    parts.putAll(more);
    return zip(parts);
  }

  static byte[] zip(Map<String, byte[]> parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> part : parts.entrySet()) {
        zip.putNextEntry(new ZipEntry(part.getKey()));
        zip.write(part.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] xml(String markup) {
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void put(Map<String, byte[]> parts, String name, String markup) {
    parts.put(name, xml(markup));
  }

  private String contentTypes() {
    String type = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
    StringBuilder overrides = new StringBuilder();
    override(overrides, "/xl/workbook.xml", type + "sheet.main+xml");
    if (hasStyles) {
      override(overrides, "/xl/styles.xml", type + "styles+xml");
    }
    override(overrides, "/xl/sharedStrings.xml", type + "sharedStrings+xml");
    for (int i = 1; i <= sheets.size(); i++) {
      override(overrides, "/xl/worksheets/sheet" + i + ".xml", type + "worksheet+xml");
    }
    return "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
        + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
        + overrides
        + "</Types>";
  }

  private static void override(StringBuilder out, String part, String type) {
    out.append("<Override PartName=\"%s\" ContentType=\"%s\"/>".formatted(part, type));
  }

  private static String relationships(String entries) {
    return "<Relationships xmlns=\"" + PACKAGE + "\">" + entries + "</Relationships>";
  }

  private String workbook() {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < sheets.size(); i++) {
      list.append(
          "<sheet name=\"Sheet %1$d\" sheetId=\"%1$d\" state=\"%2$s\" r:id=\"rId%1$d\"/>"
              .formatted(i + 1, visibilities.get(i)));
    }
    return "<workbook xmlns=\""
        + MAIN
        + "\" xmlns:r=\""
        + DOC
        + "\"><workbookPr date1904=\""
        + date1904
        + "\"/><sheets>"
        + list
        + "</sheets></workbook>";
  }

  private String workbookRelationships() {
    StringBuilder list = new StringBuilder();
    for (int i = 1; i <= sheets.size(); i++) {
      list.append(
          "<Relationship Id=\"rId%1$d\" Type=\"%2$s/worksheet\" Target=\"worksheets/sheet%1$d.xml\"/>"
              .formatted(i, DOC));
    }
    return list
        + "<Relationship Id=\"rId901\" Type=\""
        + DOC
        + "/styles\" Target=\"styles.xml\"/>"
        + "<Relationship Id=\"rId902\" Type=\""
        + DOC
        + "/sharedStrings\" Target=\"sharedStrings.xml\"/>";
  }

  private static String styles() {
    StringBuilder formats = new StringBuilder();
    StringBuilder styles = new StringBuilder("<xf numFmtId=\"0\"/>");
    for (int i = 0; i < FORMATS.size(); i++) {
      formats.append(
          "<numFmt numFmtId=\"%d\" formatCode=\"%s\"/>"
              .formatted(200 + i, FORMATS.get(i).replace("\"", "&quot;")));
      styles.append("<xf numFmtId=\"%d\" applyNumberFormat=\"1\"/>".formatted(200 + i));
    }
    styles.append("<xf numFmtId=\"14\" applyNumberFormat=\"1\"/>"); // index 6: a built-in date
    return "<styleSheet xmlns=\""
        + MAIN
        + "\"><numFmts count=\""
        + FORMATS.size()
        + "\">"
        + formats
        + "</numFmts><cellXfs count=\""
        + (FORMATS.size() + 2)
        + "\">"
        + styles
        + "</cellXfs></styleSheet>";
  }
}
