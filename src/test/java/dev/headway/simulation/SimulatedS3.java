package dev.headway.simulation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.zip.CRC32;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Object storage in memory, with entity tags that a read may insist on. */
final class SimulatedS3 implements S3Client {
  private final TreeMap<String, byte[]> objects = new TreeMap<>();
  private final Calls calls;

  SimulatedS3(Calls calls) {
    this.calls = calls;
  }

  /** Stores an object, as a browser would; not a call of a worker. Returns its entity tag. */
  String store(String key, byte[] bytes) {
    objects.put(key, bytes);
    return eTag(bytes);
  }

  static String eTag(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return HexFormat.of().toHexDigits(crc.getValue());
  }

  @Override
  public <T> T getObject(
      GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
    byte[] bytes = calls.make("reads an object", () -> find(request), SimulatedS3::slowDown);
    try {
      return transformer.transform(
          GetObjectResponse.builder()
              .contentLength((long) bytes.length)
              .eTag('"' + eTag(bytes) + '"')
              .build(),
          AbortableInputStream.create(new ByteArrayInputStream(bytes)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public ResponseBytes<GetObjectResponse> getObjectAsBytes(GetObjectRequest request) {
    return getObject(request, ResponseTransformer.toBytes());
  }

  private byte[] find(GetObjectRequest request) {
    byte[] bytes = objects.get(request.key());
    if (bytes == null) {
      throw NoSuchKeyException.builder().statusCode(404).message("no such key").build();
    }
    if (request.ifMatch() != null && !request.ifMatch().equals('"' + eTag(bytes) + '"')) {
      throw S3Exception.builder().statusCode(412).message("precondition failed").build();
    }
    return bytes;
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
    return calls.make(
        "stores an object",
        () -> {
          try (var in = body.contentStreamProvider().newStream()) {
            return PutObjectResponse.builder()
                .eTag(store(request.key(), in.readAllBytes()))
                .build();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        SimulatedS3::slowDown);
  }

  private static SdkException slowDown(String why) {
    return S3Exception.builder().statusCode(503).message(why).build();
  }

  @Override
  public String serviceName() {
    return "s3";
  }

  @Override
  public void close() {}
}
