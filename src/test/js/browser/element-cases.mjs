/**
 * What the element promises, each case in a fresh page of a real browser (`ElementBrowserIT`):
 * real elements, styles, locks and channels; a scripted service in place of `fetch`, and time that
 * stands still until a case moves it.
 */

// Before anything is replaced: what lets promises and messages between tabs run.
const turn = new MessageChannel();
const turns = [];
turn.port1.onmessage = () => turns.shift()();
globalThis.setImmediate = (run) => {
  turns.push(run);
  turn.port2.postMessage(null);
};

const { OpenStream, found, problem, unchanged, never, unreachable } = await import('../support/scripted-service.mjs');
const { VirtualClock, settle } = await import('../support/virtual-clock.mjs');
const WEB_ROOT = '../../../main/resources/webroot';

const real = { setTimeout: globalThis.setTimeout };
const clock = new VirtualClock();
Object.assign(globalThis, { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout });
performance.now = clock.now;
Date.now = clock.wall;

/** Locks and channels answer from another process. */
async function rest() {
  await new Promise((resolve) => real.setTimeout.call(globalThis, resolve, 20));
  await settle();
}

function same(actual, expected, what = '') {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value) ?? 'undefined');
  if (a !== b) throw new Error(`${what}: expected ${b}, was ${a}`);
}

function truly(value, what) {
  if (!value) throw new Error(`not so: ${what}`);
}

const at = (seconds) => new Date(clock.wall() + seconds * 1000).toISOString();

function record(version, rest = {}) {
  const { progress, metadata, ...others } = rest;
  return {
    uploadId: 'u1',
    version,
    status: 'processing',
    stage: 'batch_processing',
    progress: {
      totalBatches: 10, completedBatches: version, failedBatches: 0, totalLeads: 100,
      processedLeads: version * 10, createdLeads: version * 10, updatedLeads: 0,
      percentage: version * 10, ...progress,
    },
    metadata: { fileName: 'fair.csv', fileSize: 2048, startTime: at(0), ...metadata },
    stalled: false,
    updatedAt: at(0),
    ...others,
  };
}

const over = (version, status, others = {}) => record(version, { status, ...others });

/** The service: records, streams and whatever a case wants answered otherwise. */
const service = {
  calls: [],
  streams: [],
  records: new Map(),
  answer: () => undefined,
  get open() {
    return this.streams.filter((stream) => !stream.closed);
  },
  made(kind) {
    return this.calls.filter((call) => call.kind === kind).length;
  },
  /** A newer record, told to whoever listens. */
  async move(status) {
    this.records.set(status.uploadId, status);
    for (const stream of this.open) if (stream.picks.includes(status.uploadId)) await stream.status(status);
    await settle();
  },
};

globalThis.fetch = (url, { headers = {}, signal, method = 'GET' } = {}) => {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const { pathname, searchParams, origin } = new URL(url, document.baseURI);
  const [, one] = /\/status\/([^/]*)(\/cancel)?$/.exec(pathname) ?? [];
  const kind = method === 'POST' ? 'cancel' : headers.Accept === 'text/event-stream' ? 'stream' : 'poll';
  const picks = one === undefined ? searchParams.getAll('uploadId') : [one];
  const call = { kind, picks, headers, url: origin + pathname, signal };
  service.calls.push(call);
  const answer = service.answer(call) ?? usual(call);
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
    Promise.resolve(answer).then(resolve, reject);
  });
};

function usual({ kind, picks, signal }) {
  const status = service.records.get(picks[0]);
  if (kind === 'stream') {
    const stream = Object.assign(new OpenStream({ signal }), { picks });
    service.streams.push(stream);
    stream.write('retry: 1000\n\n');
    for (const id of picks) if (service.records.has(id)) stream.status(service.records.get(id));
    return stream.response;
  }
  if (!status) return problem(404, 'UPLOAD_NOT_FOUND', {}, 'There is no such upload.');
  return found(status);
}

const define = () => import(`${WEB_ROOT}/processing-status-define.js`);
const part = (bar, name) => bar.shadowRoot.querySelector(`[part=${name}]`);
const text = (bar, name) => part(bar, name).textContent;
const shown = (bar, name) => getComputedStyle(part(bar, name)).display !== 'none';

