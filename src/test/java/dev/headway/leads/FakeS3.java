package dev.headway.leads;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
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

/** Object storage in memory: what the splitter and the standardizer use of it. */
final class FakeS3 implements S3Client {
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();

  static String eTag(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return HexFormat.of().toHexDigits(crc.getValue());
  }

  @Override
  public <T> T getObject(
      GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
    byte[] bytes = objects.get(request.key());
    if (bytes == null) {
      throw NoSuchKeyException.builder().statusCode(404).message("no such key").build();
    }
    if (request.ifMatch() != null && !request.ifMatch().equals('"' + eTag(bytes) + '"')) {
      throw S3Exception.builder().statusCode(412).message("precondition failed").build();
    }
    try {
      return transformer.transform(
          GetObjectResponse.builder()
              .contentLength((long) bytes.length)
              .eTag('"' + eTag(bytes) + '"')
              .build(),
          AbortableInputStream.create(new java.io.ByteArrayInputStream(bytes)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
    try (var in = body.contentStreamProvider().newStream()) {
      byte[] bytes = in.readAllBytes();
      objects.put(request.key(), bytes);
      return PutObjectResponse.builder().eTag(eTag(bytes)).build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String serviceName() {
    return "s3";
  }

  @Override
  public void close() {}
}
