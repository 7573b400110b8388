import { isTerminal } from './ladder-rules.js';

/** A status in words: functions of a record and of the language that the page chose. */

const ENGLISH = {
  fallbackName: 'The upload',
  // Statuses.
  uploading: 'File Uploading',
  uploaded: 'File Uploaded',
  processing: 'Leads Processing',
  completed: 'Completed',
  error: 'Failed',
  cancelled: 'Processing Cancelled',
  stalled: 'Stalled',
  // Stages, and how they end.
  waitingForTurn: 'Waiting for its turn',
  asking: 'Asking how far it is',
  sentOf: '{sent} of {size} sent',
  file_upload: 'Uploading the file',
  toBeRead: 'Waiting to be read',
  file_processing: 'Reading the file',
  batch_processing: 'Standardizing the leads',
  silent: 'No sign of life for a while. It may still go on.',
  done: 'All done: {leads}',
  broken: 'Something went wrong.',
  leadsStay: 'Leads saved before it was cancelled stay.',
  // Counts.
  leads: { one: '{n} lead', other: '{n} leads' },
  leadsOf: { one: '{done} of {n} lead', other: '{done} of {n} leads' },
  batchesOf: { one: '{done} of {n} batch', other: '{done} of {n} batches' },
  saved: '{created} new, {updated} updated',
  batchesFailed: { one: '{n} batch failed', other: '{n} batches failed' },
  aboutSeconds: 'about {n} s left',
  aboutMinutes: 'about {n} min left',
  aboutHours: 'about {n} h left',
  // Transports.
  connecting: 'Connecting…',
  stream: 'Live',
  poll: 'Checking every {n} seconds',
  lost: 'Connection lost, checking every {n} seconds',
  unavailable: 'The service is not available. Trying again…',
  offline: 'No connection. Trying again…',
  // Buttons, and what they ask and answer.
  cancel: 'Cancel',
  cancelling: 'Cancelling…',
  question: 'Cancel the processing? Leads that are saved stay.',
  yes: 'Yes, cancel',
  no: 'Keep going',
  dismiss: 'Dismiss',
  retry: 'Try again',
  unreachable: 'The service cannot be reached.',
  notCancelled: 'Not cancelled: {why}',
  // Why nobody follows any more.
  'not-found': 'There is no such upload, or it has expired.',
  expired: 'The record of this upload has expired.',
  forbidden: 'You may not see this upload.',
  unauthorized: 'Your sign-in has ended. Sign in again.',
  refused: 'The service does not answer for this upload.',
  // What to do after an error whose message does not say it.
  EMPTY_FILE: 'Check that it holds leads and upload it again.',
  PARTIAL_FAILURE: 'Upload the file again: leads that are saved are not doubled.',
  PROCESSING_FAILED: 'Upload the file again. If that fails too, ask for help.',
};

let strings, language, numbers, percents, plurals;
translate({}, 'en');

/**
 * The page's language, before the first element is shown. What `translated` leaves out stays
 * English; its keys are those above. A text with a count is an object of plural categories.
 */
export function translate(translated, locale) {
  strings = { __proto__: null, ...ENGLISH, ...translated };
  language = locale;
  numbers = new Intl.NumberFormat(locale);
  percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  plurals = new Intl.PluralRules(locale);
}

