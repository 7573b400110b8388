import { Alarm } from './clock.js';
import { EventStreamParser } from './event-stream-parser.js';
import { isRecord, retryAfterMs } from './ladder-rules.js';
import { problemOf } from './problem.js';

/**
 * The two ways to read a status, one attempt each. Both resolve to an outcome, a plain value that
 * the rules judge; neither rejects, decides anything or tries again. When one is over nothing of it
 * is left, whatever its body still had to say.
 *
 * Outcomes: `status` and `unchanged` of polls; `answer` with the refusal; `silent`, nothing came for
 * too long; `closed`, whatever else ended it, with how long the answer `lived` (0: there was none).
 */

/** Holds an event stream open until it ends, is cut, falls silent or `signal` aborts. */
export function readStream({ version, onByte, onEvent, onRetry, ...how }) {
  const headers = { Accept: 'text/event-stream' };
  if (version > 0) headers['Last-Event-ID'] = String(version);
  return attempt({ ...how, headers }, async (response, listen) => {
    const type = response.headers.get('Content-Type') ?? '';
    if (response.status !== 200 || !/^text\/event-stream\b/i.test(type)) {
      return answerOf(response, how.clock);
    }
    const parser = new EventStreamParser();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || how.signal.aborted) return undefined;
      listen();
      onByte();
      for (const found of parser.push(value)) {
        if (how.signal.aborted) break;
        if (found.type) onEvent(found);
        else onRetry(found.retry);
      }
    }
  });
}

/** Asks once. */
export function readOnce({ version, ...how }) {
  const headers = { Accept: 'application/json' };
  if (version > 0) headers['If-None-Match'] = `"${version}"`;
  return attempt({ ...how, headers }, async (response) => {
    const answer = await answerOf(response, how.clock);
    if ([204, 304].includes(response.status)) return { ...answer, kind: 'unchanged' };
    if (response.status !== 200) return answer;
    const status = await response.json();
    return isRecord(status) ? { ...answer, kind: 'status', status } : undefined;
  });
}

/** @param {number} patience how long nothing may come, in milliseconds */
async function attempt({ request, url, headers, clock, patience, signal }, read) {
  const own = new AbortController();
  const watchdog = new Alarm(clock, () => own.abort());
  const listen = () => watchdog.after(patience);
  let openedAt = Infinity;
  let outcome;
  try {
    listen();
    const response = await request(url, { headers, signal: AbortSignal.any([signal, own.signal]) });
    openedAt = clock.now();
    outcome = await read(response, listen);
  } catch {
    // Cut, unreadable or never there.
  }
  watchdog.clear();
  const kind = own.signal.aborted ? 'silent' : 'closed';
  own.abort();
  return outcome ?? { kind, lived: Math.max(0, clock.now() - openedAt) };
}

async function answerOf(response, clock) {
  const { status, headers } = response;
  const retryAfter = retryAfterMs(headers.get('Retry-After'), clock.wall());
  // Nothing of interest in a success that is not what was wanted: it may be long, or never end.
  const problem = status >= 400 ? await problemOf(response) : {};
  return { kind: 'answer', httpStatus: status, retryAfter, problem };
}
