package dev.headway.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The file to upload: a regular one that can be read.
 *
 * @param size in bytes
 */
record SelectedFile(Path path, String name, long size) {
  private static final int BUFFER = 64 * 1024;

  static SelectedFile of(String text) throws CommandFailure {
    Path path = path(text);
    if (!Files.exists(path)) {
      throw CommandFailure.usage("There is no file " + text + ".");
    }
    if (Files.isDirectory(path)) {
      throw CommandFailure.usage(text + " is a directory, not a file.");
    }
    if (!Files.isRegularFile(path)) {
      throw CommandFailure.usage(text + " is not a regular file.");
    }
    if (!Files.isReadable(path)) {
      throw CommandFailure.usage("The file " + text + " may not be read by this user.");
    }
    try {
      return new SelectedFile(path, path.getFileName().toString(), Files.size(path));
    } catch (IOException _) {
      throw CommandFailure.usage("The file " + text + " cannot be read.");
    }
  }

  private static Path path(String text) throws CommandFailure {
    try {
      Path path = Path.of(text);
      if (path.getFileName() != null && !text.isEmpty()) {
        return path;
      }
    } catch (InvalidPathException _) {
      // answered below
    }
    throw CommandFailure.usage(text.isEmpty() ? "FILE is empty." : text + " is not a file.");
  }

  /** Advice for the service, which decides by the extension. */
  Optional<String> contentType() {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".csv")) {
      return Optional.of("text/csv");
    }
    return lower.endsWith(".xlsx")
        ? Optional.of("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        : Optional.empty();
  }

  /**
   * The content, read while it is sent.
   *
   * @param sent is told how many bytes were read so far, on a thread of the connection
   */
  BodyPublisher content(LongConsumer sent) {
    if (size == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(sent)), size);
  }

  private InputStream open(LongConsumer sent) {
    try {
      return new CountingStream(Files.newInputStream(path), sent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class CountingStream extends FilterInputStream {
    private final LongConsumer counted;
    private long count;

    CountingStream(InputStream in, LongConsumer counted) {
      super(in);
      this.counted = counted;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, Math.min(length, BUFFER));
      count(Math.max(0, read));
      return read;
    }

    private void count(int bytes) {
      if (bytes > 0) {
        count += bytes;
        counted.accept(count);
      }
    }
  }
}