/** A bar in the page, and every event of it. */
async function follow(attributes = {}, properties = {}, into = document.body) {
  await define();
  const bar = document.createElement('processing-status');
  bar.heard = [];
  for (const type of ['status', 'completed', 'failed', 'cancelled', 'stalled', 'transport', 'dismissed']) {
    bar.addEventListener(type, (event) => {
      truly(event.bubbles && event.composed, `${type} crosses shadow roots`);
      bar.heard.push([type, event.detail?.version ?? event.detail?.reason ?? event.detail?.transport]);
    });
  }
  Object.assign(bar, properties);
  for (const [name, value] of Object.entries({ 'upload-id': 'u1', ...attributes })) bar.setAttribute(name, value);
  into.append(bar);
  await rest();
  return bar;
}

const events = (bar, type) => bar.heard.filter(([name]) => name === type).map(([, what]) => what);

/** Time passes as on a healthy connection: streams have their heartbeats. */
async function pass(seconds) {
  for (let second = 1; second <= seconds; second++) {
    await clock.advance(1_000);
    if (second % 10 === 0) for (const stream of service.open) await stream.write(':\n\n');
  }
}

/** Nothing is left that could ever happen. */
async function assertAtRest() {
  await rest();
  same(clock.pending, 0, 'timers');
  same(service.open.length, 0, 'streams');
  const { held, pending } = await navigator.locks.query();
  same([held.length, pending.length], [0, 0], 'locks');
  const calls = service.calls.length;
  await clock.advance(600_000);
  same(service.calls.length, calls, 'requests afterwards');
}

