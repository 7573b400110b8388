/**
 * What to do after what happened: pure functions over plain values. Times are in milliseconds;
 * `random` returns a number from 0 up to 1.
 *
 * A history is what is remembered from one attempt to the next:
 *
 *  - `failures`: streams in a row that were refused, ended early or fell silent
 *  - `silences`: how many of the last streams opened but passed nothing on, as behind a proxy that
 *    collects; 0 again once a stream has proved itself
 *  - `pollFailures`: polls in a row without a usable answer
 *  - `retry`: how long the service wants us to wait before a reconnect
 *  - `offered`: whether streams are offered here at all
 *  - `last`: the service said that nothing more will come; one poll makes sure
 *
 * A plan says when to open a stream again (`reopenIn`) and to poll (`pollIn`), `Infinity` for
 * never, and for how long to send nothing at all (`hold`); or `end`: the reason to stop for good.
 */

export const LIMITS = Object.freeze({
  pollEvery: 2_000, // the contract: several tabs at this pace are never limited
  pollTimeout: 10_000,
  firstByte: 5_000, // the service sends its `retry:` at once; so late, something holds it back
  heartbeat: 15_000, // the contract's
  silence: 32_000, // two heartbeats, and time for the second to travel
  early: 10_000, // a stream that ends sooner is no better than a poll
  retry: 1_000, // before the service has said otherwise
  backoffFrom: 1_000,
  backoffTo: 30_000,
  seatEvery: 5_000,
});

/** Longer waits are cut to this; timers of browsers overflow at 24 days and then ring at once. */
const LONGEST_WAIT = 3_600_000;

export function freshHistory(limits = LIMITS) {
  return {
    failures: 0,
    silences: 0,
    pollFailures: 0,
    retry: limits.retry,
    offered: true,
    last: false,
  };
}

export function isTerminal(status) {
  return ['completed', 'error', 'cancelled'].includes(status?.status);
}

/** Whether `next` replaces `held`, whatever transport brought it. A terminal record is final. */
export function isNewer(held, next) {
  if (next === null || typeof next !== 'object' || typeof next.status !== 'string') return false;
  if (!held) return true;
  return held.uploadId === next.uploadId && !isTerminal(held) && versionOf(next) > versionOf(held);
}

/** The version of a record; 0 where there is none. */
export function versionOf(status) {
  return Number.isSafeInteger(status?.version) ? status.version : 0;
}

/** `Retry-After` in milliseconds: seconds or a date; 0 where it says nothing. */
export function retryAfterMs(value, wallNow) {
  const text = value?.trim() ?? '';
  if (text === '') return 0;
  const ms = /^[0-9]+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - wallNow;
  return ms > 0 ? Math.min(ms, LONGEST_WAIT) : 0;
}

/** `retry:` of a stream, within what a timer can hold. */
export function withRetry(history, ms) {
  return { ...history, retry: Math.min(ms, LONGEST_WAIT) };
}

/** Doubles with every failure; half of it is random, so that many readers do not come at once. */
function backoff(failures, from, to, random) {
  const ceiling = Math.min(to, from * 2 ** Math.min(failures - 1, 30));
  return ceiling / 2 + (ceiling / 2) * random();
}

/** Never sooner than the service asked for; the first time hardly later. */
function reopenDelay({ failures, retry }, random, limits) {
  if (failures <= 1) return retry * (1 + random() / 2);
  return Math.max(retry, backoff(failures - 1, limits.backoffFrom, limits.backoffTo, random));
}

function reopening(history, random, limits, wait = 0) {
  return {
    history,
    plan: {
      reopenIn: Math.max(wait, reopenDelay(history, random, limits)),
      // One end is nothing special: the reconnect is likely to be quicker than the poll.
      pollIn: history.failures > 1 ? 0 : limits.pollEvery,
      hold: 0,
    },
  };
}

function ending(history, { httpStatus, problem }) {
  const reasons = { 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 410: 'not-found' };
  return {
    history,
    plan: { end: { reason: reasons[httpStatus] ?? 'refused', detail: problem.detail } },
  };
}

