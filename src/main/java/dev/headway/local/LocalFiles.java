package dev.headway.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files of the emulators: in the directory that the user named, which one stack at a time may
 * use, or in a temporary one that is deleted at the end.
 */
final class LocalFiles implements AutoCloseable {
  private static final String OBJECTS = "s3";
  private static final String TABLES = "dynamodb";
  private static final String QUEUES = "queues";

  private final Path root;
  private final @Nullable FileChannel lock;

  private LocalFiles(Path root, @Nullable FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  static LocalFiles open(Optional<Path> data) {
    try {
      return data.isPresent() ? kept(data.get()) : temporary();
    } catch (IOException e) {
      throw new CannotStartException(
          "The directory %s cannot be used: %s."
              .formatted(data.map(Path::toString).orElse("for temporary files"), reason(e)),
          e);
    }
  }

  private static LocalFiles temporary() throws IOException {
    var files = new LocalFiles(Files.createTempDirectory("headway-local-"), null);
    createPrivately(files.objects());
    return files;
  }

  private static LocalFiles kept(Path data) throws IOException {
    if (data.toString().contains(";")) {
      // The end of a file's name in an address of H2, which knows no way to escape it.
      throw new CannotStartException(
          "The directory %s cannot be used: its name has a semicolon.".formatted(data));
    }
    createPrivately(data);
    var channel =
        FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw new CannotStartException(
            "The directory %s is in use by another local stack.".formatted(data));
      }
      for (var part : List.of(OBJECTS, TABLES, QUEUES)) {
        createPrivately(data.resolve(part));
      }
      return new LocalFiles(data, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very JVM
    }
  }

  /** Only for its owner: leads will be in there. A directory that exists stays as it is. */
  private static void createPrivately(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "")
        + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")");
  }

  /** Where S3Proxy keeps its objects. */
  Path objects() {
    return root.resolve(OBJECTS);
  }

  /** Where DynamoDB Local keeps its tables; empty means in memory. */
  Optional<Path> tables() {
    return kept(TABLES);
  }

  /** Where ElasticMQ keeps its messages; empty means in memory. */
  Optional<Path> queues() {
    return kept(QUEUES);
  }

  private Optional<Path> kept(String name) {
    return lock == null ? Optional.empty() : Optional.of(root.resolve(name));
  }

  @Override
  public void close() {
    try {
      if (lock == null) {
        delete(root);
      } else {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
