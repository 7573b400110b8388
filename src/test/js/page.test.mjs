import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Account } from '../../main/resources/webroot/account.js';
import { figuresOf, shortTime } from '../../main/resources/webroot/figures.js';
import { refusalWords, sorted } from '../../main/resources/webroot/files.js';
import { wholeOf } from '../../main/resources/webroot/lead-export.js';
import { mayNeedMore, newsOf, newsWords } from '../../main/resources/webroot/lead-rows.js';
import { Session, subjectOf, tokenInFragment, userOf } from '../../main/resources/webroot/memory.js';
import { ProblemError } from '../../main/resources/webroot/service.js';
import { Turnstile } from '../../main/resources/webroot/transfer.js';
import { settle } from './support/virtual-clock.mjs';

class FakeStorage {
  #items = new Map();
  getItem = (key) => this.#items.get(key) ?? null;
  setItem = (key, value) => void this.#items.set(key, String(value));
  removeItem = (key) => void this.#items.delete(key);
}

const token = (payload) =>
  `head.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.signature`;

test('a window remembers its token, what was removed and what it was sending, across a reload', () => {
  const storage = new FakeStorage();
  const session = new Session(storage);
  session.token = 'secret';
  session.remove('a');
  session.setSending('b', true);
  session.setSending('c', true);
  session.setSending('b', false);
  const reloaded = new Session(storage);
  assert.equal(reloaded.token, 'secret');
  assert.deepEqual(['a', 'b'].map((id) => reloaded.isRemoved(id)), [true, false]);
  assert.deepEqual(['b', 'c'].map((id) => reloaded.wasSending(id)), [false, true]);
  reloaded.token = null;
  assert.equal(new Session(storage).token, null);
});

test('what is remembered does not grow without end, and the newest stays', () => {
  const session = new Session(new FakeStorage());
  for (let n = 1; n <= 300; n++) session.remove(`upload-${n}`);
  assert.equal(session.isRemoved('upload-300'), true);
  assert.equal(session.isRemoved('upload-1'), false);
});

test('a memory that holds nonsense, or a storage that refuses, is no memory', () => {
  for (const nonsense of ['{', '7', 'null', '[null,1,{"uploadId":""},""]']) {
    const storage = new FakeStorage();
    storage.setItem('headway.removed', nonsense);
    const session = new Session(storage);
    assert.equal(session.isRemoved(''), false, nonsense);
    session.remove('a');
    assert.equal(new Session(storage).isRemoved('a'), true);
  }
  const refuse = () => { throw new Error('blocked'); };
  const session = new Session({ getItem: refuse, setItem: refuse, removeItem: refuse });
  session.token = 'secret';
  session.remove('a');
  assert.equal(session.token, 'secret');
  assert.equal(session.isRemoved('a'), true);
});

test('the token is found in the fragment, and only there', () => {
  assert.equal(tokenInFragment('#token=a.b-c_d.e'), 'a.b-c_d.e');
  assert.equal(tokenInFragment('#x=1&token=abc'), 'abc');
  for (const hash of ['', '#', '#token=', '#token=%20', '#leads']) {
    assert.equal(tokenInFragment(hash), null, hash);
  }
});

test('whom a token is of is read from it, where it says so', () => {
  assert.equal(subjectOf(token({ sub: 'anna' })), 'anna');
  assert.equal(subjectOf(token({ sub: 'Zoë ?>~' })), 'Zoë ?>~');
  for (const other of ['', 'a', 'a.b.c', token({}), token({ sub: 7 }), token(null)]) {
    assert.equal(subjectOf(other), null);
  }
});

test('tokens are of one person when issuer and subject are the same, whatever else is in them', () => {
  const anna = userOf(token({ iss: 'i', sub: 'anna', exp: 1 }));
  assert.equal(userOf(token({ iss: 'i', sub: 'anna', exp: 2 })), anna);
  assert.notEqual(userOf(token({ iss: 'other', sub: 'anna' })), anna);
  assert.notEqual(userOf(token({ iss: 'i', sub: 'bert' })), anna);
  for (const opaque of ['', 'opaque', token({}), token({ sub: '' })]) assert.equal(userOf(opaque), null);
});

test('an account takes newer tokens of its own person, and of nobody else', async () => {
  const account = new Account(token({ sub: 'anna', n: 1 }));
  assert.equal(account.accepts(token({ sub: 'bert' })), false);
  assert.equal(account.accepts(token({ sub: 'anna', n: 2 })), true);
  assert.equal(await account.tokenProvider(), token({ sub: 'anna', n: 2 }));
  // Nobody knows whose an opaque token is.
  assert.equal(new Account('opaque').accepts('opaque'), false);
});

test('what one account asks for never carries the token of the next', async () => {
  const sent = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (url, { headers }) => {
    sent.push(headers.Authorization);
    return new Response('{"uploads":[]}');
  };
  try {
    const [anna, bert] = [token({ sub: 'anna' }), token({ sub: 'bert' })];
    const first = new Account(anna);
    await first.service.uploads({ limit: 1 });
    const second = new Account(bert);
    await second.service.uploads({ limit: 1 });
    await first.service.uploads({ limit: 1 });
    assert.deepEqual(sent, [anna, bert, anna].map((each) => `Bearer ${each}`));
  } finally {
    globalThis.fetch = original;
  }
});

test('a fresh token is asked for where there is one, and the old one kept where there is none', async () => {
  const fresh = token({ sub: 'anna', n: 2 });
  const asked = [];
  const local = new Account(token({ sub: 'anna' }), async (name) => (asked.push(name), fresh));
  assert.equal(await local.tokenProvider({ fresh: false }), token({ sub: 'anna' }));
  assert.equal(await local.tokenProvider({ fresh: true }), fresh);
  assert.deepEqual(asked, ['anna']);
  const deployed = new Account(token({ sub: 'anna' }), async () => undefined);
  assert.equal(await deployed.tokenProvider({ fresh: true }), token({ sub: 'anna' }));
});

