package dev.headway.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds the rows in a conversation. */
final class StandInPrompt {
  private static final ObjectReader TREE = new JsonMapper().reader();
  private static final Pattern ROWS = Pattern.compile("\\{\\s*\"rows\"\\s*:");

  /**
   * One row of a table.
   *
   * @param fields value by header, in the order of the table
   */
  record Row(int number, Map<String, String> fields) {}

  private StandInPrompt() {}

  /**
   * The rows of the first JSON object that begins with {@code "rows"} in the last message of the
   * user.
   *
   * @throws IllegalArgumentException where there is none, or a row has no number
   */
  static List<Row> rows(JsonNode request) throws IOException {
    var message = lastOfUser(request.path("messages"));
    var begin = ROWS.matcher(message);
    if (!begin.find()) {
      throw new IllegalArgumentException("no rows");
    }
    // Reads one value and ignores what follows it.
    var rows = new ArrayList<Row>();
    for (var row : TREE.readTree(message.substring(begin.start())).path("rows")) {
      if (!row.path("row").isInt()) {
        throw new IllegalArgumentException("a row without a number");
      }
      var fields = new LinkedHashMap<String, String>();
      row.path("fields")
          .properties()
          .forEach(cell -> fields.put(cell.getKey(), cell.getValue().asText("")));
      rows.add(new Row(row.path("row").intValue(), fields));
    }
    return rows;
  }

  private static String lastOfUser(JsonNode messages) {
    var last = "";
    for (var message : messages) {
      if (message.path("role").asText("").equals("user")) {
        last = message.path("content").asText("");
      }
    }
    return last;
  }
}
