package dev.headway.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Those who upload: they create a record until it is there, and then send the file, mostly. */
final class Owners {
  private final Plan plan;
  private final SplittableRandom random;
  private final Crew crew;
  private final Services services;
  private final List<Upload> uploads = new ArrayList<>();
  private final Map<Upload, Upload> others = new HashMap<>();
  private final List<Upload> sent = new ArrayList<>();
  private final Set<Upload> unsent = new HashSet<>();

  Owners(Plan plan, SplittableRandom random, Crew crew, Services services) {
    this.plan = plan;
    this.random = random;
    this.crew = crew;
    this.services = services;
  }

  void begin() {
    int count = 1 + random.nextInt(2);
    for (int i = 1; i <= count; i++) {
      var upload = Upload.random(i, plan.maxBatches(), random);
      uploads.add(upload);
      Upload other = upload.otherFile(plan.maxBatches(), random);
      others.put(upload, other);
      services.ledger().expect(upload, other);
      if (random.nextInt(plan.aim() == Aim.SWEEP ? 2 : 10) == 0) {
        unsent.add(upload);
      }
      if (random.nextInt(4) == 0) {
        services.poison(upload, 1 + random.nextInt(upload.batches()));
      }
      create(upload);
    }
  }

  List<Upload> uploads() {
    return uploads;
  }

  Upload anyUpload() {
    return uploads.get(random.nextInt(uploads.size()));
  }

  /** The files that have arrived. */
  List<Upload> sent() {
    return sent;
  }

  /** Whether the file of this upload never comes. */
  boolean neverSends(Upload upload) {
    return unsent.contains(upload);
  }

  /** Tries until the record is there, and then sends the file. */
  private void create(Upload upload) {
    var _ =
        crew.hire(
            "owner of " + upload.id(),
            () -> createRecord(upload),
            owner -> {
              if (owner.hasCrashed() || owner.failure() != null) {
                create(upload);
              } else {
                send(upload);
              }
            });
  }

  private void createRecord(Upload upload) {
    var _ =
        services
            .statuses()
            .createStatus(upload.id(), upload.owner(), "leads.csv", upload.csv().length);
  }

  /** Somebody creates what is there already, or was. */
  void createAgain(String who, Upload upload) {
    var _ = crew.hire(who.formatted(upload.id()), () -> createRecord(upload));
  }

  /** Mostly at once, sometimes late, sometimes never. */
  private void send(Upload upload) {
    if (unsent.contains(upload)) {
      crew.note("the file of %s will never come".formatted(upload.id()));
    } else if (random.nextInt(4) == 0) {
      var _ =
          crew.hire(
              "browser with the file of " + upload.id(),
              () -> {
                for (int i = 0; i < 4; i++) {
                  crew.makeQuietly("sends a part");
                }
              },
              _ -> arrive(upload));
    } else {
      arrive(upload);
    }
  }

  private void arrive(Upload file) {
    services.put(file);
    crew.note(
        "%s file of %s arrives: %d rows"
            .formatted(file.second() ? "the other" : "the", file.id(), file.rows()));
    sent.add(file);
  }

  /** The same bytes or other ones, for an upload whose file comes at all. */
  void sendAgain(Upload upload) {
    if (!unsent.contains(upload)) {
      arrive(random.nextInt(3) == 0 ? upload : others.getOrDefault(upload, upload));
    }
  }
}
