package dev.headway.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Faults of the program itself, to see that the measurement notices them. Nothing in the program
 * knows of them: a changed copy of a class goes into a folder that comes first on a node's class
 * path.
 */
enum Planted {
  /** What the bus lost is never read from the table. */
  NO_RESYNC,

  /** A number that is missing in what a sender says is not noticed. */
  NO_GAP_DETECTION,

  /** Every version passes for news, on the board and in a stream. */
  NO_VERSION_FILTER;

  private static final String ROOM = "dev.headway.";

  private List<Change> changes() {
    return switch (this) {
      case NO_RESYNC -> List.of(new Change("hub.Resync", "tick", CodeBuilder::return_));
      case NO_GAP_DETECTION ->
          List.of(new Change("hub.Freshness", "heard", code -> code.iconst_0().ireturn()));
      case NO_VERSION_FILTER ->
          List.of(
              new Change("hub.Entry", "wants", code -> code.iconst_1().ireturn()),
              new Change("sse.Slot", "offer", Planted::keepAlways));
    };
  }

  String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Planted named(String option) {
    return Arrays.stream(values())
        .filter(planted -> planted.option().equals(option))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Nothing planted is called " + option));
  }

  /** One method's new body. */
  private record Change(String type, String method, Consumer<CodeBuilder> body) {
    String path() {
      return (ROOM + type).replace('.', '/') + ".class";
    }
  }

  private static void keepAlways(CodeBuilder code) {
    var slot = ClassDesc.of(ROOM + "sse.Slot");
    var outcome = slot.nested("Outcome");
    code.aload(0)
        .aload(1)
        .putfield(slot, "waiting", ClassDesc.of(ROOM + "hub.Change"))
        .getstatic(outcome, "KEPT", outcome)
        .areturn();
  }

  /** Writes the changed classes into a folder, which is then to be first on the class path. */
  void into(Path folder) throws IOException {
    for (Change change : changes()) {
      Path file = folder.resolve(change.path());
      Files.createDirectories(file.getParent());
      Files.write(file, changed(change));
    }
  }

  private static byte[] changed(Change change) throws IOException {
    try (InputStream original = Planted.class.getClassLoader().getResourceAsStream(change.path())) {
      if (original == null) {
        throw new IllegalStateException("there is no " + change.path());
      }
      var file = ClassFile.of();
      var model = file.parse(original.readAllBytes());
      if (model.methods().stream()
          .noneMatch(method -> method.methodName().equalsString(change.method()))) {
        throw new IllegalStateException(change.path() + " has no method " + change.method());
      }
      return file.transformClass(
          model,
          ClassTransform.transformingMethods(
              method -> method.methodName().equalsString(change.method()), newBody(change.body())));
    }
  }

  private static MethodTransform newBody(Consumer<CodeBuilder> body) {
    return (method, element) -> {
      if (element instanceof CodeModel) {
        method.withCode(body);
      } else {
        method.with(element);
      }
    };
  }
}
