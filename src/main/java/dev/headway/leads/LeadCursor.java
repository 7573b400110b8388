package dev.headway.leads;

import dev.headway.api.LeadQuery;
import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.status.OwnerId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Where a page of leads ended. Opaque to its holder, and good only for the owner and the order that
 * it was made for. It is no secret and protects nothing: a query never leaves its owner's partition
 * whatever a cursor says. The digest is there to tell a stale or garbled one from a real one.
 */
record LeadCursor(String leadKey, String updatedAt) {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9a-f]{16})\\|([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z)\\|([A-Za-z0-9#_-]{1,300})");

  private static final int MAX_LENGTH = 600;

  static LeadCursor of(Map<String, AttributeValue> item) {
    return new LeadCursor(text(item, LeadTable.LEAD_KEY), text(item, LeadTable.UPDATED_AT));
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new IllegalStateException("an item of the index has no " + name);
    }
    return value.s();
  }

  Map<String, AttributeValue> startKey(OwnerId owner) {
    return Map.of(
        LeadTable.OWNER_ID, AttributeValue.fromS(owner.value()),
        LeadTable.LEAD_KEY, AttributeValue.fromS(leadKey),
        LeadTable.UPDATED_AT, AttributeValue.fromS(updatedAt));
  }

  String encode(OwnerId owner, LeadQuery.Sort sort) {
    String text = digest(owner, sort) + '|' + updatedAt + '|' + leadKey;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  static LeadCursor decode(String cursor, OwnerId owner, LeadQuery.Sort sort) {
    if (cursor.length() > MAX_LENGTH) {
      throw invalid();
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    Matcher form = FORM.matcher(new String(bytes, StandardCharsets.US_ASCII));
    if (!form.matches()) {
      throw invalid();
    }
    LeadCursor decoded = new LeadCursor(form.group(3), form.group(2));
    if (!decoded.digest(owner, sort).equals(form.group(1))) {
      throw invalid();
    }
    return decoded;
  }

  private String digest(OwnerId owner, LeadQuery.Sort sort) {
    String all = String.join("\n", owner.value(), sort.wire(), updatedAt, leadKey);
    return HexFormat.of().formatHex(LeadKey.sha256(all), 0, 8);
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_REQUEST,
        "The cursor is not one that this list handed out for this order. Start without one.");
  }
}
