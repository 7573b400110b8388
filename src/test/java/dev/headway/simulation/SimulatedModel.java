package dev.headway.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.leads.ChatModel;
import dev.headway.leads.RemainingTime;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkClientException;

/** A model that is right about every row, or never answers about a batch at all. */
final class SimulatedModel implements ChatModel {
  private static final JsonMapper JSON = new JsonMapper();

  private final Calls calls;
  private final Set<String> poisoned;

  /**
   * Where it is called.
   *
   * @param poisoned batches about which it never answers, as {@code upload-1#3}
   */
  SimulatedModel(Calls calls, Set<String> poisoned) {
    this.calls = calls;
    this.poisoned = poisoned;
  }

  @Override
  public String ask(String instructions, String document, RemainingTime time) {
    return calls.make("asks the model", () -> answer(document), SdkClientException::create);
  }

  private String answer(String document) {
    try {
      var leads = JSON.createArrayNode();
      for (JsonNode row : JSON.readTree(document).path("rows")) {
        String name = row.at("/fields/Name").asText();
        if (poisoned.contains(batchOf(name))) {
          throw new IllegalStateException("the model does not know what to say");
        }
        leads
            .addObject()
            .put("row", row.path("row").asInt())
            .put("firstName", name)
            .put("email", row.at("/fields/Email").asText());
      }
      return JSON.createObjectNode().set("leads", leads).toString();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** From a name as {@link Upload#name} gives it: {@code u1r27} or {@code u1xr27}. */
  private static String batchOf(String name) {
    int r = name.indexOf('r');
    return "upload-%s#%d"
        .formatted(
            name.substring(1, r).replace("x", ""),
            Upload.batchOf(Integer.parseInt(name.substring(r + 1))));
  }
}
