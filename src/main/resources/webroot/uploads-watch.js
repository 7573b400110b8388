import { Alarm, browserClock } from './clock.js';
import { SILENCE, isTerminal } from './ladder-rules.js';
import { readStream } from './reading.js';
import { browserTabs } from './shared-stream.js';

/** What brought something and ended is tried again soon; what did not, ever less often. */
const AGAIN_MS = 1_000;
const LATEST_MS = 30_000;

/** A list that has not come by then has failed. */
const LIST_WITHIN_MS = 20_000;

/**
 * Hears of a user's uploads wherever they begin: in this page, in another tab, in a terminal. From
 * the service's stream of all of them, of which all tabs of a user together hold one: the tab that
 * has the Web Lock reads it and tells the others, which read the list once when they begin to follow.
 * Where a stream does not come through, the list is read instead, each time that it is tried again.
 */
export class UploadsWatch {
  #authorized;
  #user;
  #list;
  #clock;
  #random;
  #tabs;
  #on;
  #watching = null;
  #retry = AGAIN_MS;

  /**
   * @param {object} options
   * @param {import('./authorized-fetch.js').AuthorizedFetch} options.authorized
   * @param {string | null} options.user a word for whose uploads they are; tabs share by it
   * @param {(signal: AbortSignal) => Promise<object[]>} options.list the newest records; what it
   *     rejects with may have a `status` and a `retryAfter` in milliseconds
   * @param {(status: object) => void} options.onStatus a record, newer than before or not
   * @param {(heard: 'leads' | 'follows' | 'list') => void} [options.onSource] how it is heard
   * @param {(why?: string) => void} [options.onUnauthorized] the token does not do any more: nothing
   *     is heard until it is stopped and started again
   */
  constructor({
    authorized,
    user,
    list,
    clock = browserClock,
    random = Math.random,
    tabs = browserTabs,
    onStatus,
    onSource = () => {},
    onUnauthorized = () => {},
  }) {
    this.#authorized = authorized;
    this.#user = user;
    this.#list = list;
    this.#clock = clock;
    this.#random = random;
    this.#tabs = tabs;
    this.#on = { status: onStatus, source: onSource, unauthorized: onUnauthorized };
  }

  start() {
    if (this.#watching) return;
    this.#watching = new AbortController();
    this.#watch(this.#watching.signal);
  }

  /** Lets go of everything; another tab takes over. Nothing is told afterwards. */
  stop() {
    this.#watching?.abort();
    this.#watching = null;
  }

  async #watch(signal) {
    const { locks, Channel } = this.#tabs;
    if (!this.#user || !locks || !Channel) {
      await this.#lead(signal, () => {});
      return;
    }
    const name = `headway uploads ${this.#user}`;
    const channel = new Channel(name);
    const hear = (status) => !signal.aborted && this.#on.status(status);
    channel.onmessage = ({ data }) => hear(data);
    const following = new AbortController();
    const end = () => {
      channel.close();
      following.abort();
    };
    signal.addEventListener('abort', end, { once: true });
    this.#on.source('follows');
    this.#catchUp(name, following.signal, hear); // before the lock is asked for: it may be granted at once
    const lead = () => {
      following.abort(); // the stream brings it all
      return this.#lead(signal, (status) => channel.postMessage(status));
    };
    try {
      await locks.request(name, { signal }, lead);
    } catch (failure) {
      // A policy forbids locks: each tab for itself, then.
      if (!signal.aborted && failure.name !== 'AbortError') await lead();
    }
  }

  /** A stream that another tab has opened before tells nothing of what is over by now. */
  async #catchUp(name, signal, hear) {
    const { held } = await this.#tabs.locks.query().catch(() => ({ held: [] }));
    if (!held.some((lock) => lock.name === name)) return;
    for (let failures = 1; !signal.aborted; failures++) {
      const failure = await this.#readList(signal, hear);
      if (!failure || signal.aborted) return;
      if (failure.status === 401) {
        this.#on.unauthorized(failure.message);
        return;
      }
      await this.#pause(failures, failure.retryAfter, signal);
    }
  }

  async #lead(signal, pass) {
    const tell = (status) => {
      if (signal.aborted) return;
      pass(status);
      this.#on.status(status);
    };
    let failures = 0;
    while (!signal.aborted) {
      let heard = false;
      const outcome = await readStream({
        request: this.#authorized.request,
        url: 'status',
        version: 0,
        clock: this.#clock,
        patience: SILENCE,
        signal,
        onByte: () => {
          if (!heard) this.#on.source('leads');
          heard = true;
        },
        onEvent: ({ type, data }) => {
          if (type === 'token') this.#authorized.renew();
          if (type === 'status') tell(JSON.parse(data));
        },
        onRetry: (ms) => (this.#retry = Math.min(ms, LATEST_MS)),
      });
      if (signal.aborted) return;
      const { kind, httpStatus, retryAfter = 0, problem } = outcome;
      if (httpStatus === 401) {
        this.#on.unauthorized(problem.detail);
        return;
      }
      failures = heard && kind === 'closed' ? 0 : failures + 1;
      const readList = async () => {
        if (failures === 0) return;
        const failure = await this.#readList(signal, tell);
        if (!failure && !signal.aborted) this.#on.source('list');
      };
      // Whoever asks for patience means lists, too, unless it is only streams that are too many.
      const mayRead = retryAfter === 0 || problem.code === 'TOO_MANY_STREAMS';
      if (mayRead) await readList();
      await this.#pause(failures, retryAfter, signal);
      if (!mayRead && !signal.aborted) await readList();
    }
  }

  /** Resolves to what went wrong, undefined if nothing did. */
  async #readList(signal, tell) {
    const own = new AbortController();
    const watchdog = new Alarm(this.#clock, () => own.abort());
    watchdog.after(LIST_WITHIN_MS);
    try {
      for (const status of await this.#list(AbortSignal.any([signal, own.signal]))) tell(status);
      return undefined;
    } catch (failure) {
      return failure; // the bars say what is wrong
    } finally {
      watchdog.clear();
    }
  }

  async #pause(failures, retryAfter, signal) {
    if (signal.aborted) return;
    const backoff = Math.min(LATEST_MS, AGAIN_MS * 2 ** Math.max(0, failures - 1));
    const wait = Math.max(this.#retry, retryAfter ?? 0, backoff);
    await new Promise((resolve) => {
      const timer = this.#clock.setTimeout(resolve, wait * (1 + this.#random() / 2));
      signal.addEventListener('abort', () => {
        this.#clock.clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }
}

/** Whether a record belongs among what needs somebody's attention, not among what is past. */
export function isCurrent(status) {
  return !isTerminal(status) || status.status === 'error';
}
