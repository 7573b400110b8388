package dev.headway.bench;

import dev.headway.bus.FrameCodecBenchmark;
import dev.headway.sse.StreamBenchmark;
import dev.headway.status.ProcessingStatus;
import dev.headway.store.RecordBenchmark;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * JMH on what every change goes through. The benchmarks stand beside what they measure; the code
 * that JMH wants around them is generated here, from the compiled classes, so that no build needs
 * an annotation processor.
 */
public final class MicroBench {
  private static final List<Class<?>> BENCHMARKS =
      List.of(RecordBenchmark.class, FrameCodecBenchmark.class, StreamBenchmark.class);

  private MicroBench() {}

  /** A record as they are sent most: half of its 100 batches are done. */
  public static ProcessingStatus halfWay() {
    return SimulatedRun.of(SimulatedRun.Shape.STEADY, 100, 10, 1).versions().get(50);
  }

  /**
   * Generates, and lets JMH run.
   *
   * @param args JMH's own, {@code -h} among them
   */
  static void main(String[] args) throws Exception {
    Path target = Path.of(System.getProperty("headway.home", "."), "target");
    Path generated = Files.createTempDirectory(target, "jmh");
    int status;
    try {
      String classPath = System.getProperty("java.class.path");
      generate(generated, classPath);
      // A JVM of its own: the forks get the class path that their parent was started with.
      List<String> command = new ArrayList<>();
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp"));
      command.add(generated + File.pathSeparator + classPath);
      command.add("org.openjdk.jmh.Main");
      command.addAll(List.of(args));
      status = new ProcessBuilder(command).inheritIO().start().waitFor();
    } finally {
      delete(generated);
    }
    System.exit(status);
  }

  private static void generate(Path into, String classPath) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      boolean done =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of(
                      "-d",
                      into.toString(),
                      "-cp",
                      classPath,
                      "-processor",
                      "org.openjdk.jmh.generators.BenchmarkProcessor"),
                  BENCHMARKS.stream().map(Class::getName).toList(),
                  null)
              .call();
      if (!done) {
        throw new IllegalStateException("JMH's code does not compile");
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
