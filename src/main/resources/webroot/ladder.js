import { Alarm, browserClock } from './clock.js';
import {
  FIRST_BYTE,
  HEARTBEAT,
  POLL_TIMEOUT,
  afterPoll,
  afterStream,
  freshHistory,
  isNewer,
  isTerminal,
  isTrusted,
  versionOf,
  withRetry,
} from './ladder-rules.js';
import { readOnce } from './reading.js';

/**
 * Follows one upload until it is over, by the best transport that works: an event stream, beside it
 * a poll while the stream is in doubt, and polls alone where there is no stream. The newest version
 * counts, whatever brought it. Without a DOM; the rules are in `ladder-rules.js`, this only keeps
 * the appointments.
 *
 * The stream is shared with other ladders (see `SharedStream`). There is at most one poll. `stop`
 * and `pause` let go of both, and nothing is reported afterwards.
 *
 * Transports: `idle`, `connecting`, `stream`, `poll`, `unavailable` (the service answers: not now),
 * `offline` (neither gets through), `paused`, `closed`. Reasons for the end: `done`, `expired`,
 * `not-found`, `forbidden`, `unauthorized`, `refused`.
 */
export class StatusLadder {
  #options;
  #clock;
  #seat = null; // among those who read the stream
  #phase = 'idle'; // idle, running, paused, closed
  #held;
  #history;
  #stream = null; // when the attempt that is under way brought something
  #poll = null;
  #pollEvery = 0; // seconds from poll to poll, if the last one brought what it was sent for
  #quietUntil = -Infinity; // the service wants no request before
  #nextPollAt = -Infinity; // the pace of polls, whoever wants one
  #transport = 'idle';
  #every = 0; // as it was told with the transport
  #streamAlarm;
  #pollAlarm;

  /**
   * @param {object} options
   * @param {string} options.uploadId
   * @param {string} options.url of the status
   * @param {import('./authorized-fetch.js').AuthorizedFetch} options.authorized sends the requests
   * @param {object} [options.held] the newest record that is known already
   * @param {import('./shared-stream.js').SharedStream} options.streams of the same service
   * @param {(status: object, from: string) => void} options.onStatus each newer version, from a
   *     stream's `snapshot`, from a `change` on it, from a `poll` or an `offer`
   * @param {(transport: string, how?: {every?: number, reason?: string, detail?: string}) => void}
   *     [options.onTransport] with the seconds from poll to poll, or why it is `closed`
   */
  constructor({ held, clock = browserClock, random = Math.random, ...options }) {
    this.#options = { random, ...options };
    this.#held = held;
    this.#clock = clock;
    this.#history = freshHistory();
    this.#streamAlarm = new Alarm(clock, () => this.#openStream());
    this.#pollAlarm = new Alarm(clock, () => this.#pollNow());
  }

  /** The newest record so far. */
  get status() {
    return this.#held;
  }

  get transport() {
    return this.#transport;
  }

