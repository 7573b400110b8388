package dev.headway.api;

/** The forms in which the contract's resources are offered. */
public enum Representation {
  JSON("application", "json", "application/json"),
  EVENT_STREAM("text", "event-stream", "text/event-stream; charset=utf-8"),
  CSV("text", "csv", "text/csv; charset=utf-8; header=present");

  private final String type;
  private final String subtype;
  private final String contentType;

  Representation(String type, String subtype, String contentType) {
    this.type = type;
    this.subtype = subtype;
    this.contentType = contentType;
  }

  /** The value of {@code Content-Type}. */
  public String contentType() {
    return contentType;
  }

  String type() {
    return type;
  }

  String subtype() {
    return subtype;
  }
}
