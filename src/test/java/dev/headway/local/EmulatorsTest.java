package dev.headway.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class EmulatorsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String PAGE = "http://localhost:8080";

  private static LocalConfig config;
  private static Emulators emulators;

  @BeforeAll
  static void start() throws Exception {
    config = FreePorts.config();
    emulators = Emulators.start(config);
  }

  @AfterAll
  static void stop() {
    emulators.close();
    HTTP.close();
  }

  @BeforeEach
  void empty_the_queue() throws Exception {
    while (!received(0).isEmpty()) {
      // what another test left behind
    }
  }

  @Test
  void an_object_created_is_told_to_the_split_queue_as_S3_tells_it() throws Exception {
    var before = Instant.now().minusMillis(1);
    var stored =
        emulators
            .aws()
            .s3()
            .putObject(
                put -> put.bucket(Emulators.BUCKET).key("uploads/a b+c/ü&=%.csv"),
                RequestBody.fromString("name\nJane"));

    var event = received(1).getFirst();

    assertThat(event.path("eventSource").asText()).isEqualTo("aws:s3");
    assertThat(event.path("eventName").asText()).isEqualTo("ObjectCreated:Put");
    assertThat(event.path("awsRegion").asText()).isEqualTo("us-east-1");
    assertThat(Instant.parse(event.path("eventTime").asText())).isBetween(before, Instant.now());
    assertThat(event.at("/s3/bucket/name").asText()).isEqualTo(Emulators.BUCKET);
    var object = event.at("/s3/object");
    assertThat(object.path("key").asText()).isEqualTo("uploads/a+b%2Bc/%C3%BC%26%3D%25.csv");
    assertThat(object.path("size").asLong()).isEqualTo(9);
    assertThat("\"" + object.path("eTag").asText() + "\"").isEqualTo(stored.eTag());
  }

  @Test
  void an_empty_object_is_told_too() throws Exception {
    emulators
        .aws()
        .s3()
        .putObject(
            put -> put.bucket(Emulators.BUCKET).key("uploads/empty.csv"), RequestBody.empty());

    assertThat(received(1).getFirst().at("/s3/object/size").asLong()).isZero();
  }

  @Test
  void copies_and_multipart_uploads_are_told_once_each_in_rising_order() throws Exception {
    var s3 = emulators.aws().s3();
    var key = "uploads/parts.csv";
    var upload =
        s3.createMultipartUpload(create -> create.bucket(Emulators.BUCKET).key(key)).uploadId();
    var part =
        s3.uploadPart(
            send -> send.bucket(Emulators.BUCKET).key(key).uploadId(upload).partNumber(1),
            RequestBody.fromString("name\nJane"));
    s3.completeMultipartUpload(complete ->
        complete
            .bucket(Emulators.BUCKET)
            .key(key)
            .uploadId(upload)
            .multipartUpload(
                all -> all.parts(CompletedPart.builder().partNumber(1).eTag(part.eTag()).build())));
    s3.copyObject(copy ->
        copy.sourceBucket(Emulators.BUCKET)
            .sourceKey(key)
            .destinationBucket(Emulators.BUCKET)
            .destinationKey("uploads/copy.csv"));

    var sequencers = new HashMap<String, String>();
    for (var event : received(2)) {
      sequencers.put(event.path("eventName").asText(), event.at("/s3/object/sequencer").asText());
    }

    assertThat(sequencers)
        .containsOnlyKeys("ObjectCreated:CompleteMultipartUpload", "ObjectCreated:Copy");
    assertThat(sequencers.get("ObjectCreated:Copy"))
        .isGreaterThan(sequencers.get("ObjectCreated:CompleteMultipartUpload"));
    assertThat(received(0)).isEmpty();
  }

  @Test
  void an_object_outside_the_uploads_is_told_to_nobody() throws Exception {
    var s3 = emulators.aws().s3();
    s3.putObject(
        put -> put.bucket(Emulators.BUCKET).key("batches/1/1.json"), RequestBody.fromString("{}"));
    s3.putObject(
        put -> put.bucket(Emulators.BUCKET).key("uploads/1.csv"), RequestBody.fromString("a"));

    assertThat(received(1))
        .extracting(event -> event.at("/s3/object/key").asText())
        .containsExactly("uploads/1.csv");
    assertThat(received(0)).isEmpty();
  }

  @Test
  void a_presigned_put_is_accepted_from_the_page_after_its_preflight() throws Exception {
    var signed = presigned("uploads/signed.csv", "a,b\n");

    var preflight = HTTP.send(preflight(signed, PAGE), HttpResponse.BodyHandlers.discarding());
    var put = HTTP.send(put(signed, "a,b\n").build(), HttpResponse.BodyHandlers.ofString());

    assertThat(preflight.statusCode()).isEqualTo(200);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Methods").orElse(""))
        .contains("PUT");
    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(put.headers().firstValue("Access-Control-Allow-Origin")).contains(PAGE);
    assertThat(received(1)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:18080", "http://localhost", "https://localhost:8443"})
  void any_page_of_this_machine_may_upload(String origin) throws Exception {
    var signed = presigned("uploads/any.csv", "a");

    var preflight = HTTP.send(preflight(signed, origin), HttpResponse.BodyHandlers.discarding());

    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "http://localhost.example.com",
        "http://example.com?http://localhost:8080",
        "null"
      })
  void a_page_from_elsewhere_may_not_upload(String origin) throws Exception {
    var signed = presigned("uploads/elsewhere.csv", "a");

    var preflight = HTTP.send(preflight(signed, origin), HttpResponse.BodyHandlers.discarding());

    assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void a_presigned_put_with_another_key_type_or_signature_is_refused() throws Exception {
    var signed = presigned("uploads/mine.csv", "a,b\n");
    var url = signed.url().toString();

    var otherKey =
        put(signed, "a,b\n").uri(URI.create(url.replace("mine.csv", "yours.csv"))).build();
    var otherType = put(signed, "a,b\n").setHeader("Content-Type", "text/html").build();
    var otherSignature =
        put(signed, "a,b\n")
            .uri(
                URI.create(url.replaceFirst("X-Amz-Signature=[0-9a-f]{4}", "X-Amz-Signature=0000")))
            .build();
    var unsigned = put(signed, "a,b\n").uri(URI.create(url.replaceFirst("\\?.*", ""))).build();
    var longer = put(signed, "a,b\nmore\n").build();

    for (var request : List.of(otherKey, otherType, otherSignature, unsigned, longer)) {
      // A connection each: a server that refuses a body does not read it, and closes after its
      // answer.
      try (var http = HttpClient.newHttpClient()) {
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
      }
    }
    assertThat(received(0)).isEmpty();
  }

  @Test
  void dynamo_db_has_tables_with_streams() {
    Things.create(emulators.aws().dynamoDb());

    var read =
        emulators
            .aws()
            .dynamoDbAsync()
            .getItem(get -> get.tableName(Things.TABLE).key(Things.KEY))
            .join();

    assertThat(read.hasItem()).isTrue();
    try (var streams = emulators.aws().dynamoDbStreams()) {
      assertThat(streams.listStreams(list -> list.tableName(Things.TABLE)).streams()).hasSize(1);
    }
  }

  @Test
  void the_queues_lead_to_their_dead_letters() {
    var queues = emulators.queues();
    assertThat(attributes(queues.split()).get(QueueAttributeName.REDRIVE_POLICY))
        .contains(arn(queues.splitDeadLetters()));
    assertThat(attributes(queues.batches()).get(QueueAttributeName.REDRIVE_POLICY))
        .contains(arn(queues.batchDeadLetters()));
    assertThat(attributes(queues.split()).get(QueueAttributeName.VISIBILITY_TIMEOUT))
        .isEqualTo("10");
    assertThat(arn(queues.split())).startsWith("arn:aws:sqs:us-east-1:");
  }

  /** On Linux every address of 127.0.0.0/8 leads here, so a wildcard would answer on it. */
  @Test
  void everything_listens_on_one_address_only() throws Exception {
    var other = InetAddress.ofLiteral("127.0.0.2");
    for (int port : List.of(config.dynamoDbPort(), config.sqsPort(), config.s3Port())) {
      new Socket(InetAddress.ofLiteral(LocalConfig.HOST), port).close();
      assertThatThrownBy(() -> new Socket(other, port).close()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_taken_port_is_named_with_what_wanted_it_and_nothing_stays_behind() throws Exception {
    var other = FreePorts.config();
    try (var taker = new ServerSocket(other.s3Port(), 1, InetAddress.ofLiteral(LocalConfig.HOST))) {
      assertThat(taker.isBound()).isTrue();
      assertThatThrownBy(() -> Emulators.start(other))
          .isInstanceOf(CannotStartException.class)
          .hasMessageContaining(Integer.toString(other.s3Port()))
          .hasMessageContaining("S3Proxy")
          .hasMessageContaining("--port");
    }
    Ports.requireFree(other);
  }

  @Test
  void a_second_stack_beside_the_first_comes_up_and_down_and_deletes_its_files() throws Exception {
    var before = temporaryDirectories();
    var other = FreePorts.config();
    var second = Emulators.start(other);
    assertThat(temporaryDirectories()).hasSize(before.size() + 1);
    second
        .aws()
        .s3()
        .putObject(
            put -> put.bucket(Emulators.BUCKET).key("uploads/2.csv"), RequestBody.fromString("a"));
    second.close();

    Ports.requireFree(other);
    assertThat(temporaryDirectories()).isEqualTo(before);
    assertThat(received(0)).isEmpty();
  }

  private static List<Path> temporaryDirectories() throws IOException {
    try (var entries = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return entries
          .filter(entry -> entry.getFileName().toString().startsWith("headway-local-"))
          .sorted()
          .toList();
    }
  }

  private static PresignedPutObjectRequest presigned(String key, String content) {
    return emulators
        .aws()
        .presigner()
        .presignPutObject(sign ->
            sign.signatureDuration(Duration.ofMinutes(5))
                .putObjectRequest(put ->
                    put.bucket(Emulators.BUCKET)
                        .key(key)
                        .contentType("text/csv")
                        .contentLength((long) content.length())));
  }

  private static HttpRequest preflight(PresignedPutObjectRequest signed, String origin)
      throws Exception {
    return HttpRequest.newBuilder(signed.url().toURI())
        .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "PUT")
        .header("Access-Control-Request-Headers", "content-type")
        .build();
  }

  /** As a browser sends it: it sets the length by itself. */
  private static HttpRequest.Builder put(PresignedPutObjectRequest signed, String content)
      throws Exception {
    return HttpRequest.newBuilder(signed.url().toURI())
        .PUT(HttpRequest.BodyPublishers.ofString(content))
        .header("Content-Type", "text/csv")
        .header("Origin", PAGE);
  }

  /** At least so many events, waiting for them as long as it takes, within reason. */
  private static List<JsonNode> received(int atLeast) throws IOException {
    var events = new ArrayList<JsonNode>();
    var deadline = Instant.now().plusSeconds(10);
    do {
      var queue = emulators.queues().split();
      var messages =
          emulators
              .aws()
              .sqs()
              .receiveMessage(receive ->
                  receive
                      .queueUrl(queue)
                      .maxNumberOfMessages(10)
                      .waitTimeSeconds(atLeast == 0 ? 0 : 1))
              .messages();
      for (var message : messages) {
        JSON.readTree(message.body()).path("Records").forEach(events::add);
        emulators
            .aws()
            .sqs()
            .deleteMessage(delete -> delete.queueUrl(queue).receiptHandle(message.receiptHandle()));
      }
    } while (events.size() < atLeast && Instant.now().isBefore(deadline));
    return events;
  }

  private static Map<QueueAttributeName, String> attributes(String queue) {
    return emulators
        .aws()
        .sqs()
        .getQueueAttributes(get -> get.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  private static String arn(String queue) {
    return attributes(queue).getOrDefault(QueueAttributeName.QUEUE_ARN, "");
  }
}
