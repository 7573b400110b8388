import { isTerminal } from './ladder-rules.js';

/** A status in words: functions of a record and of the language that the page chose. */

const ENGLISH = {
  fallbackName: 'The upload',
  progressOf: 'Progress of {name}',
  uploading: 'File Uploading',
  uploaded: 'File Uploaded',
  processing: 'Leads Processing',
  completed: 'Completed',
  error: 'Failed',
  cancelled: 'Processing Cancelled',
  stalled: 'Stalled',
  waiting: 'Waiting',
  waitingForTurn: 'Waiting for its turn',
  asking: 'Asking how far it is',
  sending: 'Uploading the file',
  sentOf: '{sent} of {size} sent',
  sent: 'Sent, waiting to be read',
  toBeRead: 'Waiting to be read',
  reading: 'Reading the file',
  standardizing: 'Standardizing the leads',
  working: 'Working',
  silent: 'No sign of life for a while. It may still go on.',
  done: 'All done: {leads}',
  broken: 'Something went wrong while the file was processed.',
  cancelledBefore: 'Cancelled before the file was read',
  cancelledReading: 'Cancelled while the file was read',
  cancelledWorking: 'Cancelled while the leads were standardized',
  leads: { one: '{n} lead', other: '{n} leads' },
  leadsOf: { one: '{done} of {n} lead', other: '{done} of {n} leads' },
  batchesOf: { one: '{done} of {n} batch', other: '{done} of {n} batches' },
  saved: '{created} new, {updated} updated',
  batchesFailed: { one: '{n} batch failed', other: '{n} batches failed' },
  bytes: { one: '{n} byte', other: '{n} bytes' },
  secondsLeft: 'a few seconds left',
  aboutSeconds: 'about {n} s left',
  aboutMinutes: 'about {n} min left',
  aboutHours: 'about {n} h left',
  aboutHoursMinutes: 'about {n} h {min} min left',
  daysLeft: 'more than a day left',
  connecting: 'Connecting…',
  stream: 'Live',
  poll: 'Checking every 2 seconds',
  lost: 'Connection lost, checking every 2 seconds',
  offline: 'No connection. Trying again…',
  paused: 'Paused',
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  sure: 'Cancel the processing? Leads that are saved already stay.',
  yes: 'Yes, cancel',
  no: 'Keep going',
  dismiss: 'Dismiss',
  again: 'Try again',
  unreachable: 'The service cannot be reached.',
  notCancelled: 'Not cancelled: {why}',
  'not-found': 'There is no such upload, or it has expired.',
  expired: 'The record of this upload has expired.',
  forbidden: 'You may not see this upload.',
  unauthorized: 'Your sign-in has ended. Sign in again to see how far it is.',
  refused: 'The service does not answer for this upload.',
  INVALID_FILE_TYPE: 'Save it as CSV or XLSX and upload it again.',
  FILE_TOO_LARGE: 'Split it into smaller files and upload those.',
  EMPTY_FILE: 'Check that it holds leads and upload it again.',
  UNREADABLE_FILE: 'Open it, save it anew as CSV or XLSX, and upload it again.',
  PARTIAL_FAILURE: 'Upload the file again for the rest: leads that are saved are not doubled.',
  otherwise: 'Upload the file again. If that fails too, ask for help.',
};

let strings = ENGLISH;
let numbers = new Intl.NumberFormat('en');
let plurals = new Intl.PluralRules('en');

/**
 * The page's language, before the first element is shown. What `translated` leaves out stays
 * English; its keys are those above. A text with a count is an object of plural categories.
 */
export function translate(translated, locale) {
  strings = { ...ENGLISH, ...translated };
  numbers = new Intl.NumberFormat(locale);
  plurals = new Intl.PluralRules(locale);
}

