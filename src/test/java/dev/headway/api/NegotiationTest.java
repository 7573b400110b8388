package dev.headway.api;

import static dev.headway.api.Representation.CSV;
import static dev.headway.api.Representation.EVENT_STREAM;
import static dev.headway.api.Representation.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {
  private static final List<Representation> STATUS = List.of(JSON, EVENT_STREAM);

  @ParameterizedTest(name = "{0} gets {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                                        | JSON
          text/event-stream                                       | EVENT_STREAM
          TEXT/Event-Stream                                       | EVENT_STREAM
          APPLICATION/JSON                                        | JSON
          */*                                                     | JSON
          *                                                       | JSON
          application/*                                           | JSON
          text/*                                                  | EVENT_STREAM
          text/event-stream, application/json                     | JSON
          application/json, text/event-stream                     | JSON
          text/event-stream, */*                                  | EVENT_STREAM
          text/*, */*                                             | JSON
          application/json;q=0.5, text/event-stream               | EVENT_STREAM
          application/json;q=0.5, text/event-stream;q=0.4         | JSON
          application/json ; q=0.5 , text/event-stream ; Q = 0.6  | EVENT_STREAM
          text/event-stream;q=0.001, application/json;q=0         | EVENT_STREAM
          */*;q=0.1, application/json;q=0                         | EVENT_STREAM
          text/event-stream;q=0, */*                              | JSON
          text/*;q=0.9, text/event-stream;q=0, */*;q=0.1          | JSON
          text/event-stream;charset=utf-8                         | EVENT_STREAM
          application/json;charset="utf-8";q=0.1                  | JSON
          application/json;profile="a,b;q=0", text/event-stream;q=0.9 | JSON
          application/json;profile="\\";q=0", text/event-stream;q=0.9 | JSON
          text/event-stream;q=0.9;level=1, application/json;q=0.8 | EVENT_STREAM
          text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8 | JSON
          text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2    | JSON
          text/event-stream;q=high                                | EVENT_STREAM
          text/event-stream;q=2                                   | EVENT_STREAM
          text/event-stream;q=                                    | EVENT_STREAM
          ,,text/event-stream,,                                   | EVENT_STREAM
          text/event-stream;;;q=1                                 | EVENT_STREAM
          nonsense, text/event-stream                             | EVENT_STREAM
          */json, text/event-stream                               | EVENT_STREAM
          nonsense                                                | JSON
          /                                                       | JSON
          ;;;                                                     | JSON
          "                                                       | JSON
          """,
      quoteCharacter = '`')
  void the_wanted_representation_is_chosen(String accept, Representation expected) {
    assertThat(Negotiation.choose(List.of(accept), STATUS)).contains(expected);
  }

  @ParameterizedTest(name = "{0} gets nothing")
  @ValueSource(
      strings = {
        "text/html",
        "image/*",
        "application/json;q=0, text/event-stream;q=0.0",
        "*/*;q=0",
        "application/json;q=0.000",
        "text/csv",
        "application/jsonx",
        "xapplication/json",
      })
  void what_is_not_offered_is_not_sent(String accept) {
    assertThat(Negotiation.choose(List.of(accept), STATUS)).isEmpty();
  }

  @Test
  void no_header_and_an_empty_one_ask_for_the_default() {
    assertThat(Negotiation.choose(List.of(), STATUS)).contains(JSON);
    assertThat(Negotiation.choose(List.of(""), STATUS)).contains(JSON);
    assertThat(Negotiation.choose(List.of("  "), STATUS)).contains(JSON);
  }

  @Test
  void several_headers_count_as_one() {
    assertThat(Negotiation.choose(List.of("text/html", "text/event-stream"), STATUS))
        .contains(EVENT_STREAM);
  }

  @Test
  void a_reader_without_streams_refuses_them() {
    assertThat(Negotiation.choose(List.of("text/event-stream"), List.of(JSON))).isEmpty();
    assertThat(Negotiation.choose(List.of("text/event-stream, */*;q=0.1"), List.of(JSON)))
        .contains(JSON);
  }

  @Test
  void leads_are_offered_as_CSV_too() {
    List<Representation> leads = List.of(JSON, CSV);
    assertThat(Negotiation.choose(List.of("text/csv"), leads)).contains(CSV);
    assertThat(Negotiation.choose(List.of("text/csv, */*"), leads)).contains(CSV);
    assertThat(Negotiation.choose(List.of("*/*"), leads)).contains(JSON);
  }

  @Test
  void a_huge_header_is_answered_at_once() {
    String quotes = "application/json;a=\"" + "\\\"".repeat(500_000);
    String commas = ",".repeat(1_000_000) + "text/event-stream";
    String ranges = "a/b;q=0.1,".repeat(200_000) + "text/event-stream";
    String parameters = "application/json" + ";a=b".repeat(250_000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          assertThat(Negotiation.choose(List.of(quotes), STATUS)).contains(JSON);
          assertThat(Negotiation.choose(List.of(commas), STATUS)).contains(EVENT_STREAM);
          assertThat(Negotiation.choose(List.of(ranges), STATUS)).isEmpty();
          assertThat(Negotiation.choose(List.of(parameters), STATUS)).contains(JSON);
        });
  }
}
