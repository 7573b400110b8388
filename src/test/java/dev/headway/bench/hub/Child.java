package dev.headway.bench.hub;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A process that takes orders, a line each, and answers with a line. For one thread. */
final class Child implements AutoCloseable {
  private final Process process;
  private final PrintStream orders;
  private final BufferedReader answers;

  private Child(Process process) {
    this.process = process;
    this.orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** A JVM with this one's class path. */
  static Child java(List<String> flags, Class<?> main, String... args) throws IOException {
    return start(command(flags, main, args));
  }

  /** The same with what the others leave of the cores. */
  static Child inBackground(List<String> flags, Class<?> main, String... args) throws IOException {
    List<String> command = command(flags, main, args);
    command.addAll(0, List.of("nice", "-n", "19"));
    return start(command);
  }

  private static List<String> command(List<String> flags, Class<?> main, String... args) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    return command;
  }

  static Child start(List<String> command) throws IOException {
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** An order; {@link #answer} has to be called before the next. */
  void order(String order) {
    orders.println(order);
  }

  String answer() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("a process of the measurement ended by itself");
    }
    return answer;
  }

  String ask(String order) throws IOException {
    order(order);
    return answer();
  }

  /** CPU time of the process and its children. */
  Duration cpu() {
    return family()
        .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Memory in KB of the process and its children, what they share counted once; Linux only. */
  double memory() {
    return family().mapToDouble(handle -> memory(handle.pid())).sum();
  }

  private Stream<ProcessHandle> family() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants());
  }

  private static double memory(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
          .filter(line -> line.startsWith("Pss:"))
          .mapToDouble(line -> Double.parseDouble(line.split("\\s+", -1)[1]))
          .sum();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  /** Orders that end are obeyed by ending; what takes no orders gets a signal. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
