package dev.headway.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;

/**
 * Remembers tokens that were found genuine, by their hash: a memory dump shows no token. Whether
 * one has expired is asked on every use. Any thread.
 */
final class VerifiedTokens {
  /** About 200 bytes each. A poller asks every 2 s, and an RS256 check costs some 30 µs. */
  private static final int MAX_TOKENS = 10_000;

  /** A key that its issuer withdraws stops working after this. */
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final Cache<Digest, Claims.Proved> tokens =
      Caffeine.newBuilder().maximumSize(MAX_TOKENS).expireAfterWrite(REMEMBERED).build();

  static Digest digest(String token) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return new Digest(ByteBuffer.wrap(hash).asReadOnlyBuffer());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  Optional<Claims.Proved> find(Digest digest) {
    return Optional.ofNullable(tokens.getIfPresent(digest));
  }

  void put(Digest digest, Claims.Proved proved) {
    tokens.put(digest, proved);
  }

  /** A SHA-256. */
  record Digest(ByteBuffer hash) {}
}
