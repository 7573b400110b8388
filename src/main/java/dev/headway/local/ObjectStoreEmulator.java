package dev.headway.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.gaul.s3proxy.CrossOriginResourceSharing;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * S3Proxy over a directory. Signatures are checked, so a presigned address that works here carries
 * every header that it has to; a page on this machine may use it from another port.
 */
final class ObjectStoreEmulator implements Emulator {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectStoreEmulator.class);

  /** The page, whatever port or name of this machine it was opened with. */
  private static final String ORIGINS_OF_THIS_MACHINE =
      "https?://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?";

  /** For requests in flight; connections that only idle use it up as well. */
  private static final Duration STOP_WITHIN = Duration.ofMillis(300);

  private final S3Proxy proxy;
  private final BlobStore store;

  private ObjectStoreEmulator(S3Proxy proxy, BlobStore store) {
    this.proxy = proxy;
    this.store = store;
  }

  /**
   * Starts it with one bucket.
   *
   * @param around what sees the calls before the directory does
   */
  static ObjectStoreEmulator start(
      URI endpoint, Path directory, String bucket, UnaryOperator<BlobStore> around)
      throws Exception {
    var store = around.apply(new FilesystemNio2BlobStore(directory.toString()));
    if (!store.containerExists(bucket)) {
      store.createContainer(bucket);
    }
    var proxy =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(endpoint)
            .awsAuthentication(
                AuthenticationType.AWS_V2_OR_V4, LocalAws.ACCESS_KEY, LocalAws.SECRET_KEY)
            .corsRules(cors())
            .stopTimeout(STOP_WITHIN.toMillis())
            .build();
    proxy.start();
    return new ObjectStoreEmulator(proxy, store);
  }

  private static CrossOriginResourceSharing cors() {
    var anyHeader = List.of("*"); // the signature says which are needed
    var noCookies = "";
    return new CrossOriginResourceSharing(
        List.of(ORIGINS_OF_THIS_MACHINE), List.of("PUT"), anyHeader, List.of("ETag"), noCookies);
  }

  @Override
  public void stop() throws Exception {
    try {
      proxy.stop();
    } catch (TimeoutException e) {
      // It has stopped all the same, and cut the connections that were still open.
      LOG.debug("open connections were cut");
    }
    store.close();
  }
}
