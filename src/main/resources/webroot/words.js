import { isTerminal } from './ladder-rules.js';

/** A status in words. Pure functions of a record. */

const NUMBERS = new Intl.NumberFormat('en');

export function counted(n, one, many = `${one}s`) {
  return `${NUMBERS.format(n)} ${n === 1 ? one : many}`;
}

function outOf(n, total, one, many) {
  return `${NUMBERS.format(n)} of ${counted(total, one, many)}`;
}

export function fileSize(bytes) {
  if (!(bytes >= 0)) return '';
  if (bytes < 1000) return counted(bytes, 'byte');
  const units = ['kB', 'MB', 'GB'];
  let size = bytes / 1000;
  let unit = 0;
  // From here on it would be shown as 1000.
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${size.toFixed(size < 9.95 ? 1 : 0)} ${units[unit]}`;
}

/** One word for where the upload stands. */
export function stateWord(status) {
  if (status.stalled && !isTerminal(status)) return 'Stalled';
  const words = {
    uploading: 'Uploading',
    uploaded: 'Uploaded',
    processing: 'Processing',
    completed: 'Completed',
    error: 'Failed',
    cancelled: 'Cancelled',
  };
  return words[status.status] ?? status.status;
}

/** What is going on, or how it ended. */
export function stageWords(status) {
  switch (status.status) {
    case 'completed':
      return `All done: ${counted(status.progress?.processedLeads ?? 0, 'lead')}`;
    case 'error':
      return status.error?.message || 'Something went wrong while the file was processed.';
    case 'cancelled':
      return `Cancelled ${stopped(status)}`;
    default:
  }
  if (status.stalled) return 'No sign of life for a while. It may still go on.';
  switch (status.stage) {
    case 'file_upload':
      return status.status === 'uploaded' ? 'Waiting to be read' : 'Uploading the file';
    case 'file_processing':
      return 'Reading the file';
    case 'batch_processing':
      return 'Standardizing the leads';
    default:
      return 'Working';
  }
}

function stopped({ stage }) {
  switch (stage) {
    case 'file_upload':
      return 'before the file was read';
    case 'file_processing':
      return 'while the file was read';
    default:
      return 'while the leads were standardized';
  }
}

/** The record's percentage as it is, at most one decimal. */
export function percentageWords(status) {
  return `${Number((status.progress?.percentage ?? 0).toFixed(1))}%`;
}

/** Counts, empty where the file has not been counted yet. */
export function batchWords({ progress }) {
  return progress?.totalBatches > 0
    ? outOf(progress.completedBatches, progress.totalBatches, 'batch', 'batches')
    : '';
}

export function leadWords({ progress }) {
  return progress?.totalLeads > 0
    ? outOf(progress.processedLeads, progress.totalLeads, 'lead')
    : '';
}

export function savedWords({ progress }) {
  if (!(progress?.createdLeads > 0 || progress?.updatedLeads > 0)) return '';
  const [created, updated] = [progress.createdLeads, progress.updatedLeads].map(NUMBERS.format);
  return `${created} new, ${updated} updated`;
}

export function failureWords({ progress }) {
  return progress?.failedBatches > 0
    ? `${counted(progress.failedBatches, 'batch', 'batches')} failed`
    : '';
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
  if (seconds <= 5) return 'a few seconds left';
  if (seconds <= 50) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `about ${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return 'more than a day left';
  const rest = Math.floor((minutes % 60) / 10) * 10;
  return rest === 0 ? `about ${hours} h left` : `about ${hours} h ${rest} min left`;
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
  const name = status.metadata?.fileName ?? 'The upload';
  if (isTerminal(status)) {
    return isTerminal(before) ? '' : `${name}: ${stateWord(status)}. ${stageWords(status)}`;
  }
  if (Boolean(before?.stalled) !== Boolean(status.stalled) || before?.stage !== status.stage) {
    return `${name}: ${stageWords(status)}`;
  }
  const quarter = (record) => Math.floor((record?.progress?.percentage ?? 0) / 25);
  return quarter(before) < quarter(status) ? `${name}: ${percentageWords(status)}` : '';
}

/** How the news travels. */
export function transportWords(transport) {
  const words = {
    connecting: 'Connecting…',
    stream: 'Live',
    poll: 'Checking every 2 s',
    offline: 'No connection. Trying again…',
    paused: 'Paused',
  };
  return words[transport] ?? '';
}

/** Why nobody is following any more, when that is not because the work is over. */
export function endWords({ reason, detail }) {
  if (detail) return detail;
  const words = {
    'not-found': 'There is no such upload, or it has expired.',
    expired: 'The record of this upload has expired.',
    forbidden: 'You may not see this upload.',
    unauthorized: 'The token is missing or no longer valid.',
    refused: 'The service does not answer for this upload.',
  };
  return words[reason] ?? '';
}
