package dev.headway.contract;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds the answers of any server against the document, as a reader would: what it does not name
 * may be there as well, such as the headers of a proxy.
 */
public final class Recorded implements Seen {
  private final Contract contract = Contract.ofAnybody();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  @Override
  public void answer(
      String method,
      String target,
      int status,
      Map<String, List<String>> headers,
      String body,
      boolean isWhole) {
    count.incrementAndGet();
    var request = Optional.of(new Exchange.Request(method, target));
    var exchange = new Exchange(request, status, headers, body, isWhole);
    List<String> found = contract.faults(exchange);
    if (!found.isEmpty()) {
      faults.add(String.join("\n  ", found) + "\n  in " + exchange);
    }
  }

  public List<String> faults() {
    return List.copyOf(faults);
  }

  public int count() {
    return count.get();
  }
}
