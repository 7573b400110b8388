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
 *  - `trouble`: the transport to tell of while polls fail; '' while all is well
 *  - `retry`: how long the service wants us to wait before a reconnect
 *  - `last`: the service said that nothing more will come; one poll makes sure
 *
 * A plan says when to open a stream again (`reopenIn`) and to poll (`pollIn`), `Infinity` for
 * never, and whether to send nothing at all for a while (`hold`); or `end`: the reason to stop for good.
 */

export const POLL_EVERY = 2_000; // the contract: several tabs at this pace are never limited
export const POLL_TIMEOUT = 10_000;
export const FIRST_BYTE = 5_000; // the service sends its `retry:` at once; so late, something holds it back
export const HEARTBEAT = 15_000; // the contract's
export const SILENCE = 32_000; // two heartbeats, and time for the second to travel
export const EARLY = 10_000; // a stream that ends sooner is no better than a poll
const BACKOFF_FROM = 1_000;
const BACKOFF_TO = 30_000;
const SEAT_EVERY = 5_000;

/** Longer waits are cut to this; timers of browsers overflow at 24 days and then ring at once. */
const LONGEST_WAIT = 3_600_000;

export function freshHistory() {
  // A second, before the service has said otherwise.
  return { failures: 0, silences: 0, pollFailures: 0, trouble: '', retry: 1_000, last: false };
}

export function isTerminal(status) {
  return ['completed', 'error', 'cancelled'].includes(status?.status);
}

export function isRecord(status) {
  return typeof status?.status === 'string';
}

/**
 * Whether `next` replaces `held`, whatever transport brought it. A terminal record is final; one
 * without a version, which a page may have made up to begin with, is older than any other.
 */
export function isNewer(held, next) {
  if (!isRecord(next)) return false;
  if (!held) return true;
  if (held.uploadId !== next.uploadId || isTerminal(held)) return false;
  return versionOf(held) === 0 || versionOf(next) > versionOf(held);
}

/** The version of a record; 0 where there is none. */
export function versionOf(status) {
  return Number(status?.version) || 0;
}

/** `Retry-After` in milliseconds: seconds or a date; 0 where it says nothing. */
export function retryAfterMs(value, wallNow) {
  const ms = Number(value) * 1000 || Date.parse(value) - wallNow;
  return ms > 0 ? Math.min(ms, LONGEST_WAIT) : 0;
}

/** `retry:` of a stream, within what a timer can hold. */
export function withRetry(history, ms) {
  return { ...history, retry: Math.min(ms, LONGEST_WAIT) };
}

/** Doubles with every failure; half of it is random, so that many readers do not come at once. */
function backoff(failures, from, random) {
  return (Math.min(BACKOFF_TO, from * 2 ** Math.min(failures - 1, 30)) * (1 + random())) / 2;
}

/** Never sooner than the service asked for; the first time hardly later. */
function reopenDelay({ failures, retry }, random) {
  if (failures <= 1) return retry * (1 + random() / 2);
  return Math.max(retry, backoff(failures - 1, BACKOFF_FROM, random));
}

const POLL_ONLY = { reopenIn: Infinity, pollIn: 0 };

function ending(history, { httpStatus, problem }) {
  const reasons = { 401: 'unauthorized', 403: 'forbidden', 404: 'not-found', 410: 'not-found' };
  return {
    history,
    plan: { end: { reason: reasons[httpStatus] ?? 'refused', detail: problem.detail } },
  };
}

/** What a refusal means for a reader; '' where there was no answer, or it was no refusal. */
export function verdict({ kind, httpStatus, problem }) {
  if (kind !== 'answer') return '';
  if ([400, 401, 403, 404, 410].includes(httpStatus)) return 'end';
  if (httpStatus === 204) return 'done';
  if (httpStatus < 400) return 'other'; // as from a portal that wants a sign-in first
  if (httpStatus === 429 && problem.code === 'TOO_MANY_STREAMS') return 'full';
  if ([408, 425, 429].includes(httpStatus)) return 'again';
  return httpStatus < 500 || httpStatus === 501 || httpStatus === 505 ? 'unsuitable' : 'again';
}

/** After a stream is over. */
export function afterStream(history, outcome, random) {
  const { kind, lived, retryAfter } = outcome;
  const answer = verdict(outcome);
  switch (answer || kind) {
    case 'no-seat':
      return { history, plan: { reopenIn: SEAT_EVERY, pollIn: 0 } };
    case 'done':
      return { history: { ...history, last: true }, plan: POLL_ONLY };
    case 'end':
      return ending(history, outcome);
    case 'unsuitable':
      return { history, plan: POLL_ONLY };
    default:
  }
  const known = answer === 'full' || answer === 'other'; // what is not over with the next attempt
  const failures = lived >= EARLY ? 1 : Math.max(history.failures + 1, known ? 2 : 1);
  const silences = history.silences + (kind === 'silent' ? 1 : 0);
  const hold = answer === 'again' ? slowedDown(outcome, failures, random) : 0;
  const next = { ...history, failures, silences };
  const wait = answer === 'full' ? spread(retryAfter, random) : hold;
  return {
    history: next,
    plan: {
      reopenIn: Math.max(wait, reopenDelay(next, random)),
      // One end is nothing special: the reconnect is likely to be quicker than the poll.
      pollIn: failures > 1 ? 0 : POLL_EVERY,
      hold,
    },
  };
}

/** After a poll was answered, or not. */
export function afterPoll(history, outcome, random) {
  if (['status', 'unchanged'].includes(outcome.kind)) {
    if (history.last) return { history, plan: { end: { reason: 'done' } } };
    const pollIn = Math.max(POLL_EVERY, outcome.retryAfter);
    return { history: { ...history, pollFailures: 0, trouble: '' }, plan: { pollIn } };
  }
  const answer = verdict(outcome);
  if (['end', 'unsuitable'].includes(answer)) return ending(history, outcome);
  const pollFailures = history.pollFailures + 1;
  const hold = answer ? slowedDown(outcome, pollFailures, random) : 0;
  const pollIn = Math.max(POLL_EVERY, backoff(pollFailures, POLL_EVERY, random), hold);
  const trouble = answer ? 'unavailable' : 'offline';
  return { history: { ...history, pollFailures, trouble }, plan: { pollIn, hold } };
}

/** How long a refusal wants quiet. A 429 without a time still means that we were too fast. */
function slowedDown({ httpStatus, retryAfter }, failures, random) {
  const tooFast = httpStatus === 429 && !retryAfter;
  return spread(tooFast ? POLL_EVERY + backoff(failures, POLL_EVERY, random) : retryAfter, random);
}

/** Never sooner than asked for, and not all at the same moment. */
function spread(ms, random) {
  return ms * (1 + random() / 10);
}

/**
 * Whether bytes of a stream are proof enough to stop polling beside it. The first one is, unless
 * streams fell silent here before: then it takes one that a heartbeat could have brought.
 */
export function isTrusted({ firstByteAt, lastByteAt }, silences) {
  return lastByteAt - firstByteAt >= (silences && HEARTBEAT / 2);
}
