package dev.headway.simulation;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One worker, on a virtual thread of its own that runs only while it holds the baton: from {@link
 * #resume} until its next call of a service, or its end. The thread that resumes waits meanwhile.
 */
final class Worker {
  /** The death of a worker between two effects. No production code may catch it. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }

  private final String name;
  private final Semaphore baton = new Semaphore(0);
  private final Semaphore back = new Semaphore(0);
  private Fate fate = Fate.DONE;
  private String waitingFor = "starts";
  private boolean over;
  private boolean crashed;
  private @Nullable Throwable failure;

  Worker(String name, Runnable work) {
    this.name = name;
    var _ = Thread.ofVirtual().name(name).start(() -> run(work));
  }

  private void run(Runnable work) {
    baton.acquireUninterruptibly();
    try {
      work.run();
    } catch (Crash crash) {
      crashed = true;
    } catch (Throwable e) {
      failure = e;
    } finally {
      over = true;
      back.release();
    }
  }

  /** Runs the worker to its next call or its end; its call at hand meets this fate. */
  void resume(Fate itsFate) {
    fate = itsFate;
    baton.release();
    back.acquireUninterruptibly();
  }

  /** Gives the baton back, on the worker's own thread; returns what becomes of its call. */
  Fate pause(String call) {
    waitingFor = call;
    back.release();
    baton.acquireUninterruptibly();
    return fate;
  }

  String name() {
    return name;
  }

  String waitingFor() {
    return waitingFor;
  }

  boolean isOver() {
    return over;
  }

  boolean hasCrashed() {
    return crashed;
  }

  @Nullable Throwable failure() {
    return failure;
  }
}