test('files that the service would refuse are told apart before anything is sent', () => {
  const file = (name, size = 1) => ({ name, size });
  const { wanted, refused } = sorted(
    [file('a.csv'), file('B.XLSX', 10), file('empty.csv', 0), file('c.pdf'), file('csv'), file('d.csv', 11), file('e.xlsx.exe')],
    10,
  );
  assert.deepEqual(wanted.map(({ name }) => name), ['a.csv', 'B.XLSX', 'empty.csv']);
  assert.deepEqual(refused.map(({ names }) => names), [['c.pdf', 'csv', 'e.xlsx.exe'], ['d.csv']]);
  assert.equal(sorted([file('huge.csv', 1e12)], 0).wanted.length, 1, 'unknown limits refuse nothing');
  const many = sorted(Array.from({ length: 100 }, (_, n) => file(`${n}.pdf`)), 10).refused;
  assert.equal(refusalWords(many[0]), 'Not uploaded: 0.pdf, 1.pdf, 2.pdf and 97 more: only CSV and XLSX files can be read.');
  assert.match(refusalWords(refused[1]), /d\.csv: larger than 10 bytes\. Split it/);
});

test('leads of an upload that just ended are new or updated, all others are no news', () => {
  const fresh = new Map([['u', '2025-01-09T10:00:00Z']]);
  const lead = (uploadId, createdAt) => newsOf({ uploadId, createdAt }, fresh);
  assert.equal(lead('u', '2025-01-09T10:00:01.5Z'), 'New');
  assert.equal(lead('u', '2025-01-08T10:00:00Z'), 'Updated');
  assert.equal(lead('v', '2025-01-09T10:00:01Z'), '');
});

test('a second look is taken only when leads were written that are not shown', () => {
  const over = (uploadId, processedLeads) => ({ uploadId, progress: { processedLeads } });
  assert.equal(mayNeedMore([over('a', 3)], ['x']), true);
  assert.equal(mayNeedMore([over('a', 3)], ['a']), false);
  assert.equal(mayNeedMore([over('a', 0)], []), false);
  assert.equal(mayNeedMore([], []), false);
});

test('what ended is told in one sentence', () => {
  const over = (status, createdLeads, updatedLeads) => ({
    status, metadata: { fileName: 'a.csv' }, progress: { createdLeads, updatedLeads },
  });
  assert.equal(newsWords([over('completed', 28, 2)]), 'a.csv: 28 new, 2 updated');
  assert.equal(newsWords([over('error', 0, 0)]), 'a.csv: failed');
  assert.equal(newsWords([over('error', 5, 0)]), 'a.csv: 5 new, 0 updated, failed');
  assert.equal(newsWords([over('completed', 0, 0)]), 'a.csv: no leads');
  assert.equal(
    newsWords([over('completed', 1, 0), over('cancelled', 2, 1), over('error', 0, 0)]),
    '3 uploads are over: 3 new, 1 updated, 1 failed, 1 cancelled',
  );
});

test('an export that breaks off is no file', async () => {
  const body = (end) =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('leadId\r\n'));
        end(controller);
      },
    });
  const whole = await wholeOf(new Response(body((c) => c.close())), () => {});
  assert.equal(await whole.text(), 'leadId\r\n');
  await assert.rejects(wholeOf(new Response(body((c) => c.error(new TypeError('cut')))), () => {}));
});

test('figures are read out of Prometheus text, and what is not there is not made up', () => {
  const text = [
    '# HELP headway_tail_lag seconds',
    'headway_tail_lag 0.15',
    'headway_tail_lag_of_something_else 7',
    'headway_board_age NaN',
    'headway_board_whole 1.0',
    'headway_streams_open 12.0',
  ].join('\n');
  assert.deepEqual(figuresOf(text), {
    tailLag: 0.15, shards: null, boardAge: null, whole: 1, busUp: null, streams: 12,
  });
  assert.equal(figuresOf('<html>').tailLag, null);
  assert.deepEqual([12.4, 3400, 300_000, -50, NaN].map(shortTime), ['12 ms', '3.4 s', '5 min', '-50 ms', '']);
});

test('a refusal is told by its detail, else its title, else its number', async () => {
  const message = async (body) =>
    (await ProblemError.of(new Response(body, { status: 413 }))).message;
  assert.equal(await message('{"title":"t","detail":"d"}'), 'd');
  assert.equal(await message('{"title":"t"}'), 't');
  for (const body of ['', '<html>', 'null', '7', '{"detail":']) {
    assert.match(await message(body), /413/, body);
  }
});

test('the turnstile lets two pass at once and the others in their order, whatever happens', async () => {
  const turnstile = new Turnstile(2);
  const log = [];
  const leave = {};
  const results = ['a', 'b', 'c', 'd'].map((name) =>
    turnstile.pass(() => {
      log.push(name);
      return new Promise((resolve, reject) => (leave[name] = { resolve, reject }));
    }),
  );
  await settle();
  assert.deepEqual(log, ['a', 'b']);
  leave.b.reject(new Error('broken'));
  await assert.rejects(results[1], /broken/);
  await settle();
  assert.deepEqual(log, ['a', 'b', 'c']);
  leave.a.resolve('done');
  assert.equal(await results[0], 'done');
  await settle();
  assert.deepEqual(log, ['a', 'b', 'c', 'd']);
  leave.c.resolve();
  leave.d.resolve();
  await Promise.all([results[2], results[3]]);
  assert.equal(await turnstile.pass(() => 'later'), 'later');
});
