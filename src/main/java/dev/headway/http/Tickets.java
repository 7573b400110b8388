package dev.headway.http;

import dev.headway.api.ProblemCode;
import dev.headway.api.ProblemException;
import dev.headway.api.StreamTicket;
import dev.headway.status.OwnerId;
import dev.headway.status.UploadId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Makes and opens stream tickets: the caller and the end of their token, encrypted (AES-256-GCM)
 * with a key that all nodes derive from one secret. No node remembers a ticket. Any thread.
 *
 * <p>The upload is not in the ticket but in what its seal is checked with, so a ticket for another
 * upload is as good as none. Nor is anything read before the seal was found whole. {@code
 * docs/decisions/0016-a-ticket-is-sealed-not-signed.md} has the why.
 */
final class Tickets {
  private static final String CIPHER = "AES/GCM/NoPadding";

  /** Separates these keys from whatever else is made of the same secret, and one form from next. */
  private static final byte[] PURPOSE = ascii("headway stream ticket 1");

  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /** The longest subject, in UTF-8, with the rest: 2,800. */
  private static final int MAX_LENGTH = 3000;

  private final List<SecretKey> keys;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  private Tickets(List<SecretKey> keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * Tickets of these secrets, sealed with the first one's key.
   *
   * @param secrets if empty, with a key that nobody else has, until the process ends
   */
  static Tickets of(List<TicketSecret> secrets, InstantSource clock) {
    List<SecretKey> keys =
        secrets.stream()
            .map(secret -> key(secret.text().getBytes(StandardCharsets.UTF_8)))
            .toList();
    return new Tickets(keys.isEmpty() ? List.of(key(randomBytes())) : keys, clock);
  }

  private static byte[] randomBytes() {
    var bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return bytes;
  }

  private static SecretKey key(byte[] secret) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES", HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(PURPOSE, KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has HKDF-SHA256", e);
    }
  }

  /** A ticket that opens this upload's stream for the caller, as long as their token lives. */
  StreamTicket issue(UploadId id, Caller caller) {
    Instant expiresAt = Instant.ofEpochMilli(caller.authorizedUntil().toEpochMilli());
    byte[] owner = caller.owner().value().getBytes(StandardCharsets.UTF_8);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer content =
        ByteBuffer.allocate(Long.BYTES + owner.length).putLong(expiresAt.toEpochMilli()).put(owner);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, id);
      byte[] sealed = cipher.doFinal(content.array());
      byte[] ticket = Arrays.copyOf(nonce, nonce.length + sealed.length);
      System.arraycopy(sealed, 0, ticket, nonce.length, sealed.length);
      return new StreamTicket(
          Base64.getUrlEncoder().withoutPadding().encodeToString(ticket), expiresAt);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + CIPHER, e);
    }
  }

  /**
   * Whom the ticket lets in to the stream of this upload, and until when.
   *
   * @param ticket as the caller sent it; anything at all
   * @throws ProblemException {@code TOKEN_EXPIRED} or {@code INVALID_TOKEN}
   */
  Caller open(UploadId id, String ticket) {
    ByteBuffer content =
        decoded(ticket).flatMap(bytes -> unsealed(id, bytes)).orElseThrow(Tickets::invalid);
    Instant expiresAt = Instant.ofEpochMilli(content.getLong());
    OwnerId owner = new OwnerId(StandardCharsets.UTF_8.decode(content).toString());
    if (!clock.instant().isBefore(expiresAt)) {
      throw new ProblemException(
          ProblemCode.TOKEN_EXPIRED, "Get a new ticket, with a new token, and try again.");
    }
    return new Caller(owner, expiresAt);
  }

  private static Optional<byte[]> decoded(String ticket) {
    if (ticket.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(ticket);
      return Optional.of(bytes).filter(b -> b.length > NONCE_BYTES + TAG_BITS / Byte.SIZE);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not Base64
    }
  }

  private Optional<ByteBuffer> unsealed(UploadId id, byte[] ticket) {
    byte[] nonce = Arrays.copyOf(ticket, NONCE_BYTES);
    for (SecretKey key : keys) {
      try {
        Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, id);
        return Optional.of(
            ByteBuffer.wrap(cipher.doFinal(ticket, NONCE_BYTES, ticket.length - NONCE_BYTES)));
      } catch (AEADBadTagException e) {
        // Of another key, upload or maker: perhaps the next key opens it.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JVM has " + CIPHER, e);
      }
    }
    return Optional.empty();
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, UploadId id)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(ascii(id.value()));
    return cipher;
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_TOKEN, "The ticket is not one for this upload's stream.");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
