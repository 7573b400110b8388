package dev.headway.local;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The secret that signs and checks tokens on one machine: random bytes, written in Base64 (RFC
 * 4648, URL alphabet) to a file that only its owner may read. The first one who needs it makes it.
 */
public final class DevelopmentKey {
  /** The environment variable that names another file. */
  public static final String VARIABLE = "HEADWAY_DEVELOPMENT_KEY";

  /** RFC 7518, 3.2: a key for HS256 is no shorter than its hash. */
  private static final int MIN_BYTES = 32;

  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final byte[] bytes;

  private DevelopmentKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Where the key is: where the environment says, else with the user's other data (XDG Base
   * Directory Specification).
   */
  public static Path location(Map<String, String> environment, Path home) {
    var named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      return Path.of(named);
    }
    var data = environment.getOrDefault("XDG_DATA_HOME", "");
    // The specification wants a relative path ignored.
    var base = data.startsWith("/") ? Path.of(data) : home.resolve(".local").resolve("share");
    return base.resolve("headway").resolve("development-key");
  }

  /**
   * Reads the key, or makes it where there is none. Two who make it at once end with the same one.
   *
   * @throws CannotStartException where others may read the file, or it holds no key
   */
  public static DevelopmentKey at(Path file) {
    try {
      if (Files.notExists(file)) {
        create(file.toAbsolutePath());
      }
      return read(file);
    } catch (NoSuchFileException e) {
      throw new CannotStartException("There is no key at %s.".formatted(file), e);
    } catch (IOException | UnsupportedOperationException e) {
      throw new CannotStartException(
          "The key at %s cannot be used: %s.".formatted(file, e.getClass().getSimpleName()), e);
    }
  }

  /** Written aside and then linked: nobody sees half a key, and no key is ever replaced. */
  private static void create(Path file) throws IOException {
    var directory = file.getParent();
    if (directory == null) {
      throw new CannotStartException("The key cannot be the directory %s.".formatted(file));
    }
    if (Files.notExists(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    var random = new byte[MIN_BYTES];
    new SecureRandom().nextBytes(random);
    var aside = Files.createTempFile(directory, ".development-key-", ""); // made with mode 0600
    try {
      Files.writeString(aside, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      Files.createLink(file, aside);
    } catch (FileAlreadyExistsException e) {
      // Somebody else was first; theirs is the key.
      return;
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static DevelopmentKey read(Path file) throws IOException {
    if (!OWNERS.containsAll(Files.getPosixFilePermissions(file))) {
      throw new CannotStartException(
          "The key at %s is open to other users of this machine: delete it, or if nobody else saw it, chmod 600 it."
              .formatted(file));
    }
    try {
      var bytes = Base64.getUrlDecoder().decode(Files.readString(file).strip());
      if (bytes.length >= MIN_BYTES) {
        return new DevelopmentKey(bytes);
      }
    } catch (IllegalArgumentException e) {
      // Not Base64: the same sentence as for too little of it.
    }
    throw new CannotStartException(
        "The file %s holds no key (%d bytes or more in Base64): delete it, and a new one is made."
            .formatted(file, MIN_BYTES));
  }

  /** A copy: the key of the HMAC. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Hides the key: this is what a log line would show. */
  @Override
  public String toString() {
    return "DevelopmentKey[…]";
  }
}
