package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class EventSourceMappingTest {
  private static final long PATIENCE_SECONDS = 20;
  private static final SQSBatchResponse ALL_DONE = new SQSBatchResponse(List.of());

  private static Emulators emulators;
  private static SqsClient sqs;

  private final Deque<EventSourceMapping> started = new ArrayDeque<>();
  private final BlockingQueue<SQSMessage> delivered = new LinkedBlockingQueue<>();
  private String queue = "";
  private String deadLetters = "";

  @BeforeAll
  static void start_emulators() throws Exception {
    emulators = Emulators.start(FreePorts.config());
    sqs = emulators.aws().sqs();
  }

  @AfterAll
  static void stop_emulators() {
    emulators.close();
  }

  @AfterEach
  void stop() {
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }

  /** New ones for each test, with a quick retry and two receives. */
  @BeforeEach
  void create_queues() {
    var name = "test-" + UUID.randomUUID();
    deadLetters = sqs.createQueue(create -> create.queueName(name + "-dead")).queueUrl();
    var policy =
        """
        {"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:%s-dead","maxReceiveCount":"2"}\
        """
            .formatted(name);
    queue =
        sqs.createQueue(create ->
                create
                    .queueName(name)
                    .attributes(Map.of(QueueAttributeName.REDRIVE_POLICY, policy)))
            .queueUrl();
  }

  @Test
  void a_message_arrives_with_what_lambda_tells_of_it_and_is_deleted() throws Exception {
    sqs.sendMessage(send ->
        send.queueUrl(queue)
            .messageBody("{\"ü\": 1}")
            .messageAttributes(
                Map.of(
                    "trace",
                    MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue("abc")
                        .build())));

    start(source(1, 1), event -> ALL_DONE);
    var message = next();
    assertThat(message.getBody()).isEqualTo("{\"ü\": 1}");
    assertThat(message.getMessageId()).isNotBlank();
    assertThat(message.getReceiptHandle()).isNotBlank();
    assertThat(message.getEventSource()).isEqualTo("aws:sqs");
    assertThat(message.getEventSourceArn()).endsWith(queue.substring(queue.lastIndexOf('/') + 1));
    assertThat(message.getAttributes())
        .containsEntry("ApproximateReceiveCount", "1")
        .containsKeys("SentTimestamp", "ApproximateFirstReceiveTimestamp");
    assertThat(message.getMessageAttributes().get("trace"))
        .extracting("stringValue", "dataType")
        .containsExactly("abc", "String");
    stop();
    assertThat(left(queue)).isZero();
  }

  @Test
  void what_throws_comes_again_and_then_goes_to_the_dead_letters() throws Exception {
    send("bad");
    start(
        source(10, 1),
        event -> {
          throw new IllegalStateException("broken");
        });
    assertThat(next().getAttributes()).containsEntry("ApproximateReceiveCount", "1");
    assertThat(next().getAttributes()).containsEntry("ApproximateReceiveCount", "2");
    startOn(deadLetters, event -> ALL_DONE);
    assertThat(next().getBody()).isEqualTo("bad");
    stop();
    assertThat(left(queue)).isZero();
    assertThat(left(deadLetters)).isZero();
    assertThat(delivered).isEmpty();
  }

  @Test
  void only_what_failed_of_a_batch_comes_again() throws Exception {
    send("good 1", "bad", "good 2");
    var failedOnce = new AtomicBoolean();
    start(
        source(10, 1),
        event ->
            failures(
                event.getRecords().stream()
                    .filter(message ->
                        message.getBody().equals("bad") && failedOnce.compareAndSet(false, true))
                    .map(SQSMessage::getMessageId)
                    .toList()));
    assertThat(List.of(next().getBody(), next().getBody(), next().getBody()))
        .containsExactlyInAnyOrder("good 1", "bad", "good 2");
    assertThat(next())
        .satisfies(again -> {
          assertThat(again.getBody()).isEqualTo("bad");
          assertThat(again.getAttributes()).containsEntry("ApproximateReceiveCount", "2");
        });
    stop();
    assertThat(left(queue)).isZero();
    assertThat(delivered).isEmpty();
  }

  @Test
  void an_answer_that_names_a_foreign_message_fails_the_whole_batch() throws Exception {
    send("one");
    var first = new AtomicBoolean(true);
    start(
        source(10, 1),
        event -> first.getAndSet(false) ? failures(List.of("somebody else's")) : ALL_DONE);
    assertThat(next().getAttributes()).containsEntry("ApproximateReceiveCount", "1");
    assertThat(next().getAttributes()).containsEntry("ApproximateReceiveCount", "2");
    stop();
    assertThat(left(queue)).isZero();
  }

  @Test
  void no_answer_means_that_all_is_done() throws Exception {
    send("one");
    start(source(1, 1), event -> null);
    assertThat(next().getBody()).isEqualTo("one");
    stop();
    assertThat(left(queue)).isZero();
  }

  @Test
  void a_message_stays_hidden_while_its_invocation_outlasts_the_visibility_time_out()
      throws Exception {
    send("slow");
    var concurrency = 2; // somebody is free to take it, if it came back
    start(
        source(1, concurrency),
        event -> {
          pause(Duration.ofMillis(2500));
          return ALL_DONE;
        });
    assertThat(next().getBody()).isEqualTo("slow");
    assertThat(delivered.poll(3, TimeUnit.SECONDS)).isNull();
    stop();
    assertThat(left(queue)).isZero();
  }

  @Test
  void an_invocation_that_takes_too_long_is_interrupted_and_its_message_comes_again()
      throws Exception {
    send("endless");
    var interrupted = new CountDownLatch(1);
    var first = new AtomicBoolean(true);
    var source =
        new EventSource(
            queue, 1, 1, Duration.ofSeconds(1), Duration.ofMillis(700), Duration.ofSeconds(5));
    start(
        source,
        event -> {
          if (first.getAndSet(false)) {
            pauseUntilInterrupted(interrupted);
          }
          return ALL_DONE;
        });
    assertThat(next().getBody()).isEqualTo("endless");
    assertThat(interrupted.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(next().getAttributes()).containsEntry("ApproximateReceiveCount", "2");
    stop();
    assertThat(left(queue)).isZero();
  }

  @Test
  void as_many_invocations_as_allowed_run_at_a_time_and_no_more() throws Exception {
    int concurrency = 3;
    send("1", "2", "3", "4", "5", "6", "7");
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var together = new CountDownLatch(concurrency);
    start(
        source(1, concurrency),
        event -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          together.countDown();
          awaited(together);
          running.decrementAndGet();
          return ALL_DONE;
        });
    for (int i = 0; i < 7; i++) {
      next();
    }
    stop();
    assertThat(most).hasValue(concurrency);
    assertThat(left(queue)).isZero();
  }

  @Test
  void a_stop_waits_for_running_invocations_and_starts_no_more() throws Exception {
    send("running", "waiting");
    var entered = new CountDownLatch(1);
    var finish = new CountDownLatch(1);
    start(
        source(1, 1),
        event -> {
          entered.countDown();
          awaited(finish);
          return ALL_DONE;
        });
    assertThat(entered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    var stopped = new CountDownLatch(1);
    var stopping =
        Thread.ofVirtual()
            .start(() -> {
              stop();
              stopped.countDown();
            });

    assertThat(stopped.await(300, TimeUnit.MILLISECONDS)).isFalse();
    finish.countDown();
    assertThat(stopped.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    stopping.join();

    assertThat(delivered).hasSize(1);
    assertThat(left(queue)).isEqualTo(1);
  }

  @Test
  void a_stop_interrupts_what_does_not_end_in_time() throws Exception {
    send("endless");
    var entered = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    var source =
        new EventSource(
            queue, 1, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMillis(100));
    start(
        source,
        event -> {
          entered.countDown();
          pauseUntilInterrupted(interrupted);
          return ALL_DONE;
        });
    assertThat(entered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    stop();
    assertThat(interrupted.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(left(queue)).isEqualTo(1);
  }

  @Test
  void a_queue_that_is_not_there_yet_is_polled_until_it_is() throws Exception {
    var name = "later-" + UUID.randomUUID();
    var url = queue.substring(0, queue.lastIndexOf('/') + 1) + name;
    startOn(url, event -> ALL_DONE);
    sqs.createQueue(create -> create.queueName(name));
    sqs.sendMessage(send -> send.queueUrl(url).messageBody("at last"));
    assertThat(next().getBody()).isEqualTo("at last");
    stop();
  }

  @Test
  void nonsense_is_refused() {
    var second = Duration.ofSeconds(1);
    assertThatThrownBy(() -> EventSource.of("q", 0, 1)).hasMessageContaining("batch size");
    assertThatThrownBy(() -> EventSource.of("q", 11, 1)).hasMessageContaining("batch size");
    assertThatThrownBy(() -> EventSource.of("q", 1, 0)).hasMessageContaining("concurrency");
    assertThatThrownBy(
            () -> new EventSource("q", 1, 1, Duration.ofMillis(999), second, Duration.ZERO))
        .hasMessageContaining("visibility");
    assertThatThrownBy(() -> new EventSource("q", 1, 1, second, Duration.ZERO, second))
        .hasMessageContaining("time-out");
  }

  private EventSource source(int batchSize, int concurrency) {
    return new EventSource(
        queue,
        batchSize,
        concurrency,
        Duration.ofSeconds(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(10));
  }

  private void start(EventSource source, Function<SQSEvent, @Nullable SQSBatchResponse> function) {
    started.push(
        EventSourceMapping.start(
            sqs,
            source,
            event -> {
              delivered.addAll(event.getRecords());
              return function.apply(event);
            }));
  }

  private void startOn(String url, Function<SQSEvent, @Nullable SQSBatchResponse> function) {
    start(
        new EventSource(
            url, 1, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(10)),
        function);
  }

  private SQSMessage next() throws InterruptedException {
    var message = delivered.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(message).as("a delivered message").isNotNull();
    return Objects.requireNonNull(message);
  }

  private void send(String... bodies) {
    for (var body : bodies) {
      sqs.sendMessage(send -> send.queueUrl(queue).messageBody(body));
    }
  }

  private static SQSBatchResponse failures(List<String> messageIds) {
    var failures = new ArrayList<BatchItemFailure>();
    messageIds.forEach(id -> failures.add(new BatchItemFailure(id)));
    return new SQSBatchResponse(failures);
  }

  /** Visible and hidden messages. */
  private static int left(String queue) {
    return sqs
        .getQueueAttributes(get -> get.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
        .attributes()
        .entrySet()
        .stream()
        .filter(entry ->
            entry.getKey() == QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES
                || entry.getKey() == QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)
        .mapToInt(entry -> Integer.parseInt(entry.getValue()))
        .sum();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Work that takes its time. */
  private static void pause(Duration duration) {
    try {
      new CountDownLatch(1).await(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pauseUntilInterrupted(CountDownLatch interrupted) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
      Thread.currentThread().interrupt();
    }
  }
}