/** What an HTTP status means for a reader. */
function verdict({ httpStatus, problem }) {
  switch (httpStatus) {
    case 204:
      return 'done';
    case 400:
    case 401:
    case 403:
    case 404:
    case 410:
      return 'end';
    case 408:
    case 425:
      return 'again';
    case 429:
      return problem.code === 'TOO_MANY_STREAMS' ? 'full' : 'again';
    case 501:
    case 505:
      return 'unsuitable';
    default:
      return httpStatus >= 500 ? 'again' : 'unsuitable';
  }
}

/** After a stream is over. */
export function afterStream(history, outcome, random, limits = LIMITS) {
  const failed = { ...history, failures: history.failures + 1 };
  switch (outcome.kind) {
    case 'closed':
      return reopening(
        outcome.lived < limits.early ? failed : { ...history, failures: 1 },
        random,
        limits,
      );
    case 'unreachable':
      return reopening(failed, random, limits);
    case 'silent':
      return reopening({ ...failed, silences: history.silences + 1 }, random, limits);
    case 'no-seat':
      return { history, plan: { reopenIn: limits.seatEvery, pollIn: 0, hold: 0 } };
    case 'answer':
      switch (verdict(outcome)) {
        case 'done':
          return { history: { ...history, last: true }, plan: POLL_ONLY };
        case 'end':
          return ending(history, outcome);
        case 'full': // of streams, not of requests
          return reopening(
            { ...failed, failures: Math.max(2, failed.failures) },
            random,
            limits,
            spread(outcome.retryAfter, random),
          );
        case 'unsuitable':
          return { history: { ...history, offered: false }, plan: POLL_ONLY };
        default: {
          const hold = spread(slowedDown(outcome, failed.failures, random, limits), random);
          const { history: next, plan } = reopening(failed, random, limits, hold);
          return { history: next, plan: { ...plan, hold } };
        }
      }
    default:
      throw new TypeError(`not the outcome of a stream: ${outcome.kind}`);
  }
}

const POLL_ONLY = Object.freeze({ reopenIn: Infinity, pollIn: 0, hold: 0 });

/** After a poll was answered, or not. */
export function afterPoll(history, outcome, random, limits = LIMITS) {
  switch (outcome.kind) {
    case 'status':
    case 'unchanged':
      if (history.last) return { history, plan: { end: { reason: 'done' } } };
      return {
        history: { ...history, pollFailures: 0 },
        plan: { pollIn: Math.max(limits.pollEvery, outcome.retryAfter), hold: 0 },
      };
    case 'unreachable':
    case 'unreadable':
      return pollAgain(history, 0, random, limits);
    case 'answer':
      if (verdict(outcome) === 'again' || verdict(outcome) === 'full') {
        const failures = history.pollFailures + 1;
        const hold = spread(slowedDown(outcome, failures, random, limits), random);
        return pollAgain(history, hold, random, limits);
      }
      return ending(history, outcome);
    default:
      throw new TypeError(`not the outcome of a poll: ${outcome.kind}`);
  }
}

function pollAgain(history, hold, random, limits) {
  const pollFailures = history.pollFailures + 1;
  const pause = backoff(pollFailures, limits.pollEvery, limits.backoffTo, random);
  return {
    history: { ...history, pollFailures },
    plan: { pollIn: Math.max(limits.pollEvery, pause, hold), hold },
  };
}

/** How long a refusal wants quiet. A 429 without a time still means that we were too fast. */
function slowedDown({ httpStatus, retryAfter }, failures, random, limits) {
  if (retryAfter > 0 || httpStatus !== 429) return retryAfter;
  return limits.pollEvery + backoff(failures, limits.pollEvery, limits.backoffTo, random);
}

/** Never sooner than asked for, and not all at the same moment. */
function spread(ms, random) {
  return ms * (1 + random() / 10);
}

/**
 * Whether bytes of a stream are proof enough to stop polling beside it. The first one is, unless
 * streams fell silent here before: then it takes one that a heartbeat could have brought.
 */
export function isTrusted({ firstByteAt, lastByteAt }, silences, limits = LIMITS) {
  if (firstByteAt === undefined) return false;
  return silences === 0 || lastByteAt - firstByteAt >= limits.heartbeat / 2;
}
