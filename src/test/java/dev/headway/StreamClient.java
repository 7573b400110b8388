package dev.headway;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One event stream as a reader outside the service sees it: its own parser, on its own virtual
 * thread, with the time of arrival of each event.
 */
public final class StreamClient implements AutoCloseable {
  /**
   * One event.
   *
   * @param arrivedAt {@code System.nanoTime()} when its last line was read
   */
  public record Event(String type, String id, String data, long arrivedAt) {
    public long version() {
      return Long.parseLong(id);
    }
  }

  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final CompletableFuture<List<Event>> ended = new CompletableFuture<>();
  private final CompletableFuture<HttpResponse<Stream<String>>> response;

  private StreamClient(HttpClient http, HttpRequest request, Consumer<Event> listener) {
    response = http.sendAsync(request, HttpResponse.BodyHandlers.ofLines());
    Thread.ofVirtual().name("stream-client").start(() -> read(listener));
  }

  public static StreamClient open(
      HttpClient http,
      URI url,
      String token,
      Map<String, String> headers,
      Consumer<Event> listener) {
    var request =
        HttpRequest.newBuilder(url)
            .header("Authorization", "Bearer " + token)
            .header("Accept", "text/event-stream");
    headers.forEach(request::header);
    return new StreamClient(http, request.build(), listener);
  }

  private void read(Consumer<Event> listener) {
    try (var lines = response.get(20, TimeUnit.SECONDS).body()) {
      var fields = new Fields();
      lines.forEach(line -> {
        if (line.isEmpty()) {
          fields
              .take()
              .ifPresent(event -> {
                events.add(event);
                listener.accept(event);
              });
        } else {
          fields.line(line);
        }
      });
      ended.complete(List.copyOf(events));
    } catch (UncheckedIOException e) {
      ended.completeExceptionally(e.getCause());
    } catch (Exception e) {
      ended.completeExceptionally(e);
    }
  }

  /** Waits for the response's head. */
  public HttpResponse<?> response() throws Exception {
    return response.get(20, TimeUnit.SECONDS);
  }

  /** What has arrived up to now. */
  public List<Event> events() {
    return List.copyOf(events);
  }

  /** Everything that arrived, once the server has ended the stream in good order. */
  public List<Event> awaitEnd(long seconds) throws Exception {
    return ended.get(seconds, TimeUnit.SECONDS);
  }

  /** Goes away without a word, as a browser does. */
  @Override
  public void close() {
    // Whoever came too late to cancel has a body to close; a failed response has none.
    var _ =
        response.handle((answer, failure) -> {
          if (answer != null) {
            answer.body().close();
          }
          return failure == null;
        });
    response.cancel(true);
  }

  /** The fields of the event that is being read. */
  private static final class Fields {
    private String type = "message";
    private String id = "";
    private final StringBuilder data = new StringBuilder();
    private boolean any;

    void line(String line) {
      int colon = line.indexOf(':');
      if (colon == 0) {
        return;
      }
      String name = colon < 0 ? line : line.substring(0, colon);
      String value = colon < 0 ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      switch (name) {
        case "event" -> type = value;
        case "id" -> id = value;
        case "data" -> {
          data.append(any ? "\n" : "").append(value);
          any = true;
        }
        default -> {}
      }
    }

    java.util.Optional<Event> take() {
      var event =
          any
              ? java.util.Optional.of(new Event(type, id, data.toString(), System.nanoTime()))
              : java.util.Optional.<Event>empty();
      type = "message";
      data.setLength(0);
      any = false;
      return event;
    }
  }
}
