/**
 * Time as the ladder sees it: `now` is monotonic, in milliseconds, and measures waiting; `wall` is
 * the date, in milliseconds since 1970. Tests pass their own.
 */
export const browserClock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimeout: (ring, ms) => setTimeout(ring, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

/** One thing that will happen at one time, which can be moved. */
export class Alarm {
  #clock;
  #ring;
  #timer;
  #at = Infinity;

  constructor(clock, ring) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings after so many milliseconds, and at no other time. */
  after(ms) {
    this.set(this.#clock.now() + ms);
  }

  /** Rings after so many milliseconds, unless it will ring earlier anyway. */
  within(ms) {
    this.by(this.#clock.now() + ms);
  }

  /** Rings at this time of the monotonic clock, and at no other. */
  set(at) {
    this.clear();
    this.#at = at;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#at = Infinity;
        this.#ring();
      },
      Math.max(0, at - this.#clock.now()),
    );
  }

  /** Rings at this time, unless it will ring earlier anyway. */
  by(at) {
    if (at < this.#at) this.set(at);
  }

  clear() {
    this.#clock.clearTimeout(this.#timer);
    this.#at = Infinity;
  }
}