/** The text of a key, its `{places}` filled in; `n` chooses the plural. '' for unknown keys. */
export function say(key, values = {}) {
  const text = Object.hasOwn(strings, key) ? strings[key] : '';
  const chosen = typeof text === 'string' ? text : (text[plurals.select(values.n)] ?? text.other);
  return chosen.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** As file managers tell it: 50 MiB are "50 MB", as the limit is meant. */
export function fileSize(bytes) {
  if (!(bytes >= 0)) return '';
  if (bytes < 1024) return say('bytes', { n: bytes });
  let size = bytes / 1024;
  let unit = 0;
  // From here on it would be shown as 1000.
  while (size >= 999.5 && unit < 2) {
    size /= 1024;
    unit++;
  }
  const maximumFractionDigits = size < 9.95 ? 1 : 0;
  const { locale } = numbers.resolvedOptions();
  return `${size.toLocaleString(locale, { maximumFractionDigits, useGrouping: false })} ${['kB', 'MB', 'GB'][unit]}`;
}

/** Where the upload stands. */
export function stateWord(status) {
  if (status.stalled && !isTerminal(status)) return say('stalled');
  return ['uploading', 'uploaded', 'processing', 'completed', 'error', 'cancelled'].includes(
    status.status,
  )
    ? say(status.status)
    : status.status;
}

/** What is going on, or how it ended and what to do next. */
export function stageWords(status) {
  const { stage, error } = status;
  switch (status.status) {
    case 'completed':
      return say('done', { leads: say('leads', { n: status.progress?.processedLeads ?? 0 }) });
    case 'error':
      return `${error?.message || say('broken')} ${nextStep(error?.code)}`;
    case 'cancelled':
      if (stage === 'file_upload') return say('cancelledBefore');
      return say(stage === 'file_processing' ? 'cancelledReading' : 'cancelledWorking');
    default:
  }
  if (status.stalled) return say('silent');
  switch (stage) {
    case 'file_upload':
      return say(status.status === 'uploaded' ? 'toBeRead' : 'sending');
    case 'file_processing':
      return say('reading');
    case 'batch_processing':
      return say('standardizing');
    default:
      return say('working');
  }
}

function nextStep(code) {
  return (/^[A-Z_]+$/.test(code) && say(code)) || say('otherwise');
}

/** The record's percentage as it is, at most one decimal. */
export function percentageWords(status) {
  return `${numbers.format(Number((status?.progress?.percentage ?? 0).toFixed(1)))}%`;
}

/** Counts, empty where the file has not been counted yet. */
export function batchWords({ progress: { totalBatches: n, completedBatches: done } = {} }) {
  return n > 0 ? say('batchesOf', { done, n }) : '';
}

export function leadWords({ progress: { totalLeads: n, processedLeads: done } = {} }) {
  return n > 0 ? say('leadsOf', { done, n }) : '';
}

export function savedWords({ progress: { createdLeads: created, updatedLeads: updated } = {} }) {
  return created > 0 || updated > 0 ? say('saved', { created, updated }) : '';
}

export function failureWords({ progress: { failedBatches: n } = {} }) {
  return n > 0 ? say('batchesFailed', { n }) : '';
}

/** Work that is over sooner is not worth a forecast. */
const WORTH_SAYING_MS = 30_000;

/**
 * How long it will still take; empty where nothing honest can be said, or the whole work is
 * expected to take no more than half a minute.
 *
 * @param {number} now by the service's clock, milliseconds since 1970
 */
export function timeRemaining(status, now) {
  const { startTime, estimatedCompletion } = status.metadata ?? {};
  if (isTerminal(status) || status.stalled || !estimatedCompletion) return '';
  const end = Date.parse(estimatedCompletion);
  const left = end - now;
  if (!(end - Date.parse(startTime) > WORTH_SAYING_MS) || !(left > 0)) return '';
  const seconds = Math.ceil(left / 1000);
  if (seconds <= 5) return say('secondsLeft');
  if (seconds <= 50) return say('aboutSeconds', { n: Math.ceil(seconds / 10) * 10 });
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return say('aboutMinutes', { n: minutes });
  const n = Math.floor(minutes / 60);
  if (n >= 24) return say('daysLeft');
  const min = Math.floor((minutes % 60) / 10) * 10;
  return say(min === 0 ? 'aboutHours' : 'aboutHoursMinutes', { n, min });
}

/**
 * The service's clock as far as records tell it, so that a browser whose clock is wrong still shows
 * the right time remaining. A record that arrives was written `delay` ago: by a browser's clock
 * that is behind, the delay looks negative; by one that is ahead, even the quickest change looks
 * late.
 */
export class ServerClock {
  #ahead = 0; // of the browser's clock before the service's, in milliseconds
  #shortest = Infinity;

  /**
   * @param {string} updatedAt when the record was written
   * @param {number} wall the browser's clock when it arrived
   * @param {boolean} live whether it came as a change, not as the record that was found
   */
  observe(updatedAt, wall, live) {
    const delay = wall - Date.parse(updatedAt);
    // The record that was found may be old: only that it comes from the future means something.
    if (!Number.isFinite(delay) || (!live && delay >= 0)) return;
    if (delay < this.#shortest) {
      this.#shortest = delay;
      this.#ahead = delay;
    }
  }

  now(wall) {
    return wall - this.#ahead;
  }
}

/**
 * What a screen reader should say at this change: each stage, each quarter, and how it ended. Empty
 * for everything between, which would only be chatter.
 */
export function announcement(before, status) {
  const name = status.metadata?.fileName ?? say('fallbackName');
  if (isTerminal(status)) {
    return isTerminal(before) ? '' : `${name}: ${stateWord(status)}. ${stageWords(status)}`;
  }
  if (Boolean(before?.stalled) !== Boolean(status.stalled) || before?.stage !== status.stage) {
    return `${name}: ${stageWords(status)}`;
  }
  const quarter = (record) => Math.floor((record?.progress?.percentage ?? 0) / 25);
  return quarter(before) < quarter(status) ? `${name}: ${percentageWords(status)}` : '';
}

/** How the news travels; `wasLive`: a stream worked here before. */
export function transportWords(transport, wasLive) {
  return say(transport === 'poll' && wasLive ? 'lost' : transport);
}

/** Why nobody is following any more, when that is not because the work is over. */
export function endWords({ reason, detail }) {
  return detail || say(reason);
}
