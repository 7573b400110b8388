package dev.headway.http;

import dev.headway.api.ProblemCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts how requests were answered, since the start. All event loops share it. */
final class RequestFigures {
  private final LongAdder polls = new LongAdder();
  private final LongAdder notModified = new LongAdder();
  private final Map<ProblemCode, LongAdder> problems = new EnumMap<>(ProblemCode.class);

  RequestFigures() {
    for (ProblemCode code : ProblemCode.values()) {
      problems.put(code, new LongAdder());
    }
  }

  /** An upload's status was answered to somebody who polls. */
  void polled(int httpStatus) {
    polls.increment();
    if (httpStatus == 304) {
      notModified.increment();
    }
  }

  void failed(ProblemCode code) {
    Objects.requireNonNull(problems.get(code)).increment();
  }

  long polls() {
    return polls.sum();
  }

  long notModified() {
    return notModified.sum();
  }

  long problems(ProblemCode code) {
    return Objects.requireNonNull(problems.get(code)).sum();
  }
}
