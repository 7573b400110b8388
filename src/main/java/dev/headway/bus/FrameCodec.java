package dev.headway.bus;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headway.hub.BusMessage;
import dev.headway.hub.BusMessage.Changes;
import dev.headway.hub.BusMessage.TailHeartbeat;
import dev.headway.hub.Sender;
import dev.headway.status.ErrorCode;
import dev.headway.status.FileMetadata;
import dev.headway.status.OwnerId;
import dev.headway.status.Pace;
import dev.headway.status.ProcessingStatus;
import dev.headway.status.Progress;
import dev.headway.status.Stage;
import dev.headway.status.Status;
import dev.headway.status.StatusError;
import dev.headway.status.TraceParent;
import dev.headway.status.UploadId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Frames as JSON; {@code docs/bus.md} describes them for other programs. Members that are not known
 * are passed over, so that a later version may add some; what is known must be right. Any thread.
 */
final class FrameCodec {
  static final int VERSION = 1;

  /** As {@link Progress} has them, in its order. */
  private static final int COUNTS = 7;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final ObjectWriter WRITER = MAPPER.writerFor(FrameForm.class);
  private static final ObjectReader READER = MAPPER.readerFor(FrameForm.class);

  /** The members' order matters to {@link #opening} alone. */
  private record FrameForm(
      int v,
      String node,
      String start,
      long n,
      @Nullable List<RecordForm> changes,
      @Nullable TailForm tail) {}

  /** Times are milliseconds since 1970, as precise as the table's. */
  private record RecordForm(
      UploadId id,
      String owner,
      long version,
      Status status,
      Stage stage,
      List<Integer> counts,
      String file,
      long size,
      @Nullable Boolean stalled,
      @Nullable ErrorForm error,
      long created,
      long updated,
      long expires,
      @Nullable Long deadline,
      @Nullable Long split,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Long> recent,
      @Nullable String traceparent) {}

  private record ErrorForm(ErrorCode code, String message, long at) {}

  /** Durations are milliseconds. */
  private record TailForm(
      long uptime,
      @JsonProperty @JsonInclude(content = JsonInclude.Include.ALWAYS)
          Map<String, @Nullable Long> leased,
      Map<String, List<String>> ended) {}

  /** How every frame of this sender begins, and no other's does. */
  byte[] opening(Sender self) {
    String json =
        new String(encode(new Frame(self, 1, new Changes(List.of()))), StandardCharsets.UTF_8);
    return json.substring(0, json.indexOf("\"n\":")).getBytes(StandardCharsets.UTF_8);
  }

  byte[] encode(Frame frame) {
    Sender from = frame.from();
    String start = Long.toHexString(from.start());
    var form =
        switch (frame.message()) {
          case Changes(List<ProcessingStatus> records) ->
              new FrameForm(
                  VERSION,
                  from.node(),
                  start,
                  frame.number(),
                  records.stream().map(FrameCodec::form).toList(),
                  null);
          case TailHeartbeat heartbeat ->
              new FrameForm(VERSION, from.node(), start, frame.number(), null, form(heartbeat));
        };
    try {
      return WRITER.writeValueAsBytes(form);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a frame cannot be encoded", e); // a fault of the code
    }
  }

  Frame decode(byte[] json) throws UndecodableFrameException {
    try {
      requireVersion(json);
      FrameForm form = READER.readValue(json);
      return new Frame(
          new Sender(form.node, Long.parseUnsignedLong(form.start, 16)), form.n, message(form));
    } catch (JsonMappingException e) {
      throw new UndecodableFrameException("not a frame, at " + e.getPathReference());
    } catch (IOException e) {
      throw new UndecodableFrameException("not JSON");
    } catch (IllegalArgumentException | NullPointerException e) {
      // What the domain refuses: its own words hold no content, others' might.
      throw new UndecodableFrameException("not a frame: " + e.getClass().getSimpleName());
    }
  }

