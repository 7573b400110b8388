package dev.headway.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Answers like an OpenAI-compatible language model, by rules: so the whole system runs without an
 * account, without cost and without sending a lead anywhere. It says what it is, in the model's
 * name and in a header.
 *
 * <p>Of a conversation it reads the last message of the user, and in it the JSON object that begins
 * with {@code "rows"}. Calls take the time of a {@link Delay}, the same for the same rows.
 */
public final class StandInModel implements AutoCloseable {
  public static final String NAME = "headway-stand-in";

  private static final List<String> PATHS = List.of("/chat/completions", "/v1/chat/completions");

  /** Ten rows of the widest table that is accepted fit many times. */
  private static final int MAX_REQUEST_BYTES = 16 << 20;

  private static final int BACKLOG = 128;
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
  private final Delay delay;
  private final double failing;
  private final InstantSource clock;
  private final AtomicLong call = new AtomicLong();

  private StandInModel(HttpServer server, Delay delay, double failing, InstantSource clock) {
    this.server = server;
    this.delay = delay;
    this.failing = failing;
    this.clock = clock;
  }

  /** Starts a model that always answers well. */
  public static StandInModel start(LocalConfig config, Delay delay) {
    return start(config.modelPort(), delay, 0);
  }

  /**
   * Starts a model that misbehaves now and then: is busy, breaks, or talks instead of answering.
   *
   * @param port 0 for any free one
   * @param failing the share of calls that fail, from 0 to 1
   */
  public static StandInModel start(int port, Delay delay, double failing) {
    if (!(failing >= 0 && failing <= 1)) {
      throw new IllegalArgumentException("a share is from 0 to 1, not " + failing);
    }
    try {
      var here = new InetSocketAddress(InetAddress.ofLiteral(LocalConfig.HOST), port);
      var server = HttpServer.create(here, BACKLOG);
      var model = new StandInModel(server, delay, failing, InstantSource.system());
      server.createContext("/", model::answer);
      server.setExecutor(model.calls);
      server.start();
      return model;
    } catch (BindException e) {
      throw Ports.taken(port, "the stand-in for the language model", e);
    } catch (IOException e) {
      throw new CannotStartException("The stand-in for the language model cannot start.", e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!PATHS.contains(exchange.getRequestURI().getPath())) {
        refuse(exchange, 404, "only chat completions are offered");
      } else if (!exchange.getRequestMethod().equals("POST")) {
        exchange.getResponseHeaders().set("Allow", "POST");
        refuse(exchange, 405, "chat completions are asked for with POST");
      } else {
        complete(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped; the connection just ends
    }
  }

  private void complete(HttpExchange exchange) throws IOException, InterruptedException {
    var body = exchange.getRequestBody().readNBytes(MAX_REQUEST_BYTES + 1);
    if (body.length > MAX_REQUEST_BYTES) {
      refuse(exchange, 413, "the request is too long");
      return;
    }
    List<StandInLead> leads;
    try {
      leads =
          StandInPrompt.rows(JSON.readTree(body)).stream()
              .map(row -> StandInLead.of(row.number(), row.fields()))
              .toList();
    } catch (JsonProcessingException | IllegalArgumentException e) {
      refuse(exchange, 400, "the last user message holds no JSON object with rows");
      return;
    }
    // Taking its time is what it stands in for: a bar that jumps to its end shows nothing.
    Thread.sleep(delay.at(new SplittableRandom(leads.hashCode()).nextDouble()));
    // Another number for every call, so that one that failed may succeed when it is repeated.
    var luck = new SplittableRandom(call.getAndIncrement());
    if (luck.nextDouble() >= failing) {
      send(exchange, 200, completion(JSON.writeValueAsString(Map.of("leads", leads))));
    } else {
      misbehave(exchange, luck);
    }
  }

  /** In the ways that real models do. */
  private void misbehave(HttpExchange exchange, SplittableRandom luck) throws IOException {
    switch (luck.nextInt(3)) {
      case 0 -> {
        exchange.getResponseHeaders().set("Retry-After", "1");
        refuse(exchange, 429, "the model is busy");
      }
      case 1 -> refuse(exchange, 500, "the model broke");
      default -> send(exchange, 200, completion("Sure! Here are your leads, nicely formatted."));
    }
  }

  private ObjectNode completion(String content) {
    var answer = JSON.createObjectNode();
    answer.put("id", "chatcmpl-" + UUID.randomUUID());
    answer.put("object", "chat.completion");
    answer.put("created", clock.instant().getEpochSecond());
    answer.put("model", NAME);
    var choice = answer.putArray("choices").addObject();
    choice.put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", content);
    choice.put("finish_reason", "stop");
    return answer;
  }

  private void refuse(HttpExchange exchange, int status, String why) throws IOException {
    var answer = JSON.createObjectNode();
    answer.putObject("error").put("message", why).put("type", "stand_in_" + status);
    send(exchange, status, answer);
  }

  private void send(HttpExchange exchange, int status, ObjectNode answer) throws IOException {
    var bytes = JSON.writeValueAsBytes(answer);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-Model", NAME);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Ends at once; calls that are running are cut off. */
  @Override
  public void close() {
    server.stop(0);
    calls.shutdownNow();
  }
}
