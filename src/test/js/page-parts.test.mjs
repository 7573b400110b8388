import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareDocument } from './support/bare-document.mjs';
import { OpenStream } from './support/scripted-service.mjs';
import { settle } from './support/virtual-clock.mjs';

bareDocument(); // the modules look for elements' classes when they are loaded
const { Inspector } = await import('../../main/resources/webroot/inspector.js');
const { LeadsTable } = await import('../../main/resources/webroot/lead-table.js');
const { News } = await import('../../main/resources/webroot/news.js');
const { UploadList } = await import('../../main/resources/webroot/upload-list.js');

/** The table of leads before a service that answers when the test says so. */
class LeadsScene {
  wish = { text: '', company: '', sort: '-updatedAt' };
  asked = [];

  constructor(t) {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const scene = this;
    this.document = bareDocument();
    this.document.getElementById('search').reset = () => {};
    globalThis.FormData = class {
      *[Symbol.iterator]() {
        yield* Object.entries(scene.wish);
      }
    };
    const leads = ({ wish, cursor, signal }) =>
      new Promise((resolve, reject) => {
        this.asked.push({ page: [wish.text, cursor], signal, resolve, reject });
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    this.table = new LeadsTable({ service: { leads }, onUnauthorized() {} });
    t.after(() => this.table.close());
  }

  /** Of the newest request. */
  get page() {
    return this.asked.at(-1).page;
  }

  get note() {
    return this.document.getElementById('leads-note').textContent;
  }

  async answer(nextCursor) {
    const leads = Array.from({ length: 25 }, (_, n) => ({ leadId: `${this.page}-${n}` }));
    this.asked.at(-1).resolve({ leads, nextCursor });
    await settle();
  }

  async refuse(failure) {
    this.asked.at(-1).reject(failure);
    await settle();
  }

  press(button) {
    this.document.getElementById(button).dispatchEvent(new Event('click'));
  }

  /** Shows the second page of all leads. */
  async second() {
    await this.answer('to-2');
    this.press('next');
    await this.answer('to-3');
    assert.equal(this.note, 'Page 2: 25 leads');
  }
}

const ENDED = [{ uploadId: 'u', createdAt: '2025-01-09T10:00:00Z', progress: { processedLeads: 1 } }];

test('an upload that ends while a search is under way repeats the search', async (t) => {
  const scene = new LeadsScene(t);
  await scene.second();
  scene.wish.text = 'anna';
  scene.table.first();
  scene.table.refresh(ENDED);
  assert.deepEqual(scene.page, ['anna', undefined]);
  await scene.answer();
  assert.equal(scene.note, '25 leads found');
});

test('an upload that ends while a page is turned does not turn it back', async (t) => {
  const scene = new LeadsScene(t);
  await scene.second();
  scene.press('next');
  scene.table.refresh(ENDED);
  assert.deepEqual(scene.page, ['', 'to-3']);
  await scene.answer();
  assert.equal(scene.note, 'Page 3: 25 leads');
});

test('while somebody types, the page that is shown keeps the wish that it was read for', async (t) => {
  const scene = new LeadsScene(t);
  await scene.second();
  scene.wish.text = 'ann'; // not searched for yet
  scene.table.refresh(ENDED);
  assert.deepEqual(scene.page, ['', 'to-2']);
  await scene.answer('to-3');
  scene.press('next');
  assert.deepEqual(scene.page, ['', 'to-3']);
});

test('a search that failed is what is read again after a sign-in', async (t) => {
  const scene = new LeadsScene(t);
  await scene.second();
  scene.wish.text = 'anna';
  scene.table.first();
  await scene.refuse(Object.assign(new Error('expired'), { status: 401 }));
  scene.table.refresh([]);
  assert.deepEqual(scene.page, ['anna', undefined]);
});

test('the second look is at the same page, and not taken when something else was asked for', async (t) => {
  const scene = new LeadsScene(t);
  await scene.answer('to-2');
  scene.table.refresh(ENDED);
  await scene.answer('to-2');
  t.mock.timers.tick(2_000);
  assert.equal(scene.asked.length, 3);
  assert.deepEqual(scene.page, ['', undefined]);
  await scene.answer('to-2');

  scene.table.refresh(ENDED);
  await scene.answer('to-2');
  scene.press('next');
  t.mock.timers.tick(2_000);
  assert.equal(scene.asked.length, 5);
  assert.deepEqual(scene.page, ['', 'to-2']);
  assert.equal(scene.asked.at(-1).signal.aborted, false);
});

/** The list of uploads before a service that refuses the list until the test says otherwise. */
class UploadsScene {
  lists = [];
  streams = [];
  refusal = Object.assign(new Error('overloaded'), { status: 503 });
  unauthorized = [];

  constructor(t) {
    t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
    this.document = bareDocument();
    const request = async (url, { signal }) => {
      const stream = new OpenStream({ signal });
      this.streams.push(stream);
      return stream.response;
    };
    const uploads = async () => {
      this.lists.push(Date.now());
      if (this.refusal) throw this.refusal;
      return { uploads: [statusOf('listed')] };
    };
    const createUpload = async ({ name }) => ({ uploadId: name, status: statusOf(name) });
    this.list = new UploadList({
      account: { service: { authorized: { request }, uploads, createUpload }, user: null },
      session: { isRemoved: () => false, wasSending: () => false, setSending() {} },
      onOver() {},
      onUnauthorized: (why) => this.unauthorized.push(why),
      onRecord() {},
    });
    t.after(() => this.list.close());
  }

  get shown() {
    return this.document
      .getElementById('uploads')
      .children.map((item) => item.children[0].getAttribute('upload-id'));
  }

  async tell(uploadId) {
    await this.streams.at(-1).status(statusOf(uploadId));
    await settle();
  }
}

function statusOf(uploadId) {
  return { uploadId, version: 1, status: 'processing', createdAt: '2025-01-09T10:00:00Z' };
}

test('a first list that failed is read when something is heard, and all of that is shown', async (t) => {
  const scene = new UploadsScene(t);
  await settle();
  const problem = scene.document.getElementById('uploads-problem');
  assert.match(problem.textContent, /not shown/);
  await scene.tell('a');
  assert.deepEqual([scene.lists.length, scene.shown], [1, []]); // just now it was refused
  scene.refusal = null;
  t.mock.timers.tick(2_000);
  await scene.tell('b');
  assert.deepEqual(new Set(scene.shown), new Set(['listed', 'a', 'b']));
  assert.deepEqual([scene.lists.length, problem.textContent], [2, '']);
  await scene.tell('c');
  assert.deepEqual([scene.lists.length, scene.shown.length], [2, 4]);
});

test('a first list that a token was refused for is read after the sign-in', async (t) => {
  const scene = new UploadsScene(t);
  scene.refusal.status = 401;
  await settle();
  assert.deepEqual(scene.unauthorized, ['overloaded']);
  await scene.tell('a');
  scene.list.add({ name: 'own' });
  await settle();
  assert.deepEqual(scene.shown, ['own']);
  scene.refusal = null;
  scene.list.restart();
  await settle();
  assert.deepEqual(new Set(scene.shown), new Set(['own', 'listed', 'a']));
  scene.list.restart();
  await settle();
  assert.equal(scene.lists.length, 2);
});

test('a bar that was taken off the page leaves the inspector', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  globalThis.fetch = async () => new Response('', { status: 404 });
  const document = bareDocument();
  const bars = ['a', 'b'].map((uploadId) => {
    const bar = Object.assign(document.createElement('processing-status'), { uploadId });
    document.append(bar);
    return bar;
  });
  document.querySelectorAll = () => bars;
  const inspector = new Inspector({ service: () => undefined, onClose() {} });
  await settle();
  const rows = () => document.getElementById('inspector-uploads').rows.map((row) => row.cells[1].textContent);
  assert.deepEqual(rows(), ['b', 'a']);
  bars.shift().remove();
  t.mock.timers.tick(5_000);
  assert.deepEqual(rows(), ['b']);
  await settle();
  inspector.close();
});

test('a confirmation goes after eight seconds, and not while somebody is at it', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const panel = bareDocument().getElementById('news');
  const classes = new Set();
  let attended = false;
  Object.assign(panel, {
    classList: { add: (name) => classes.add(name), remove: (name) => classes.delete(name) },
    matches: () => attended,
    contains: () => attended,
  });
  const news = new News();
  const isShown = () => classes.has('shown');
  news.tell('fair.csv: 3 new, 0 updated');
  t.mock.timers.tick(7_999);
  assert.equal(isShown(), true);
  t.mock.timers.tick(1);
  assert.equal(isShown(), false);
  news.tell('fair.csv: 4 new, 0 updated');
  attended = true;
  panel.dispatchEvent(new Event('pointerenter'));
  t.mock.timers.tick(600_000);
  assert.equal(isShown(), true);
  attended = false;
  panel.dispatchEvent(new Event('pointerleave'));
  t.mock.timers.tick(8_000);
  assert.equal(isShown(), false);
});

test('before there are leads there is nothing to search in or to export', async (t) => {
  const scene = new LeadsScene(t);
  const classes = new Map();
  scene.document.getElementById('leads').classList.toggle = (name, on) => classes.set(name, on);
  scene.asked.at(-1).resolve({ leads: [] });
  await settle();
  assert.equal(classes.get('empty'), true);
  assert.match(scene.note, /No leads yet/);
  scene.wish.text = 'nobody';
  scene.table.first();
  scene.asked.at(-1).resolve({ leads: [] });
  await settle();
  assert.equal(classes.get('empty'), false, 'it is the search that finds none');
  scene.wish.text = '';
  scene.table.first();
  await scene.answer();
  assert.equal(classes.get('empty'), false);
});