  /** A frame of another version is told apart before it is taken for a broken one. */
  private static void requireVersion(byte[] json) throws IOException, UndecodableFrameException {
    try (var parser = MAPPER.createParser(json)) {
      boolean first =
          parser.nextToken() == JsonToken.START_OBJECT
              && "v".equals(parser.nextFieldName())
              && parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
      if (!first) {
        throw new UndecodableFrameException("not a frame: it does not begin with its version");
      }
      if (parser.getIntValue() != VERSION) {
        throw new UndecodableFrameException("a frame of version " + parser.getIntValue());
      }
    }
  }

  private static BusMessage message(FrameForm form) {
    List<RecordForm> changes = form.changes;
    if (changes != null) {
      return new Changes(changes.stream().map(FrameCodec::record).toList());
    }
    return heartbeat(Objects.requireNonNull(form.tail));
  }

  private static RecordForm form(ProcessingStatus record) {
    Progress p = record.progress();
    return new RecordForm(
        record.uploadId(),
        record.ownerId().value(),
        record.version(),
        record.status(),
        record.stage(),
        List.of(
            p.totalBatches(),
            p.completedBatches(),
            p.failedBatches(),
            p.totalLeads(),
            p.processedLeads(),
            p.createdLeads(),
            p.updatedLeads()),
        record.file().fileName(),
        record.file().fileSize(),
        record.stalled() ? Boolean.TRUE : null,
        record
            .error()
            .map(e -> new ErrorForm(e.code(), e.message(), e.timestamp().toEpochMilli()))
            .orElse(null),
        record.createdAt().toEpochMilli(),
        record.updatedAt().toEpochMilli(),
        record.expiresAt().toEpochMilli(),
        record.deadline().map(Instant::toEpochMilli).orElse(null),
        record.pace().startedAt().map(Instant::toEpochMilli).orElse(null),
        record.pace().recent().stream().map(Instant::toEpochMilli).toList(),
        record.trace().map(TraceParent::value).orElse(null));
  }

  private static ProcessingStatus record(RecordForm form) {
    List<Integer> c = form.counts;
    if (c.size() != COUNTS) {
      throw new IllegalArgumentException("not " + COUNTS + " counts");
    }
    List<Long> recent = form.recent == null ? List.of() : form.recent;
    return new ProcessingStatus(
        Objects.requireNonNull(form.id),
        new OwnerId(form.owner),
        form.version,
        Objects.requireNonNull(form.status),
        Objects.requireNonNull(form.stage),
        new Progress(c.get(0), c.get(1), c.get(2), c.get(3), c.get(4), c.get(5), c.get(6)),
        new FileMetadata(form.file, form.size),
        Boolean.TRUE.equals(form.stalled),
        Optional.ofNullable(form.error).map(FrameCodec::error),
        Instant.ofEpochMilli(form.created),
        Instant.ofEpochMilli(form.updated),
        Instant.ofEpochMilli(form.expires),
        Optional.ofNullable(form.deadline).map(Instant::ofEpochMilli),
        new Pace(
            Optional.ofNullable(form.split).map(Instant::ofEpochMilli),
            recent.stream().map(Instant::ofEpochMilli).toList()),
        Optional.ofNullable(form.traceparent).flatMap(TraceParent::parse));
  }

  private static StatusError error(ErrorForm form) {
    return new StatusError(
        Objects.requireNonNull(form.code),
        Objects.requireNonNull(form.message),
        Instant.ofEpochMilli(form.at));
  }

  private static TailForm form(TailHeartbeat heartbeat) {
    var leased = new HashMap<String, @Nullable Long>();
    heartbeat
        .leased()
        .forEach((shard, ago) -> leased.put(shard, ago.map(Duration::toMillis).orElse(null)));
    return new TailForm(heartbeat.uptime().toMillis(), leased, heartbeat.ended());
  }

  private static TailHeartbeat heartbeat(TailForm form) {
    return new TailHeartbeat(
        Duration.ofMillis(form.uptime),
        form.leased.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry -> Optional.ofNullable(entry.getValue()).map(Duration::ofMillis))),
        form.ended.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> List.copyOf(e.getValue()))));
  }
}
