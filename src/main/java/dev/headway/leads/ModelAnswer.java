package dev.headway.leads;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks what the model answered before anything of it is stored: exactly one lead for every row,
 * texts where texts belong, and nothing that is not in the lead's own row. An answer is right as a
 * whole or it is refused; the reason never repeats any of it. Pure.
 */
final class ModelAnswer {
  private final JsonMapper mapper;

  ModelAnswer(JsonMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * The leads of the question's rows, in their order.
   *
   * @throws ModelException if the answer cannot be trusted
   */
  List<LeadFields> leads(String answer, ModelQuestion question) {
    JsonNode leads = leadsOf(document(answer));
    int rows = question.rows().size();
    if (leads.size() != rows) {
      throw new ModelException("%d leads for %d rows".formatted(leads.size(), rows));
    }
    @Nullable LeadFields[] found = new LeadFields[rows];
    for (JsonNode lead : leads) {
      int row = rowOf(lead, rows);
      if (found[row - 1] != null) {
        throw new ModelException("two leads for one row");
      }
      found[row - 1] = checked(lead, question.rows().get(row - 1));
    }
    List<LeadFields> result = new ArrayList<>(rows);
    for (LeadFields lead : found) {
      // As many leads as rows, no row twice: none is missing.
      if (lead != null) {
        result.add(lead);
      }
    }
    return result;
  }

  /** The first JSON value of the text: models like to put prose or a code fence around it. */
  private JsonNode document(String answer) {
    int start = firstOf(answer, '{', '[');
    if (start < 0) {
      throw new ModelException("the answer holds no JSON");
    }
    try (JsonParser parser = mapper.createParser(answer.substring(start))) {
      JsonNode tree = mapper.readTree(parser);
      if (tree == null) {
        throw new ModelException("the answer holds no JSON");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new ModelException("the answer is no JSON: " + e.getClass().getSimpleName());
    } catch (IOException e) {
      throw new ModelException("the answer cannot be read", e);
    }
  }

  private static int firstOf(String text, char a, char b) {
    int first = text.indexOf(a);
    int second = text.indexOf(b);
    return first < 0 ? second : second < 0 ? first : Math.min(first, second);
  }

  private static JsonNode leadsOf(JsonNode document) {
    JsonNode leads = document.isArray() ? document : document.path("leads");
    if (!leads.isArray()) {
      throw new ModelException("the answer has no list of leads");
    }
    return leads;
  }

  private static int rowOf(JsonNode lead, int rows) {
    JsonNode row = lead.path("row");
    if (!lead.isObject() || !row.isIntegralNumber() || !row.canConvertToInt()) {
      throw new ModelException("a lead without the number of its row");
    }
    int number = row.asInt();
    if (number < 1 || number > rows) {
      throw new ModelException("a lead for a row that was not asked about");
    }
    return number;
  }

  private static LeadFields checked(JsonNode lead, SourceRow row) {
    LeadFields fields =
        new LeadFields(
            text(lead, "firstName"),
            text(lead, "lastName"),
            text(lead, "title"),
            text(lead, "company"),
            text(lead, "email"),
            text(lead, "phone"),
            text(lead, "remarks"));
    RowText text = new RowText(row);
    require(text.hasEveryWord(fields.firstName()), "firstName");
    require(text.hasEveryWord(fields.lastName()), "lastName");
    require(text.hasSomeWord(fields.title()), "title");
    require(text.hasSomeWord(fields.company()), "company");
    require(fields.email().isEmpty() || text.hasEmail(fields.email()), "email");
    require(fields.phone().isEmpty() || text.hasPhone(fields.phone()), "phone");
    return fields.withRemarks(Remarks.complete(row, text, fields));
  }

  private static void require(boolean fromRow, String field) {
    if (!fromRow) {
      throw new ModelException("a lead has a value in " + field + " that is not in its row");
    }
  }

  private static String text(JsonNode lead, String name) {
    JsonNode value = lead.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    // Some models write a telephone number as a number.
    if (value.isTextual() || value.isIntegralNumber()) {
      return value.asText();
    }
    throw new ModelException("a lead has something else than a text in " + name);
  }
}
