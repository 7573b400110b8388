import { Alarm, browserClock } from './clock.js';
import {
  LIMITS,
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
 * The stream is shared with other ladders (see `SharedStream`). There is at most one poll; `stop` and `pause` let go of both, and nothing is reported
 * afterwards.
 *
 * Transports: `idle`, `connecting`, `stream`, `poll`, `offline` (neither gets through), `paused`,
 * `closed`. Reasons for the end: `done`, `expired`, `not-found`, `forbidden`, `unauthorized`,
 * `refused`.
 */
export class StatusLadder {
  #uploadId;
  #url;
  #authorized;
  #clock;
  #random;
  #limits;
  #streams;
  #seat = null; // among those who read the stream
  #on;

  #phase = 'idle'; // idle, running, paused, ended
  #held;
  #history;
  #stream = null; // the attempt that is under way
  #poll = null;
  #polled = false; // a poll was answered since the last stream that worked
  #quietUntil = -Infinity; // the service wants no request before
  #nextPollAt = -Infinity; // the pace of polls, whoever wants one
  #transport = 'idle';
  #streamAlarm;
  #pollAlarm;

  /**
   * @param {object} options
   * @param {string} options.uploadId
   * @param {string} options.url of the status
   * @param {import('./authorized-fetch.js').AuthorizedFetch} options.authorized sends the requests
   * @param {object} [options.held] the newest record that is known already
   * @param {import('./shared-stream.js').SharedStream} options.streams of the same service
   * @param {(status: object, transport: string) => void} options.onStatus each newer version
   * @param {(transport: string) => void} [options.onTransport]
   * @param {(end: {reason: string, detail?: string}) => void} [options.onEnd]
   */
  constructor({
    uploadId,
    url,
    authorized,
    held,
    streams,
    clock = browserClock,
    random = Math.random,
    limits = LIMITS,
    onStatus,
    onTransport = () => {},
    onEnd = () => {},
  }) {
    this.#uploadId = uploadId;
    this.#url = url;
    this.#authorized = authorized;
    this.#held = held;
    this.#streams = streams;
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
    this.#on = { status: onStatus, transport: onTransport, end: onEnd };
    this.#history = freshHistory(limits);
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

  /** Begins, or begins anew after an end, unless the upload is over. */
  start() {
    if (this.#phase === 'running') return;
    this.#history = freshHistory(this.#limits);
    if (isTerminal(this.#held)) {
      this.#end({ reason: 'done' });
      return;
    }
    this.#phase = 'running';
    this.#takeSeat();
    this.#openStream();
    this.#report();
  }

  /** Begins while nobody is looking: nothing is asked before `resume`. */
  sleep() {
    if (this.#phase !== 'idle') return;
    this.#phase = 'paused';
    this.#report();
  }

  /** Ends everything at once. */
  stop() {
    this.#letGo();
    this.#phase = 'idle';
    this.#report();
  }

  /** Nobody is looking: lets go of stream and polls. */
  pause() {
    if (this.#phase !== 'running') return;
    this.#letGo();
    this.#phase = 'paused';
    this.#report();
  }

  /** Somebody is looking again: catches up by what worked before. */
  resume() {
    if (this.#phase !== 'paused') return;
    const { failures, silences } = this.#history;
    this.#phase = 'running';
    this.#history = { ...this.#history, failures: Math.min(1, failures), pollFailures: 0 };
    this.#takeSeat();
    this.#openStream();
    if (failures > 1 || silences > 0) this.#pollWithin(0);
    this.#report();
  }

  /** The network came back, or is another one: what failed before may work now. */
  online() {
    if (this.#phase !== 'running') return;
    this.#history = freshHistory(this.#limits);
    this.#nextPollAt = -Infinity;
    this.#closeStream();
    this.#seat.distrust(); // it may hang on the network that is gone
    this.#openStream();
    this.#pollWithin(0);
  }

  /**
   * The browser believes that there is no network. That is advice only: it is wrong for a service
   * on the same machine, and behind some VPNs.
   */
  offline() {
    if (this.#phase !== 'running') return;
    this.#pollWithin(0);
    if (!this.#stream) return;
    this.#closeStream();
    this.#seat.distrust();
    this.#streamOver({ kind: 'unreachable' });
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

  #openStream() {
    if (this.#phase !== 'running' || this.#stream) return;
    const now = this.#clock.now();
    if (now < this.#quietUntil) {
      this.#streamAlarm.set(this.#quietUntil);
      return;
    }
    this.#streamAlarm.clear();
    if (!this.#history.offered) {
      this.#pollWithin(0);
      return;
    }
    const attempt = { controller: new AbortController() };
    this.#stream = attempt;
    this.#pollWithin(this.#limits.firstByte);
    const whileOpen = (act) => (value) => {
      if (this.#stream === attempt) act(value);
    };
    const reading = this.#seat.read({
      signal: attempt.controller.signal,
      onByte: whileOpen(() => this.#byteArrived(attempt)),
      onEvent: whileOpen((event) => this.#eventArrived(event)),
      onRetry: whileOpen((ms) => (this.#history = withRetry(this.#history, ms))),
    });
    reading.then(
      whileOpen((outcome) => {
        this.#closeStream();
        this.#streamOver(outcome);
      }),
    );
  }

  #takeSeat() {
    this.#seat = this.#streams.join({
      uploadId: this.#uploadId,
      version: () => versionOf(this.#held),
      wake: () => this.#openStream(),
    });
  }

  #byteArrived(attempt) {
    const now = this.#clock.now();
    attempt.firstByteAt ??= now;
    attempt.lastByteAt = now;
    if (!isTrusted(attempt, this.#history.silences, this.#limits)) return;
    this.#history = { ...this.#history, silences: 0, pollFailures: 0 };
    this.#polled = false;
    this.#pollAlarm.set(this.#doubtAt());
    this.#report();
  }

  #eventArrived({ type, status }) {
    if (type === 'status') this.#take(status, 'stream');
    else this.#end({ reason: 'expired' });
  }

  #streamOver(outcome) {
    const { history, plan } = afterStream(this.#history, outcome, this.#random, this.#limits);
    this.#history = history;
    if (!this.#follow(plan)) return;
    if (plan.reopenIn < Infinity) this.#streamAlarm.set(this.#clock.now() + plan.reopenIn);
    this.#pollWithin(plan.pollIn);
    this.#report();
  }

  /** @returns {Promise<void>} when the poll that is under way is over */
  #pollNow() {
    if (this.#poll) return this.#poll.over;
    const now = this.#clock.now();
    if (this.#phase === 'running' && now < this.#quietUntil) {
      this.#pollAlarm.set(this.#quietUntil);
      return Promise.resolve();
    }
    this.#pollAlarm.clear();
    const attempt = { controller: new AbortController() };
    this.#poll = attempt;
    attempt.over = readOnce({
      request: this.#authorized.request,
      url: this.#url,
      version: versionOf(this.#held),
      clock: this.#clock,
      timeout: this.#limits.pollTimeout,
      signal: attempt.controller.signal,
    }).then((outcome) => {
      if (this.#poll !== attempt) return;
      this.#poll = null;
      this.#pollOver(outcome);
    });
    return attempt.over;
  }

  #pollOver(outcome) {
    if (outcome.kind === 'status') this.#take(outcome.status, 'poll');
    if (this.#phase !== 'running') return;
    const { history, plan } = afterPoll(this.#history, outcome, this.#random, this.#limits);
    this.#history = history;
    if (!this.#follow(plan)) return;
    this.#polled = history.pollFailures === 0;
    this.#nextPollAt = this.#clock.now() + plan.pollIn;
    const live = this.#isLive();
    this.#pollAlarm.set(live ? Math.max(this.#nextPollAt, this.#doubtAt()) : this.#nextPollAt);
    this.#report();
  }

  /** What stream and poll have in common. Returns whether to go on. */
  #follow(plan) {
    if (plan.end) {
      this.#end(plan.end);
      return false;
    }
    if (plan.hold > 0) {
      this.#quietUntil = Math.max(this.#quietUntil, this.#clock.now() + plan.hold);
    }
    return true;
  }

  #take(status, transport) {
    if (!isNewer(this.#held, status)) return;
    this.#held = status;
    this.#tell('status', status, transport);
    if (isTerminal(status) && this.#phase !== 'ended') this.#end({ reason: 'done' });
  }

  #pollWithin(ms) {
    if (!this.#poll) this.#pollAlarm.by(Math.max(this.#clock.now() + ms, this.#nextPollAt));
  }

  /** When a heartbeat is so late that a poll should look. */
  #doubtAt() {
    return this.#stream.lastByteAt + this.#limits.heartbeat + this.#limits.firstByte;
  }

  #isLive() {
    return this.#stream !== null && isTrusted(this.#stream, this.#history.silences, this.#limits);
  }

  #closeStream() {
    const attempt = this.#stream;
    if (!attempt) return;
    this.#stream = null;
    attempt.controller.abort();
  }

  #letGo() {
    this.#streamAlarm.clear();
    this.#pollAlarm.clear();
    this.#closeStream();
    this.#seat?.leave();
    this.#seat = null;
    const attempt = this.#poll;
    this.#poll = null;
    attempt?.controller.abort();
    this.#polled = false;
  }

  #end(end) {
    this.#letGo();
    this.#phase = 'ended';
    this.#report();
    this.#tell('end', end);
  }

  /** A listener that throws is reported as uncaught, and stops nothing here. */
  #tell(what, ...news) {
    try {
      this.#on[what](...news);
    } catch (failure) {
      queueMicrotask(() => {
        throw failure;
      });
    }
  }

  #report() {
    const transport = this.#transportNow();
    if (transport === this.#transport) return;
    this.#transport = transport;
    this.#tell('transport', transport);
  }

  #transportNow() {
    switch (this.#phase) {
      case 'running':
        if (this.#isLive()) return 'stream';
        if (this.#polled) return 'poll';
        return this.#history.pollFailures > 0 ? 'offline' : 'connecting';
      case 'ended':
        return 'closed';
      default:
        return this.#phase;
    }
  }
}
