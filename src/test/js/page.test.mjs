import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Session, subjectOf, tokenInFragment } from '../../main/resources/webroot/memory.js';
import { ProblemError, problemOf } from '../../main/resources/webroot/problem.js';
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

test('a window remembers its token and its uploads, newest first, across a reload', () => {
  const storage = new FakeStorage();
  const session = new Session(storage);
  session.token = 'secret';
  session.remember('a', 'a.csv');
  session.remember('b', 'b.csv');
  session.remember('a', 'a.csv');
  const reloaded = new Session(storage);
  assert.equal(reloaded.token, 'secret');
  assert.deepEqual(reloaded.uploads.map(({ uploadId }) => uploadId), ['a', 'b']);
  reloaded.forget('a');
  assert.deepEqual(new Session(storage).uploads, [{ uploadId: 'b', fileName: 'b.csv' }]);
});

test('only the newest uploads are remembered', () => {
  const session = new Session(new FakeStorage());
  for (let n = 1; n <= 30; n++) session.remember(`upload-${n}`, 'x.csv');
  assert.equal(session.uploads.length, 20);
  assert.equal(session.uploads[0].uploadId, 'upload-30');
});

test('a memory that holds nonsense, or a storage that refuses, is no memory', () => {
  for (const nonsense of ['{', '7', 'null', '[null,1,{"uploadId":""},{"uploadId":7}]']) {
    const storage = new FakeStorage();
    storage.setItem('headway.uploads', nonsense);
    assert.deepEqual(new Session(storage).uploads, [], nonsense);
  }
  const refuse = () => { throw new Error('blocked'); };
  const session = new Session({ getItem: refuse, setItem: refuse, removeItem: refuse });
  session.token = 'secret';
  session.remember('a', 'a.csv');
  assert.equal(session.token, 'secret');
  assert.equal(session.uploads.length, 1);
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

test('a refusal is told by its detail, else its title, else its number', async () => {
  const message = async (body) =>
    new ProblemError(413, await problemOf(new Response(body))).message;
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
