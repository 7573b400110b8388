package dev.headway.leads;

import dev.headway.fuzz.FuzzTarget;
import dev.headway.fuzz.Mutation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file is read, within its limits, or refused for a reason that its owner is told. Nothing else
 * comes out of its reader: a worker that dies of it would be tried again and again.
 */
abstract class FileFuzz implements FuzzTarget<byte[]> {
  /** Far above what a reader needs for files as small as these. */
  private static final long MOST_ALLOCATED = 1L << 30;

  static final FileLimits LIMITS =
      new FileLimits(8L << 20, 20_000, 500, 32_767, 64L << 20, 8L << 20, 200);

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FileFormat format;

  FileFuzz(FileFormat format) {
    this.format = format;
  }

  @Override
  public void check(byte[] input) throws Exception {
    Path file = Files.createTempFile("fuzz-", format.extension());
    // On a platform thread: what a virtual one allocates nobody counts.
    var failure = new Throwable[1];
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                read(Files.write(file, input));
              } catch (Throwable e) {
                failure[0] = e;
              }
            });
    reader.join();
    Files.delete(file);
    switch (failure[0]) {
      case null -> {}
      case Exception e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure[0]);
    }
  }

  private void read(Path file) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      int[] rows = new int[1];
      LeadFile.Contents contents =
          LeadFile.open(file, format, LIMITS)
              .read(row -> {
                rows[0]++;
                if (row.fields().size() > LIMITS.maxColumns()) {
                  throw new AssertionError("a row of too many cells");
                }
                return true;
              });
      if (contents.rows() != rows[0] || contents.rows() > LIMITS.maxRows()) {
        throw new AssertionError("counted " + contents.rows() + " rows, saw " + rows[0]);
      }
    } catch (RejectedFileException expected) {
      // Its reason is on the list of failures by its type.
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > MOST_ALLOCATED) {
      throw new AssertionError("took %,d bytes".formatted(allocated));
    }
  }

  @Override
  public List<byte[]> smaller(byte[] input) {
    return Mutation.smaller(input);
  }

  @Override
  public String show(byte[] input) {
    return Mutation.show(input);
  }
}