  /**
   * Begins, or begins anew after an end, unless the upload is over.
   *
   * @param {boolean} [seen] whether somebody is looking; else nothing is asked before `resume`
   */
  start(seen = true) {
    if (this.#phase === 'running') return;
    this.#history = freshHistory();
    if (isTerminal(this.#held)) {
      this.#end({ reason: 'done' });
    } else if (seen) {
      this.#run();
    } else {
      this.#rest('paused');
    }
  }

  /** Ends everything at once. */
  stop() {
    this.#rest('idle');
  }

  /** Nobody is looking: lets go of stream and polls. */
  pause() {
    if (this.#phase === 'running') this.#rest('paused');
  }

  /** Somebody is looking again: catches up by what worked before. */
  resume() {
    if (this.#phase !== 'paused') return;
    const { failures, silences } = this.#history;
    this.#history = { ...this.#history, failures: Math.min(1, failures), pollFailures: 0, trouble: '' };
    this.#run();
    if (failures > 1 || silences > 0) this.#pollWithin(0);
  }

  /**
   * The network came back, or is another one, or the machine has slept: what failed before may work
   * now, and what worked may hang.
   */
  online() {
    if (this.#phase !== 'running') return;
    this.#history = freshHistory();
    this.#nextPollAt = -Infinity;
    this.#leaveStream();
    this.#openStream();
    this.#pollWithin(0);
    this.#report();
  }

  /**
   * The browser believes that there is no network. That is advice only: it is wrong for a service
   * on the same machine, and behind some VPNs.
   */
  offline() {
    if (this.#phase !== 'running') return;
    this.#pollWithin(0);
    if (!this.#stream) return;
    this.#leaveStream();
    this.#streamOver({ kind: 'closed', lived: 0 });
  }

  /** Takes a record that came another way, as with the answer to a cancel. */
  offer(status) {
    this.#take(status, 'offer');
  }

  /** Asks now, or waits for the poll that is under way. Resolves to the newest record. */
  async refresh() {
    await this.#pollNow();
    return this.#held;
  }

  #run() {
    this.#phase = 'running';
    this.#seat = this.#options.streams.join({
      uploadId: this.#options.uploadId,
      version: () => versionOf(this.#held),
      opened: () => this.#openStream(),
      woke: () => this.online(),
      byte: () => this.#byteArrived(),
      event: ({ type, status, found }) => {
        if (type === 'status') this.#take(status, found ? 'snapshot' : 'change');
        else this.#end({ reason: 'expired' });
      },
      retry: (ms) => (this.#history = withRetry(this.#history, ms)),
      over: (outcome) => {
        this.#stream = null;
        this.#streamOver(outcome);
      },
    });
    this.#openStream();
    this.#report();
  }

  #openStream() {
    if (this.#phase !== 'running' || this.#stream) return;
    if (this.#isQuiet()) {
      this.#streamAlarm.set(this.#quietUntil);
      return;
    }
    this.#streamAlarm.clear();
    this.#pollWithin(FIRST_BYTE);
    this.#stream = {};
    this.#seat.read();
  }

  #byteArrived() {
    const now = this.#clock.now();
    this.#stream.firstByteAt ??= now;
    this.#stream.lastByteAt = now;
    if (!this.#isLive()) return;
    this.#history = { ...this.#history, silences: 0, pollFailures: 0, trouble: '' };
    this.#pollEvery = 0;
    this.#pollAlarm.set(this.#doubtAt());
    this.#report();
  }

  #streamOver(outcome) {
    const plan = this.#judge(afterStream, outcome);
    if (!plan) return;
    if (plan.reopenIn < Infinity) this.#streamAlarm.after(plan.reopenIn);
    this.#pollWithin(plan.pollIn);
    this.#report();
  }

  /** @returns {Promise<void> | undefined} when the poll that is under way is over */
  #pollNow() {
    if (this.#poll) return this.#poll.over;
    if (this.#phase === 'running' && this.#isQuiet()) {
      this.#pollAlarm.set(this.#quietUntil);
      return undefined;
    }
    this.#pollAlarm.clear();
    const poll = new AbortController();
    this.#poll = poll;
    const { authorized, url } = this.#options;
    poll.over = readOnce({
      request: authorized.request,
      url,
      version: versionOf(this.#held),
      clock: this.#clock,
      patience: POLL_TIMEOUT,
      signal: poll.signal,
    }).then((outcome) => {
      if (this.#poll !== poll) return;
      this.#poll = null;
      this.#pollOver(outcome);
    });
    return poll.over;
  }

  #pollOver(outcome) {
    if (outcome.kind === 'status') this.#take(outcome.status, 'poll');
    if (this.#phase === 'closed') return;
    const plan = this.#judge(afterPoll, outcome);
    if (!plan || this.#phase !== 'running') return;
    this.#pollEvery = this.#history.trouble ? 0 : Math.ceil(plan.pollIn / 1_000);
    this.#nextPollAt = this.#clock.now() + plan.pollIn;
    this.#pollAlarm.set(Math.max(this.#nextPollAt, this.#isLive() ? this.#doubtAt() : 0));
    this.#report();
  }

  /** What follows from an outcome; undefined if that is the end. */
  #judge(after, outcome) {
    const { history, plan } = after(this.#history, outcome, this.#options.random);
    this.#history = history;
    if (plan.end) {
      this.#end(plan.end);
      return undefined;
    }
    this.#quietUntil = Math.max(this.#quietUntil, this.#clock.now() + (plan.hold ?? 0));
    return plan;
  }

  #take(status, from) {
    if (!isNewer(this.#held, status)) return;
    this.#held = status;
    this.#tell('onStatus', status, from);
    if (isTerminal(status) && this.#phase !== 'closed') this.#end({ reason: 'done' });
  }

  #pollWithin(ms) {
    if (!this.#poll) this.#pollAlarm.by(Math.max(this.#clock.now() + ms, this.#nextPollAt));
  }

  /** When a heartbeat is so late that a poll should look. */
  #doubtAt() {
    return this.#stream.lastByteAt + HEARTBEAT + FIRST_BYTE;
  }

  #isLive() {
    return this.#stream !== null && isTrusted(this.#stream, this.#history.silences);
  }

  #isQuiet() {
    return this.#clock.now() < this.#quietUntil;
  }

  #leaveStream() {
    this.#stream = null;
    this.#seat.distrust();
  }

  #rest(phase, end) {
    this.#streamAlarm.clear();
    this.#pollAlarm.clear();
    this.#stream = null;
    this.#seat?.leave();
    this.#seat = null;
    this.#poll?.abort();
    this.#poll = null;
    this.#pollEvery = 0;
    this.#phase = phase;
    this.#report(end);
  }

  #end(end) {
    this.#rest('closed', end);
  }

  /** A listener that throws is reported as uncaught, and stops nothing here. */
  #tell(listener, ...news) {
    try {
      this.#options[listener]?.(...news);
    } catch (failure) {
      queueMicrotask(() => {
        throw failure;
      });
    }
  }

  #report(end) {
    const transport = this.#transportNow();
    const every = transport === 'poll' ? this.#pollEvery : 0;
    if (transport === this.#transport && every === this.#every) return;
    this.#transport = transport;
    this.#every = every;
    this.#tell('onTransport', transport, every ? { every } : end);
  }

  #transportNow() {
    if (this.#phase !== 'running') return this.#phase;
    if (this.#isLive()) return 'stream';
    if (this.#isQuiet()) return 'unavailable';
    return this.#history.trouble || (this.#pollEvery > 0 ? 'poll' : 'connecting');
  }
}