function see(visible) {
  Object.defineProperty(document, 'visibilityState', { value: visible ? 'visible' : 'hidden', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}

async function indicator(options) {
  const { ProcessingStatusIndicator } = await import(`${WEB_ROOT}/processing-status-indicator.js`);
  document.body.insertAdjacentElement('beforeend', document.createElement('div')).id = 'container';
  return new ProcessingStatusIndicator('container', options);
}

const tokenOf = (user, n = 0) => `h.${btoa(JSON.stringify({ sub: user, n }))}.s`;

export const cases = {
  async 'what was set before the element was defined counts'() {
    service.records.set('u1', record(1));
    const bar = document.createElement('processing-status');
    bar.uploadId = 'u1';
    bar.baseUrl = 'https://elsewhere.test/';
    bar.tokenProvider = async () => 'early';
    bar.sentFraction = 0.5;
    document.body.append(bar);
    await define();
    await rest();
    same(bar.getAttribute('upload-id'), 'u1');
    same(bar.sentFraction, 0.5);
    same(service.calls.map(({ url, headers }) => [url, headers.Authorization]), [
      ['https://elsewhere.test/status/u1', 'Bearer early'],
    ]);
  },

  async 'nothing is asked before it is in the page'() {
    await define();
    const bar = document.createElement('processing-status');
    bar.uploadId = 'u1';
    await rest();
    same(service.calls.length, 0);
    document.body.append(bar);
    await rest();
    same(service.made('stream'), 1);
  },

  async 'without an upload it shows a file that waits, and asks for nothing'() {
    const bar = await follow({ 'upload-id': '', 'file-name': 'waits.csv' });
    same([text(bar, 'name'), text(bar, 'state'), text(bar, 'stage')], ['waits.csv', '', 'Waiting for its turn']);
    same(shown(bar, 'cancel'), false);
    same(bar.hasAttribute('transport'), false);
    same(service.calls.length, 0);
  },

  async 'the words are those of the contract, from the first byte to the end'() {
    service.records.set('u1', record(1, { status: 'uploading', stage: 'file_upload', progress: { totalBatches: 0 } }));
    const bar = await follow({ keep: '' });
    const words = [text(bar, 'state')];
    for (const next of [
      record(2, { status: 'uploaded', stage: 'file_upload', progress: { totalBatches: 0 } }),
      record(3),
      over(4, 'completed', { stage: 'completed', progress: { percentage: 100 } }),
    ]) {
      await service.move(next);
      words.push(text(bar, 'state'));
    }
    same(words, ['File Uploading', 'File Uploaded', 'Leads Processing', 'Completed']);
    same(text(bar, 'stage'), 'All done: 40 leads');
    same(events(bar, 'status'), [1, 2, 3, 4]);
    same(events(bar, 'completed'), [4]);
    same(bar.getAttribute('version'), '4');
  },

  async 'each end has its event, once, after the status'() {
    await define();
    for (const [status, event] of [['completed', 'completed'], ['error', 'failed'], ['cancelled', 'cancelled']]) {
      service.records.set('u1', over(3, status));
      const bar = await follow({ keep: '' });
      same(bar.heard.filter(([type]) => type !== 'transport'), [['status', 3], [event, 3]], status);
      same(events(bar, 'transport').at(-1), 'done');
      bar.remove();
    }
    await assertAtRest();
  },

  async 'stalled is told once for each time, shown, and over with the next progress'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    await service.move(record(2, { stalled: true }));
    await service.move(record(3, { stalled: true }));
    same([text(bar, 'state'), bar.hasAttribute('stalled')], ['Stalled', true]);
    await service.move(record(4));
    same([text(bar, 'state'), bar.hasAttribute('stalled')], ['Leads Processing', false]);
    await service.move(record(5, { stalled: true }));
    same(events(bar, 'stalled'), [2, 5]);
    await service.move(over(6, 'completed', { stalled: true }));
    same(bar.hasAttribute('stalled'), false);
  },

  async 'another id: nothing of the first is left, and the second is followed'() {
    service.records.set('u1', record(5));
    service.records.set('u2', record(1, { uploadId: 'u2', metadata: { fileName: 'second.csv' } }));
    service.answer = ({ kind }) => (kind === 'cancel' ? never() : undefined);
    const bar = await follow();
    bar.cancel();
    await settle();
    same(text(bar, 'cancel'), 'Cancelling…');
    bar.uploadId = 'u2';
    await rest();
    same([text(bar, 'name'), text(bar, 'percentage'), text(bar, 'cancel')], ['second.csv', '10%', 'Cancel']);
    same(service.open.map(({ picks }) => picks), [['u2']]);
    await service.move(record(6));
    same(bar.status.uploadId, 'u2');
  },

  async 'a complaint about one upload is not shown for the next'() {
    service.records.set('u2', record(1, { uploadId: 'u2' }));
    service.answer = ({ picks }) =>
      picks[0] === 'u1' ? problem(404, 'UPLOAD_NOT_FOUND', {}, 'There is no such upload.') : undefined;
    const bar = await follow();
    same(text(bar, 'problem'), 'There is no such upload.');
    truly(shown(bar, 'retry') && shown(bar, 'dismiss'), 'what can be done is offered');
    bar.removeAttribute('upload-id');
    same([text(bar, 'problem'), text(bar, 'summary'), shown(bar, 'retry')], ['', '', false]);
    bar.setAttribute('upload-id', 'u2');
    await rest();
    same(text(bar, 'state'), 'Leads Processing');
  },

  async 'an id that is taken away ends everything; given back, it goes on'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    bar.removeAttribute('upload-id');
    same(bar.status, undefined);
    same(text(bar, 'stage'), 'Waiting for its turn');
    await assertAtRest();
    bar.setAttribute('upload-id', 'u1');
    await rest();
    same(bar.status.version, 1);
  },

  async 'another base-url is asked from then on, and what is known stays'() {
    service.records.set('u1', record(4));
    const bar = await follow({ 'base-url': 'https://a.test' });
    bar.setAttribute('base-url', 'https://b.test/api/');
    await rest();
    same(service.calls.map(({ url, headers }) => [url, headers['Last-Event-ID']]), [
      ['https://a.test/status/u1', undefined],
      ['https://b.test/api/status/u1', '4'],
    ]);
    same(service.open.length, 1);
    same(text(bar, 'percentage'), '40%');
  },

  async 'hidden, it asks for nothing; shown again, it has caught up at once'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    bar.hidden = true;
    await assertAtRest();
    await service.move(record(3));
    bar.hidden = false;
    await rest();
    same([bar.status.version, bar.getAttribute('transport')], [3, 'stream']);
  },

  async 'hidden from the start, it asks for nothing until it is shown'() {
    service.records.set('u1', record(1));
    const bar = await follow({ hidden: '' });
    same(service.calls.length, 0);
    same(bar.getAttribute('transport'), 'paused');
    bar.removeAttribute('hidden');
    await rest();
    same(bar.status.version, 1);
  },

  async 'a hidden tab asks for nothing and catches up, also when it comes out of the cache'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    see(false);
    await assertAtRest();
    await service.move(record(2));
    see(true);
    await rest();
    same(bar.status.version, 2);
    see(false);
    await service.move(record(3));
    Object.defineProperty(document, 'visibilityState', { value: 'visible', configurable: true });
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await rest();
    same(bar.status.version, 3);
  },

  async 'taken out of the page, nothing of it is left: timers, requests, locks, listeners'() {
    service.records.set('u1', record(1, { metadata: { estimatedCompletion: at(300) } }));
    const bar = await follow({}, { tokenProvider: async () => tokenOf('anna') });
    await pass(3);
    same((await navigator.locks.query()).held.length, 1);
    bar.remove();
    await assertAtRest();
    const calls = service.calls.length;
    for (const type of ['online', 'offline', 'pageshow']) dispatchEvent(new Event(type));
    document.dispatchEvent(new Event('visibilitychange'));
    await rest();
    same(service.calls.length, calls);
    same(clock.pending, 0);
  },

  async 'taken out while a poll is under way, and while a token is being asked for'() {
    service.answer = () => never();
    const bar = await follow();
    await clock.advance(6_000);
    same(service.made('poll'), 1);
    bar.remove();
    truly(service.calls.every(({ signal }) => signal.aborted), 'every request was let go');
    await assertAtRest();
    const waiting = await follow({}, { tokenProvider: never });
    waiting.remove();
    await assertAtRest();
    same(waiting.status, undefined);
  },

  async 'moved, it goes on from what it has; moved by moveBefore, it does not even notice'() {
    service.records.set('u1', record(2));
    const bar = await follow();
    const place = document.body.appendChild(document.createElement('div'));
    place.append(bar);
    await rest();
    same(service.open.length, 1);
    same(service.calls.at(-1).headers['Last-Event-ID'], '2');
    const calls = service.calls.length;
    document.body.moveBefore?.(bar, place);
    await rest();
    same(service.calls.length, calls);
    await service.move(record(3));
    same(bar.status.version, 3);
    same(events(bar, 'status'), [2, 3]);
  },

  async 'completed, it stays three seconds in sight and hides itself'() {
    service.records.set('u1', record(9));
    const bar = await follow();
    see(false);
    await service.move(over(10, 'completed'));
    await clock.advance(60_000);
    same(bar.hidden, false, 'nobody has seen it');
    see(true);
    await rest();
    same(text(bar, 'state'), 'Completed');
    await clock.advance(2_999);
    same(bar.hidden, false);
    await clock.advance(1);
    same(bar.hidden, true);
    await assertAtRest();
  },

  async 'with keep it stays; without it any more, three seconds longer'() {
    service.records.set('u1', over(10, 'completed'));
    const bar = await follow({ keep: '' });
    await clock.advance(3_600_000);
    same(bar.hidden, false);
    bar.removeAttribute('keep');
    await clock.advance(3_000);
    same(bar.hidden, true);
    bar.uploadId = 'u2';
    same(bar.hidden, false, 'it hid itself for the one before');
  },

  async 'an error stays until it is dismissed, and says what to do next'() {
    const error = { code: 'EMPTY_FILE', message: 'The file is empty.' };
    service.records.set('u1', over(2, 'error', { error }));
    const bar = await follow();
    await clock.advance(86_400_000);
    same(bar.hidden, false);
    truly(text(bar, 'stage').startsWith('The file is empty. Check'), text(bar, 'stage'));
    part(bar, 'dismiss').click();
    same(bar.hidden, true);
    same(events(bar, 'dismissed'), [2]);
  },

  async 'the newest version is shown, whatever comes after it'() {
    service.records.set('u1', record(5));
    const bar = await follow();
    await service.move(record(4));
    bar.render(record(3));
    bar.render(record(9, { uploadId: 'another' }));
    for (const nothing of [null, undefined, {}, 'x', { version: 9 }]) bar.render(nothing);
    same([bar.status.version, text(bar, 'percentage')], [5, '50%']);
    bar.render(record(7));
    same(bar.status.version, 7);
  },

  async 'what is rendered needs neither id nor version'() {
    service.answer = () => never();
    const bar = await follow();
    bar.render({ status: 'uploaded', stage: 'file_upload' });
    same(text(bar, 'state'), 'File Uploaded');
    bar.render({ status: 'processing', stage: 'batch_processing', progress: { totalBatches: 2, completedBatches: 1, percentage: 50 } });
    same([text(bar, 'state'), text(bar, 'batches'), text(bar, 'percentage')], ['Leads Processing', '1 of 2 batches', '50%']);
    service.answer = () => undefined;
    await service.move(record(6));
    await bar.refresh();
    same(bar.status.version, 6);
  },

  async 'progress never goes back, whatever a record says'() {
    service.records.set('u1', record(5));
    const bar = await follow();
    await service.move(record(6, { progress: { percentage: 20 } }));
    same([text(bar, 'percentage'), part(bar, 'bar').getAttribute('aria-valuenow')], ['50%', '50']);
    await service.move(record(7));
    same(part(bar, 'bar').getAttribute('aria-valuenow'), '70');
  },

  async 'a progressbar has its name, value and text; before anything is known it has no value'() {
    service.records.set('u1', record(1, { status: 'uploaded', stage: 'file_processing', progress: { totalBatches: 0, percentage: 0 } }));
    const bar = await follow();
    const meter = part(bar, 'bar');
    const get = (name) => meter.getAttribute(name);
    same(['role', 'aria-label', 'aria-valuemin', 'aria-valuemax', 'aria-valuenow', 'aria-valuetext'].map(get), [
      'progressbar', 'fair.csv', '0', '100', null, 'Reading the file',
    ]);
    await service.move(record(3, { progress: { percentage: 33.3 } }));
    same(['aria-valuenow', 'aria-valuetext'].map(get), ['33.3', '33.3%, 3 of 10 batches']);
  },

  async 'a screen reader hears stages and quarters, and nothing between'() {
    service.records.set('u1', record(1, { progress: { percentage: 1 } }));
    const bar = await follow();
    const said = [text(bar, 'summary')];
    new MutationObserver(() => said.push(text(bar, 'summary'))).observe(part(bar, 'summary'), { childList: true });
    for (let version = 2; version <= 99; version++) {
      await service.move(record(version, { progress: { percentage: version } }));
    }
    await service.move(over(100, 'completed', { stage: 'completed', progress: { processedLeads: 100 } }));
    same(said, [
      'fair.csv: Standardizing the leads', 'fair.csv: 25%', 'fair.csv: 50%', 'fair.csv: 75%',
      'fair.csv: Completed. All done: 100 leads',
    ]);
    same(part(bar, 'summary').getAttribute('role'), 'status');
  },

  async 'focus is where the user left it, through every state'() {
    const input = document.body.appendChild(document.createElement('input'));
    input.focus();
    service.records.set('u1', record(1));
    const bar = await follow();
    for (const next of [record(2), record(3, { stalled: true }), over(4, 'error')]) {
      await service.move(next);
      same(document.activeElement, input);
    }
    bar.dismiss();
    same(document.activeElement, input);
  },

  async 'a button that goes away under the focus leaves it in the bar'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    part(bar, 'cancel').focus();
    await service.move(over(2, 'error'));
    same(bar.shadowRoot.activeElement, part(bar, 'card'));
  },

  async 'upload bytes are shown while the file travels'() {
    const uploading = { status: 'uploading', stage: 'file_upload', progress: { totalBatches: 0, percentage: 0 }, metadata: { fileSize: 10_485_760 } };
    service.records.set('u1', record(1, uploading));
    const bar = await follow();
    same(part(bar, 'bar').getAttribute('aria-valuenow'), null, 'somebody else sends it');
    bar.sentFraction = 0.25;
    same([text(bar, 'stage'), text(bar, 'percentage')], ['2.5 MB of 10 MB sent', '25%']);
    bar.sentFraction = 1;
    same([text(bar, 'stage'), text(bar, 'percentage')], ['Waiting to be read', '']);
    await service.move(record(2));
    same(text(bar, 'stage'), 'Standardizing the leads');
  },

  async 'time remaining is shown for work of more than 30 s, and counts down'() {
    service.records.set('u1', record(1, { metadata: { estimatedCompletion: at(30) } }));
    const bar = await follow();
    same(text(bar, 'remaining'), '');
    await service.move(record(2, { metadata: { estimatedCompletion: at(120) } }));
    same(text(bar, 'remaining'), 'about 2 min left');
    await pass(80);
    same(text(bar, 'remaining'), 'about 40 s left');
    await service.move(over(3, 'completed'));
    same(text(bar, 'remaining'), '');
  },

  async 'after a pause the record that is found may be old, and the time remaining is still right'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    bar.hidden = true;
    await rest();
    service.records.set('u1', record(2, { metadata: { estimatedCompletion: at(120) } }));
    await clock.advance(60_000);
    bar.hidden = false;
    await rest();
    same([bar.status.version, text(bar, 'remaining')], [2, 'about 1 min left']);
    await service.move(record(3, { metadata: { estimatedCompletion: at(40) } }));
    same(text(bar, 'remaining'), 'about 40 s left');
  },

  async 'a pace that the service slows is told as it is'() {
    service.records.set('u1', record(1));
    service.answer = ({ kind }) =>
      kind === 'stream' ? problem(406, 'NOT_ACCEPTABLE') : found(record(1), { 'Retry-After': '15' });
    const bar = await follow();
    await clock.advance(0);
    await rest();
    same(text(bar, 'transport'), 'Checking every 15 seconds');
    service.answer = ({ kind }) =>
      kind === 'stream' ? problem(406, 'NOT_ACCEPTABLE') : problem(503, 'OVERLOADED', { 'Retry-After': '60' });
    await clock.advance(15_000);
    await rest();
    same(text(bar, 'transport'), 'The service is not available. Trying again…');
    same(bar.getAttribute('transport'), 'unavailable');
  },

  async 'a cancel that fails is shown, and stays while the work goes on'() {
    service.records.set('u1', record(1));
    service.answer = ({ kind }) => (kind === 'cancel' ? problem(503, 'OVERLOADED', {}, 'Too busy.') : undefined);
    const bar = await follow();
    part(bar, 'cancel').click();
    same([shown(bar, 'confirm'), shown(bar, 'cancel'), service.made('cancel')], [true, false, 0], 'it asks');
    part(bar, 'yes').click();
    await rest();
    await service.move(record(2));
    same(text(bar, 'problem'), 'Not cancelled: Too busy.');
    same(text(bar, 'summary'), 'Not cancelled: Too busy.');
    service.answer = ({ kind }) => (kind === 'cancel' ? unreachable() : undefined);
    await bar.cancel();
    same(text(bar, 'problem'), 'Not cancelled: The service cannot be reached.');
    service.answer = ({ kind }) => (kind === 'cancel' ? found(over(3, 'cancelled')) : undefined);
    await bar.cancel();
    same([text(bar, 'problem'), text(bar, 'state')], ['', 'Processing Cancelled']);
    same(events(bar, 'cancelled'), [3]);
    await bar.cancel();
    same(service.made('cancel'), 3, 'what is over is not cancelled');
  },

  async 'a cancel that comes too late shows how it ended'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    service.answer = ({ kind }) => {
      if (kind !== 'cancel') return undefined;
      service.records.set('u1', over(2, 'completed'));
      return problem(409, 'CANNOT_CANCEL', {}, 'It is over.');
    };
    await bar.cancel();
    await rest();
    same([text(bar, 'state'), text(bar, 'problem')], ['Completed', '']);
  },

  async 'a token that is refused is renewed once; refused again, that is shown, and can be tried again'() {
    service.records.set('u1', record(1));
    let good = 'none';
    service.answer = ({ headers }) =>
      headers.Authorization === `Bearer ${good}` ? undefined : problem(401, 'TOKEN_EXPIRED', {}, 'Sign in again.');
    const asked = [];
    const bar = await follow({}, { tokenProvider: async ({ fresh }) => (asked.push(fresh), `t${asked.length}`) });
    same(asked, [false, true]);
    same([text(bar, 'problem'), events(bar, 'transport').at(-1)], ['Sign in again.', 'unauthorized']);
    await clock.advance(600_000);
    same(asked.length, 2, 'nobody asks on and on');
    good = 't4';
    part(bar, 'retry').click();
    await rest();
    same([text(bar, 'problem'), bar.status.version], ['', 1]);
    same(asked, [false, true, false, true]);
  },

  async 'the provider set again, the same one, means that the user has changed'() {
    let user = 'anna';
    const tokenProvider = async () => tokenOf(user);
    service.records.set('u1', record(1));
    service.records.set('u2', record(1, { uploadId: 'u2' }));
    const bars = [await follow({}, { tokenProvider }), await follow({ 'upload-id': 'u2' }, { tokenProvider })];
    await clock.advance(1_000);
    user = 'berta';
    for (const bar of bars) bar.tokenProvider = tokenProvider;
    await rest();
    await pass(5);
    await rest();
    same(service.open.length, 1);
    same(service.calls.at(-1).headers.Authorization, `Bearer ${tokenOf('berta')}`);
    const { held } = await navigator.locks.query();
    truly(held.length === 1 && held[0].name.includes('berta'), 'nothing of anna is left');
    await service.move(record(2));
    same(bars[0].status.version, 2);
  },

  async 'a provider that throws, or is none, means that requests go out bare'() {
    service.records.set('u1', record(1));
    for (const tokenProvider of [() => { throw new Error('no'); }, async () => { throw new Error('no'); }, null, undefined]) {
      const bar = await follow({}, { tokenProvider });
      same(bar.status?.version, 1);
      same(service.calls.at(-1).headers.Authorization, undefined);
      bar.remove();
    }
  },

  async 'a connection that is lost is told, quietly'() {
    service.records.set('u1', record(1));
    const bar = await follow();
    same(text(bar, 'transport'), 'Live');
    service.answer = ({ kind }) => (kind === 'stream' ? unreachable() : undefined);
    const said = text(bar, 'summary');
    await service.open[0].cut();
    await clock.advance(5_000);
    await rest();
    same(text(bar, 'transport'), 'Connection lost, checking every 2 seconds');
    service.answer = () => unreachable();
    await clock.advance(5_000);
    await rest();
    same(text(bar, 'transport'), 'No connection. Trying again…');
    same(text(bar, 'summary'), said);
    same(text(bar, 'percentage'), '10%', 'what is known stays');
    service.answer = () => undefined;
    dispatchEvent(new Event('online'));
    await rest();
    same(text(bar, 'transport'), 'Live');
  },

  async 'twenty bars of a page read one stream'() {
    const bars = [];
    for (let n = 1; n <= 20; n++) {
      service.records.set(`u${n}`, record(1, { uploadId: `u${n}` }));
      bars.push(await follow({ 'upload-id': `u${n}` }));
    }
    await pass(2);
    same(service.open.length, 1);
    same(service.made('poll'), 0);
    for (let n = 1; n <= 20; n++) await service.move(record(2, { uploadId: `u${n}` }));
    same(bars.map(({ status }) => status.version), Array(20).fill(2));
    for (const bar of bars) bar.remove();
    await assertAtRest();
  },

  async 'a name is text, whatever is in it'() {
    service.records.set('u1', record(1, { metadata: { fileName: '<img src=x onerror=alert(1)>.csv' } }));
    const bar = await follow();
    same(text(bar, 'name'), '<img src=x onerror=alert(1)>.csv');
    same(bar.shadowRoot.querySelector('img'), null);
  },

  async 'a page speaks its language'() {
    const { translate } = await import(`${WEB_ROOT}/words.js`);
    translate({ processing: 'Wird verarbeitet', batchesOf: { one: '{done} von {n} Paket', other: '{done} von {n} Paketen' } }, 'de');
    service.records.set('u1', record(3, { progress: { percentage: 33.3 } }));
    const bar = await follow();
    same([text(bar, 'state'), text(bar, 'batches'), text(bar, 'percentage')], ['Wird verarbeitet', '3 von 10 Paketen', '33,3\u00a0%']);
  },

  async 'from right to left the bar grows from the right'() {
    service.records.set('u1', record(3, { metadata: { fileName: 'fair (1)' } }));
    document.documentElement.dir = 'rtl';
    const bar = await follow();
    part(bar, 'fill').getAnimations().forEach((animation) => animation.finish());
    const [whole, fill] = ['bar', 'fill'].map((name) => part(bar, name).getBoundingClientRect());
    truly(Math.abs(whole.right - fill.right) < 1 && fill.left > whole.left + 1, 'it begins at the right');
    const [name, state] = ['name', 'state'].map((each) => part(bar, each).getBoundingClientRect());
    truly(name.right > state.right, 'the name comes first');
    const letter = (n) => {
      const range = document.createRange();
      range.setStart(part(bar, 'name').firstChild, n);
      range.setEnd(part(bar, 'name').firstChild, n + 1);
      return range.getBoundingClientRect();
    };
    const last = letter('fair (1)'.length - 1);
    truly(letter(0).left < last.left, 'a name that runs the other way is not turned around');
    truly(Math.abs(name.right - last.right) < 2, 'and is at the right all the same');
  },

  async 'a page changes the look by custom properties and parts'() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('processing-status { --status-accent: rgb(1, 2, 3); } processing-status::part(name) { color: rgb(4, 5, 6); }');
    document.adoptedStyleSheets = [sheet];
    service.records.set('u1', record(3));
    const bar = await follow();
    same(getComputedStyle(part(bar, 'fill')).backgroundColor, 'rgb(1, 2, 3)');
    same(getComputedStyle(part(bar, 'name')).color, 'rgb(4, 5, 6)');
  },

  async 'indicator: an unknown container is named'() {
    const { ProcessingStatusIndicator } = await import(`${WEB_ROOT}/processing-status-indicator.js`);
    try {
      new ProcessingStatusIndicator('nowhere');
    } catch (failure) {
      truly(failure.message.includes('"nowhere"'), failure.message);
      return;
    }
    throw new Error('it was taken');
  },

  async 'indicator: what is called before show, or after hide, does nothing'() {
    const bar = await indicator();
    const all = async () => {
      bar.hide();
      bar.hide();
      bar.startPolling();
      bar.stopPolling();
      bar.render(record(1));
      same(await bar.fetchStatus(), undefined);
    };
    await all();
    bar.show('u1');
    bar.hide();
    await all();
    same(service.calls.length, 0);
    same(document.getElementById('container').childElementCount, 0);
    await assertAtRest();
  },

  async 'indicator: show follows, with what is known already, and another takes its place'() {
    const options = { baseUrl: 'https://a.test', tokenProvider: async () => 'mine' };
    const bar = await indicator(options);
    bar.show('u1', record(2));
    same(text(bar.element, 'percentage'), '20%', 'at once');
    await rest();
    same(service.calls.map(({ url, headers }) => [url, headers['Last-Event-ID'], headers.Authorization]), [
      ['https://a.test/status/u1', '2', 'Bearer mine'],
    ]);
    bar.show('u2', record(5));
    await rest();
    same(document.getElementById('container').childElementCount, 1);
    same(bar.element.status, undefined, 'a record of another upload');
    same(service.open.map(({ picks }) => picks), [['u2']]);
    bar.show('u2', { status: 'uploading', stage: 'file_upload' });
    same(text(bar.element, 'state'), 'File Uploading');
    await service.move(record(1, { uploadId: 'u2' }));
    await rest();
    same(bar.element.status.version, 1);
    bar.hide();
    await assertAtRest();
  },

  async 'indicator: show without an id is refused, and what is shown stays'() {
    const bar = await indicator({ baseUrl: undefined, tokenProvider: undefined });
    bar.show('u1');
    const { element } = bar;
    for (const id of [undefined, null, '']) {
      let refused = false;
      try { bar.show(id); } catch { refused = true; }
      truly(refused, `${id}`);
    }
    same(bar.element === element, true);
    await rest();
    same(service.calls.at(-1).url.endsWith('/status/u1'), true);
  },

  async 'indicator: hidden while a poll is under way, nothing comes of it'() {
    const bar = await indicator();
    let answerPoll;
    service.answer = ({ kind }) =>
      kind === 'poll' ? new Promise((resolve) => (answerPoll = () => resolve(found(record(3))))) : unreachable();
    bar.show('u1');
    const { element } = bar;
    let events = 0;
    element.addEventListener('status', () => events++);
    await rest();
    await clock.advance(3_000);
    const asked = bar.fetchStatus();
    await rest();
    same(service.made('poll'), 1, 'one for both');
    bar.hide();
    answerPoll();
    await asked;
    await rest();
    same([events, element.status], [0, undefined]);
    await assertAtRest();
  },

  async 'indicator: stopped, it can be asked; started, it follows; polls never overlap'() {
    service.records.set('u1', record(1));
    const bar = await indicator();
    bar.show('u1');
    await rest();
    bar.stopPolling();
    bar.stopPolling();
    await assertAtRest();
    see(false);
    see(true);
    await assertAtRest();
    bar.element.tokenProvider = async () => 'new';
    await assertAtRest();
    service.records.set('u1', record(2));
    const both = await Promise.all([bar.fetchStatus(), bar.fetchStatus()]);
    same([both.map(({ version }) => version), service.made('poll')], [[2, 2], 1]);
    same(service.calls.at(-1).headers.Authorization, 'Bearer new');
    let answerPoll;
    service.answer = ({ kind }) => (kind === 'poll' ? new Promise((resolve) => (answerPoll = resolve)) : undefined);
    const third = bar.fetchStatus();
    await rest();
    bar.hide();
    await third;
    answerPoll(found(record(3)));
    await assertAtRest();
    bar.show('u1');
    service.answer = () => undefined;
    bar.startPolling();
    bar.startPolling();
    await rest();
    same(service.open.length, 1);
    same(bar.element.status.version, 2);
  },

  async 'indicator: asked for what is not there, it says so'() {
    const bar = await indicator();
    bar.show('u9');
    await rest();
    bar.stopPolling();
    same(await bar.fetchStatus(), undefined);
    same(text(bar.element, 'problem'), 'There is no such upload.');
  },
};

/** Resolves to what went wrong, '' if nothing did. */
export async function run(name) {
  try {
    await cases[name]();
    return '';
  } catch (failure) {
    return String(failure.stack ?? failure);
  }
}
