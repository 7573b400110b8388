import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  announcement,
  clockAhead,
  countWords,
  fileSize,
  percentageWords,
  sentWords,
  stageWords,
  stateWord,
  timeRemaining,
  translate,
  transportWords,
} from '../../main/resources/webroot/words.js';

const START = Date.parse('2025-01-09T10:00:00Z');

function record(rest = {}) {
  return {
    status: 'processing',
    stage: 'batch_processing',
    stalled: false,
    progress: { totalBatches: 10, completedBatches: 3, failedBatches: 0, totalLeads: 100,
      processedLeads: 30, createdLeads: 28, updatedLeads: 2, percentage: 30 },
    metadata: { fileName: 'leads.xlsx', startTime: new Date(START).toISOString() },
    ...rest,
  };
}

function expectedIn(seconds, rest = {}) {
  const estimatedCompletion = new Date(START + seconds * 1000).toISOString();
  return record({ metadata: { ...record().metadata, estimatedCompletion }, ...rest });
}

const after = (seconds) => START + seconds * 1000;

test('time remaining is for work that takes longer than half a minute', () => {
  assert.equal(timeRemaining(expectedIn(30), START), '');
  assert.equal(timeRemaining(expectedIn(30.001), START), 'about 40 s left');
});

test('time remaining counts down in steps that do not flicker', () => {
  const whole = expectedIn(300);
  const words = [0, 150, 180, 230, 249, 250, 285, 290, 294, 296, 299.9].map((s) =>
    timeRemaining(whole, after(s)),
  );
  assert.deepEqual(words, [
    'about 5 min left',
    'about 3 min left',
    'about 2 min left',
    'about 1 min left',
    'about 1 min left',
    'about 50 s left',
    'about 20 s left',
    'about 10 s left',
    'about 10 s left',
    'about 10 s left',
    'about 10 s left',
  ]);
});

test('time remaining never grows while nothing but time passes', () => {
  const size = (words) => {
    const n = Number(words.match(/\d+/)?.[0] ?? 0);
    return words.includes(' h') ? n * 3600 : words.includes('min') ? n * 60 : n;
  };
  const whole = expectedIn(200_000);
  let before = Infinity;
  for (let s = 0; s < 200_000; s += 7) {
    const now = size(timeRemaining(whole, after(s)));
    assert.ok(now <= before, `${s}: ${timeRemaining(whole, after(s))}`);
    before = now;
  }
});

test('long work is told in hours', () => {
  assert.equal(timeRemaining(expectedIn(7_200), START), 'about 2 h left');
  assert.equal(timeRemaining(expectedIn(4_800), START), 'about 80 min left');
  assert.equal(timeRemaining(expectedIn(200_000), START), 'about 56 h left');
});

test('nothing is said where nothing honest can be said', () => {
  assert.equal(timeRemaining(record(), START), '');
  assert.equal(timeRemaining(expectedIn(60), after(60)), '', 'the time has come');
  assert.equal(timeRemaining(expectedIn(60), after(90)), '', 'it is late');
  assert.equal(timeRemaining(expectedIn(60, { stalled: true }), START), '');
  assert.equal(timeRemaining(expectedIn(60, { status: 'completed' }), START), '');
  assert.equal(timeRemaining(expectedIn(60, { metadata: { estimatedCompletion: 'soon' } }), START), '');
  assert.equal(timeRemaining({ status: 'processing' }, START), '');
});

test('counts are told in full, with their number', () => {
  assert.equal(countWords(record()).batches, '3 of 10 batches');
  assert.equal(countWords(record()).leads, '30 of 100 leads');
  assert.equal(countWords(record()).saved, '28 new, 2 updated');
  assert.equal(countWords(record()).failures, '');
  const one = { totalBatches: 1, completedBatches: 1, failedBatches: 1, totalLeads: 1,
    processedLeads: 1, createdLeads: 0, updatedLeads: 0, percentage: 99.9 };
  assert.equal(countWords({ progress: one }).batches, '1 of 1 batch');
  assert.equal(countWords({ progress: one }).leads, '1 of 1 lead');
  assert.equal(countWords({ progress: one }).saved, '');
  assert.equal(countWords({ progress: one }).failures, '1 batch failed');
  assert.equal(countWords({ progress: { ...one, failedBatches: 1200 } }).failures, '1,200 batches failed');
});

