import { Alarm } from './clock.js';
import { EventStreamParser } from './event-stream-parser.js';
import { retryAfterMs } from './ladder-rules.js';
import { problemOf } from './problem.js';

/**
 * The two ways to read a status, one attempt each. Both resolve to an outcome, a plain value that
 * the rules judge; neither rejects, decides anything or tries again.
 *
 * Outcomes: `status`, `unchanged` (polls), `closed` with how long it `lived`, `silent` (streams),
 * `answer` with the refusal, `unreadable`, `unreachable`.
 */

/**
 * Holds an event stream open until it ends, is cut, falls silent or `signal` aborts. Whoever called
 * aborts `signal` afterwards as well: that lets go of a body that was left in the middle.
 */
export async function readStream({
  request,
  url,
  version,
  clock,
  silence,
  signal,
  onByte,
  onEvent,
  onRetry,
}) {
  const attempt = new AbortController();
  const either = AbortSignal.any([signal, attempt.signal]);
  let silent = false;
  const watchdog = new Alarm(clock, () => {
    silent = true;
    attempt.abort();
  });
  const listen = () => watchdog.set(clock.now() + silence);
  let openedAt;
  try {
    listen();
    const headers = { Accept: 'text/event-stream' };
    if (version > 0) headers['Last-Event-ID'] = String(version);
    const response = await request(url, { headers, signal: either });
    if (!isEventStream(response)) return await answerOf(response, clock);
    openedAt = clock.now();
    const parser = new EventStreamParser();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted || done) break;
      listen();
      onByte();
      for (const found of parser.push(value)) {
        if (signal.aborted) break;
        if (found.kind === 'retry') onRetry(found.ms);
        else onEvent(found);
      }
    }
    return { kind: 'closed', lived: clock.now() - openedAt };
  } catch {
    if (silent) return { kind: 'silent' };
    if (openedAt === undefined) return { kind: 'unreachable' };
    return { kind: 'closed', lived: clock.now() - openedAt };
  } finally {
    watchdog.clear();
  }
}

/** Asks once. */
export async function readOnce({ request, url, version, clock, timeout, signal }) {
  const attempt = new AbortController();
  const patience = new Alarm(clock, () => attempt.abort());
  patience.set(clock.now() + timeout);
  try {
    const headers = { Accept: 'application/json' };
    if (version > 0) headers['If-None-Match'] = `"${version}"`;
    const either = AbortSignal.any([signal, attempt.signal]);
    const response = await request(url, { headers, signal: either });
    const retryAfter = retryAfterMs(response.headers.get('Retry-After'), clock.wall());
    if ([204, 304].includes(response.status)) return { kind: 'unchanged', retryAfter };
    if (response.status !== 200) return await answerOf(response, clock);
    try {
      const status = JSON.parse(await response.text());
      return { kind: 'status', status, retryAfter };
    } catch (failure) {
      if (failure instanceof SyntaxError) return { kind: 'unreadable' };
      throw failure;
    }
  } catch {
    return { kind: 'unreachable' };
  } finally {
    patience.clear();
  }
}

function isEventStream(response) {
  const type = response.headers.get('Content-Type') ?? '';
  return response.status === 200 && /^text\/event-stream\s*(;|$)/i.test(type);
}

async function answerOf(response, clock) {
  const retryAfter = retryAfterMs(response.headers.get('Retry-After'), clock.wall());
  // Nothing of interest in a success that is no stream: it may be long, or never end.
  const problem = response.status >= 400 ? await problemOf(response) : {};
  return { kind: 'answer', httpStatus: response.status, retryAfter, problem };
}