/** The text of a key, its `{places}` filled in; `n` chooses the plural. '' for unknown keys. */
export function say(key, values = {}) {
  const text = strings[key] ?? '';
  const chosen = text.other ? (text[plurals.select(values.n)] ?? text.other) : text;
  return chosen.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? '';
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** As file managers tell it: 50 MiB are "50 MB", as the limit is meant. */
export function fileSize(bytes) {
  if (!(bytes >= 0)) return '';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let size = bytes;
  // From here on it would be shown as 1000.
  while (size >= 999.5 && units.length > 1) {
    size /= 1024;
    units.shift();
  }
  return size.toLocaleString(language, {
    style: 'unit',
    unit: units[0],
    unitDisplay: units[0] === 'byte' ? 'long' : 'short',
    maximumFractionDigits: size < 9.95 ? 1 : 0,
  });
}

/** Where the upload stands. */
export function stateWord(status) {
  if (status.stalled && !isTerminal(status)) return say('stalled');
  return say(status.status) || status.status;
}

/** What is going on, or how it ended and what to do next. */
export function stageWords({ status, stage, stalled, error, progress }) {
  switch (status) {
    case 'completed':
      return say('done', { leads: say('leads', { n: progress?.processedLeads ?? 0 }) });
    case 'error':
      return `${error?.message || say('broken')} ${nextStep(error ?? {})}`.trim();
    case 'cancelled':
      return say('leadsStay');
    default:
  }
  if (stalled) return say('silent');
  return say(status === 'uploaded' && stage === 'file_upload' ? 'toBeRead' : stage);
}

/** Where the service's message does not say it, or there is none. */
function nextStep({ code, message }) {
  return (/^[A-Z_]+$/.test(code) && say(code)) || (message ? '' : say('PROCESSING_FAILED'));
}

/** How much of the file has left this page. */
export function sentWords(sent, size) {
  if (sent >= 1) return say('toBeRead');
  if (!(size > 0)) return say('file_upload');
  return say('sentOf', { sent: fileSize(Math.floor(size * sent)), size: fileSize(size) });
}

/** At most one decimal. */
export function percentageWords(percentage = 0) {
  return percents.format(percentage / 100);
}

/** The counts of a record, each by the part that shows it; '' where there is nothing to count. */
export function countWords(status) {
  const { createdLeads: created, updatedLeads: updated, ...all } = status?.progress ?? {};
  const counted = (key, n, done) => (n > 0 ? say(key, { n, done }) : '');
  return {
    batches: counted('batchesOf', all.totalBatches, all.completedBatches),
    leads: counted('leadsOf', all.totalLeads, all.processedLeads),
    saved: created > 0 || updated > 0 ? say('saved', { created, updated }) : '',
    failures: counted('batchesFailed', all.failedBatches),
  };
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
  const end = Date.parse(estimatedCompletion);
  const seconds = Math.ceil((end - now) / 1000);
  const worth = end - Date.parse(startTime) > WORTH_SAYING_MS && seconds > 0;
  if (!worth || isTerminal(status) || status.stalled) return '';
  if (seconds <= 50) return say('aboutSeconds', { n: Math.ceil(seconds / 10) * 10 });
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 90) return say('aboutMinutes', { n: minutes });
  return say('aboutHours', { n: Math.round(minutes / 60) });
}

/**
 * How far the browser's clock is ahead of the service's, so that where it is wrong the time remaining
 * is still right. A record that arrives was written some delay ago: by a browser's clock that is
 * behind, the delay looks negative; by one that is ahead, even the quickest change looks late.
 *
 * @param {number} known what was known before, in milliseconds; `Infinity` to begin with
 * @param {object} status written at its `updatedAt`; the mark of a stall, which leaves that as it was, later
 * @param {number} wall the browser's clock when it arrived
 * @param {boolean} live whether it came as a change, not as the record that was found
 */
export function clockAhead(known, { updatedAt, stalled }, wall, live) {
  const delay = wall - Date.parse(updatedAt);
  // The record that was found may be old: only that it comes from the future means something.
  return delay < known && ((live && !stalled) || delay < 0) ? delay : known;
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
  if (!before?.stalled !== !status.stalled || before?.stage !== status.stage) {
    return `${name}: ${stageWords(status)}`;
  }
  const percentage = (record) => record?.progress?.percentage ?? 0;
  const quarter = (record) => Math.floor(percentage(record) / 25);
  return quarter(before) < quarter(status) ? `${name}: ${percentageWords(percentage(status))}` : '';
}

/** How the news travels; `wasLive`: a stream worked here before; `every`: seconds between polls. */
export function transportWords(transport, wasLive, every) {
  return say(transport === 'poll' && wasLive ? 'lost' : transport, { n: every });
}

/** Why nobody is following any more, when that is not because the work is over; else ''. */
export function endWords({ reason = 'done', detail }) {
  return reason === 'done' ? '' : detail || say(reason);
}