test('before the file was counted there are no counts', () => {
  const none = { ...record().progress, totalBatches: 0, totalLeads: 0, createdLeads: 0, updatedLeads: 0 };
  assert.equal(countWords({ progress: none }).batches, '');
  assert.equal(countWords({ progress: none }).leads, '');
  assert.equal(countWords({ progress: none }).saved, '');
  assert.equal(countWords({}).batches, '');
});

test('the percentage is the one of the record', () => {
  for (const [percentage, words] of [[0, '0%'], [30, '30%'], [33.3, '33.3%'], [99.9, '99.9%'], [100, '100%']]) {
    assert.equal(percentageWords(percentage), words);
  }
  assert.equal(percentageWords(undefined), '0%');
});

test('every status has a word and a sentence', () => {
  assert.equal(stateWord(record()), 'Leads Processing');
  assert.equal(stateWord(record({ stalled: true })), 'Stalled');
  assert.equal(stateWord(record({ stalled: true, status: 'cancelled' })), 'Processing Cancelled');
  assert.deepEqual(
    ['uploading', 'uploaded', 'completed', 'error'].map((status) => stateWord({ status })),
    ['File Uploading', 'File Uploaded', 'Completed', 'Failed'],
  );
  assert.equal(stateWord({ status: 'from-the-future' }), 'from-the-future');
  assert.equal(stageWords({ status: 'uploading', stage: 'file_upload' }), 'Uploading the file');
  assert.equal(stageWords({ status: 'uploaded', stage: 'file_upload' }), 'Waiting to be read');
  assert.equal(stageWords({ status: 'uploaded', stage: 'file_processing' }), 'Reading the file');
  assert.equal(stageWords(record()), 'Standardizing the leads');
  assert.equal(stageWords(record({ status: 'completed' })), 'All done: 30 leads');
  assert.equal(stageWords({ status: 'cancelled', stage: 'file_upload' }), 'Leads saved before it was cancelled stay.');
});

test('an error is told in the words of the record, with what to do next', () => {
  const error = { code: 'EMPTY_FILE', message: 'The file is empty.' };
  assert.equal(stageWords(record({ status: 'error', error })), 'The file is empty. Check that it holds leads and upload it again.');
  const failed = stageWords(record({ status: 'error', error: { code: 'PROCESSING_FAILED', message: 'None.' } }));
  assert.match(failed, /^None\. Upload the file again\./);
});

test('a message that says itself what to do is left as it is; without one there is advice all the same', () => {
  const message = 'The file has more columns than allowed. Remove some of them.';
  for (const code of ['FILE_TOO_LARGE', 'NEW_CODE', 'constructor', 'lead', undefined]) {
    assert.equal(stageWords(record({ status: 'error', error: { code, message } })), message, `${code}`);
  }
  for (const error of [{ code: 'FILE_TOO_LARGE' }, { code: 'lead', message: '' }, {}, null, undefined]) {
    assert.match(stageWords(record({ status: 'error', error })), /went wrong.*Upload the file again/);
  }
});

test('sizes are told as file managers do, and the limit of 50 MiB as 50 MB', () => {
  assert.deepEqual(
    [0, 1, 999, 1024, 10_137, 10_240, 1_024_000, 1_048_576, 52_428_800, 5 * 2 ** 40].map(fileSize),
    ['0 bytes', '1 byte', '999 bytes', '1 kB', '9.9 kB', '10 kB', '1 MB', '1 MB', '50 MB', '5,120 GB'],
  );
  assert.equal(fileSize(undefined), '');
});

