/** A clock that stands still until a test moves it, and what rings on the way, in order. */
export class VirtualClock {
  #now = 0;
  #timers = new Map();
  #next = 1;
  #epoch;

  constructor(epoch = Date.parse('2025-01-09T10:00:00Z')) {
    this.#epoch = epoch;
  }

  now = () => this.#now;
  wall = () => this.#epoch + this.#now;

  setTimeout = (ring, ms) => {
    const timer = this.#next++;
    this.#timers.set(timer, { at: this.#now + Math.max(0, ms), ring });
    return timer;
  };

  /** The machine sleeps: the date moves on and nothing rings; the other clock with it, or not. */
  sleep(ms, monotonic) {
    if (monotonic) this.#now += ms;
    else this.#epoch += ms;
  }

  clearTimeout = (timer) => {
    this.#timers.delete(timer);
  };

  /** Timers that would still ring. */
  get pending() {
    return this.#timers.size;
  }

  async advance(ms) {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= until);
      if (due.length === 0) break;
      const [timer, { at, ring }] = due.reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, at);
      ring();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets everything happen that waits for no timer: promises, and streams that are read. */
export async function settle() {
  for (let turn = 0; turn < 12; turn++) await new Promise((resolve) => setImmediate(resolve));
}
