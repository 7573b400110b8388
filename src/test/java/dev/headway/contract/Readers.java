package dev.headway.contract;

import java.net.http.HttpResponse;
import java.util.Optional;

/** For answers of services in a process of their own, which no tap can hear. Any thread. */
public final class Readers {
  private Readers() {}

  /** Holds an answer against the document, later; {@link ContractExtension} fails the test. */
  public static void saw(HttpResponse<String> answer) {
    var address = answer.request().uri();
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    var exchange =
        new Exchange(
            Optional.of(
                new Exchange.Request(answer.request().method(), address.getRawPath() + query)),
            answer.statusCode(),
            answer.headers().map(),
            answer.body(),
            true);
    Judge.heard(() -> Judge.judgeAsReader(exchange));
  }
}