test('a page speaks another language, and what it leaves out stays English', (t) => {
  t.after(() => translate({}, 'en'));
  translate({ batchesOf: { one: '{done} von {n} Stapel', other: '{done} von {n} Stapeln' }, processing: 'Wird verarbeitet' }, 'de');
  assert.equal(stateWord(record()), 'Wird verarbeitet');
  assert.equal(countWords({ progress: { totalBatches: 1200, completedBatches: 1000 } }).batches, '1.000 von 1.200 Stapeln');
  assert.equal(percentageWords(33.3), '33,3\u00a0%');
  assert.equal(fileSize(1536), '1,5 kB');
  assert.equal(countWords(record()).leads, '30 of 100 leads');
});

test('a connection that was live and is lost is told, quietly; one that never was is not', () => {
  assert.equal(transportWords('poll', true, 2), 'Connection lost, checking every 2 seconds');
  assert.equal(transportWords('poll', false, 2), 'Checking every 2 seconds');
  assert.equal(transportWords('poll', false, 30), 'Checking every 30 seconds', 'no promise that is not kept');
  assert.equal(transportWords('closed', true), '');
});

test('a service that refuses is not told as a connection that is lost', () => {
  assert.match(transportWords('unavailable', true), /service is not available/);
  assert.match(transportWords('offline', true), /No connection/);
});

test('a screen reader hears stages, quarters and the end, and not every batch', () => {
  const at = (percentage, rest = {}) => record({ progress: { ...record().progress, percentage }, ...rest });
  assert.equal(announcement(undefined, at(10)), 'leads.xlsx: Standardizing the leads');
  assert.equal(announcement(at(10), at(20)), '');
  assert.equal(announcement(at(20), at(30)), 'leads.xlsx: 30%');
  assert.equal(announcement(at(30), at(40)), '');
  assert.match(announcement(at(40), at(40, { stalled: true })), /No sign of life/);
  const over = at(100, { status: 'completed', stage: 'completed' });
  assert.equal(announcement(at(99), over), 'leads.xlsx: Completed. All done: 30 leads');
  assert.equal(announcement(over, over), '');
});

test('a browser whose clock is behind learns it from the first record', () => {
  assert.equal(clockAhead(Infinity, { updatedAt: '2025-01-09T10:05:00Z' }, START, false), -300_000);
});

test('a browser whose clock is ahead learns it from the first change', () => {
  let ahead = clockAhead(Infinity, { updatedAt: '2025-01-09T10:00:00Z' }, after(300), false);
  assert.equal(ahead, Infinity, 'the record that was found may just be old');
  ahead = clockAhead(ahead, { updatedAt: '2025-01-09T10:00:01Z' }, after(301.2), true);
  ahead = clockAhead(ahead, { updatedAt: '2025-01-09T10:00:02Z' }, after(302.1), true);
  ahead = clockAhead(ahead, { updatedAt: '2025-01-09T10:00:03Z' }, after(309), true);
  assert.equal(ahead, 300_100, 'the quickest change counts');
});

test('the mark of a stall, which keeps the time of the last work, changes no clock that is right', () => {
  const stalled = { updatedAt: '2025-01-09T10:00:00Z', stalled: true };
  assert.equal(clockAhead(Infinity, stalled, after(600), true), Infinity);
  const goesOn = { updatedAt: '2025-01-09T10:12:00Z', stalled: false };
  assert.equal(clockAhead(Infinity, goesOn, after(720.1), true), 100);
  assert.equal(clockAhead(Infinity, stalled, after(-300), true), -300_000, 'it comes from the future all the same');
});

test('a date that is none changes no clock', () => {
  assert.equal(clockAhead(Infinity, { updatedAt: undefined }, START, true), Infinity);
  assert.equal(clockAhead(-5, { updatedAt: 'soon' }, START, true), -5);
});

test('how much of a file has left is told in bytes, where its size is known', () => {
  assert.equal(sentWords(0.25, 10_485_760), '2.5 MB of 10 MB sent');
  assert.equal(sentWords(0.25, undefined), 'Uploading the file');
  assert.equal(sentWords(1, 10_485_760), 'Waiting to be read');
});
