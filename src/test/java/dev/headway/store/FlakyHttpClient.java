package dev.headway.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/**
 * A network that breaks once, at a request of the test's choosing: under the SDK and its repeats.
 */
final class FlakyHttpClient implements SdkHttpClient {
  /** What becomes of the request at which it breaks. */
  enum Break {
    /** It never arrives. */
    BEFORE,
    /** It is carried out, and the answer is lost. */
    AFTER
  }

  private final SdkHttpClient network = UrlConnectionHttpClient.create();
  private final AtomicInteger requests = new AtomicInteger();
  private final int broken;
  private final Break where;

  /**
   * @param broken the request that breaks, counted from 1
   */
  FlakyHttpClient(int broken, Break where) {
    this.broken = broken;
    this.where = where;
  }

  /** How many requests there were, the broken one included. */
  int requests() {
    return requests.get();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = network.prepareRequest(request);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        boolean breaks = requests.incrementAndGet() == broken;
        if (breaks && where == Break.BEFORE) {
          throw new IOException("the request was lost");
        }
        HttpExecuteResponse response = prepared.call();
        if (breaks) {
          response.responseBody().ifPresent(body -> body.abort());
          throw new IOException("the answer was lost");
        }
        return response;
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public void close() {
    network.close();
  }
}
