package dev.headway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Shows that the simulation can fail: every conjunct of the condition of every write, found in the
 * requests themselves, is taken out, and some promise breaks.
 */
class PlantedFaultsTest {
  /** Most faults show within a hundred; the rarest needs a race inside of another one. */
  private static final int SCHEDULES = 10_000;

  /** Enough to meet every kind of write. */
  private static final int SCHEDULES_TO_MEET_ALL = 600;

  /** Where a promise cannot break while everything else stands, and why. */
  private static final List<Spare> SPARES =
      List.of(
          new Spare(
              "",
              "attribute_exists(#uploadId)",
              "what is not there has no ttl and no status either; it says what is meant"),
          new Spare(
              "",
              "attribute_exists(#recent)",
              "every record has it; it turns an item of another make away in good order"),
          new Spare(
              "",
              "#progress.#processedLeads <= :room",
              "the simulated files have fewer than two thousand million leads"),
          new Spare(
              "advance", "#status IN :active…", "the statuses before the new one are all active"),
          new Spare(
              "acceptFile",
              "#status IN :active…",
              "the statuses before the new one are all active"),
          new Spare(
              "confirmSent",
              "#objectETag = :objectETag",
              "only a splitter that was accepted sends; it keeps a former life of the id out"),
          new Spare(
              "abandon",
              "#status IN :active…",
              "the version that was overdue was uploading, which is active"),
          new Spare(
              "abandon",
              "#status = :uploading",
              "it was asked of the version that was overdue, and was true of it"),
          new Spare(
              "finish",
              "#progress.#completedBatches = :completedBatches",
              "while the totals stand and no batch fails or recovers, no other one can be done"),
          new Spare(
              "finish",
              "#progress.#failedBatches = :failedBatches",
              "a batch only leaves the failed ones for the completed ones, which are asked about"),
          new Spare("finish", "#progress.#totalBatches = :totalBatches", "totals are set once"),
          new Spare(
              "stall", "attribute_exists(#deadline)", "every record that is active has a deadline"),
          new Spare("stall", "#status IN :active…", "every record that is over has no deadline"),
          new Spare(
              "moveToCompleted",
              "#status IN :active…",
              "a record that is over has no failed batches"),
          new Spare(
              "moveToCompleted",
              "(#progress.#totalBatches = :zero OR #progress.#totalBatches >= :batch)",
              "the batch was seen among the failed ones, which passed the same condition"),
          new Spare(
              "moveToCompleted",
              "NOT contains(#doneBatches, :batch)",
              "no batch is done and failed at once"),
          new Spare(
              "moveToCompleted",
              "contains(#failedBatches, :batch)",
              "it was seen there, and leaves only for the ones that are done"),
          new Spare(
              "removeRaw",
              "#raw = :raw",
              "the simulated model always finds the same address, so that nothing else lies there"),
          new Spare(
              "replace",
              "version = :version",
              "clocks agree here, so that nobody writes a record that somebody else calls expired"),
          new Spare(
              "replace",
              "#ttl = :ttl",
              "it takes two creations of one id around a deletion, both between a read and a write"));

  /** Conditions that stand in for each other: without all of them a promise breaks. */
  private static final List<Fault> TOGETHER =
      List.of(
          new Fault("abandon", Set.of("#version = :version", "#status = :uploading")),
          new Fault(
              "finish as error",
              Set.of(
                  "#progress.#completedBatches = :completedBatches",
                  "#progress.#failedBatches = :failedBatches")),
          new Fault(
              "moveToCompleted",
              Set.of("NOT contains(#doneBatches, :batch)", "contains(#failedBatches, :batch)")),
          new Fault("stall", Set.of("attribute_exists(#deadline)", "#status IN :active…")),
          new Fault("replace", Set.of("version = :version", "#ttl = :ttl")));

  /** What keeps a row from being stored as it came and as a lead as well. */
  private static final List<Fault> NEVER =
      List.of(Fault.never("removeRaw"), Fault.never(Fault.SECOND_LOOK));

  /**
   * A conjunct that other conditions make superfluous in the simulated world.
   *
   * @param writes how the names of the writes begin
   */
  private record Spare(String writes, String conjunct, String why) {
    boolean covers(Fault fault) {
      return fault.write().startsWith(writes) && fault.conditions().equals(Set.of(conjunct));
    }
  }

  @BeforeAll
  static void silence() {
    Simulation.silenceTheWorkers();
  }

  @TestFactory
  Stream<DynamicTest> without_any_one_condition_a_promise_breaks() {
    return Stream.concat(each().stream().filter(PlantedFaultsTest::matters), TOGETHER.stream())
        .map(PlantedFaultsTest::breaks);
  }

  @TestFactory
  Stream<DynamicTest> a_row_is_stored_twice_if_its_raw_copy_is_never_removed() {
    return NEVER.stream().map(PlantedFaultsTest::breaks);
  }

  private static DynamicTest breaks(Fault fault) {
    return DynamicTest.dynamicTest(
        fault.toString(), () -> assertThat(broken(fault, SCHEDULES)).isPresent());
  }

  @Test
  void each_spare_condition_is_one_of_a_write() {
    List<Fault> all = each();
    assertThat(SPARES).allMatch(spare -> all.stream().anyMatch(spare::covers));
  }

  private static boolean matters(Fault fault) {
    return SPARES.stream().noneMatch(spare -> spare.covers(fault));
  }

  private static Optional<Story> broken(Fault fault, int schedules) {
    return Simulation.with(fault).firstFailing(Plan::rough, 1, schedules);
  }

  /** One fault for each conjunct of each write. */
  private static List<Fault> each() {
    var simulation = Simulation.ofProduction();
    assertThat(simulation.firstFailing(Plan::rough, 1, SCHEDULES_TO_MEET_ALL)).isEmpty();
    Map<String, Set<String>> conjuncts = new TreeMap<>();
    for (Write write : simulation.writes()) {
      Set<String> texts = conjuncts.computeIfAbsent(write.name(), _ -> new TreeSet<>());
      write.condition().conjuncts().forEach(conjunct -> texts.add(conjunct.text()));
    }
    return conjuncts.entrySet().stream()
        .flatMap(
            write -> write.getValue().stream().map(text -> new Fault(write.getKey(), Set.of(text))))
        .toList();
  }
}
