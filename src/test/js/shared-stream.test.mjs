import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, tokenOf } from './support/browser.mjs';
import { settle } from './support/virtual-clock.mjs';

/** A record that was there, and the changes that came. */
const rise = (from, to) =>
  Array.from({ length: to - from + 1 }, (_, n) => [from + n, n === 0 ? 'snapshot' : 'change']);

/** The second version came while there was no stream, so nobody knows how long it has been there. */
const FOUND_TWICE = [...rise(1, 1), ...rise(2, 2)];

/** Time passes as on a healthy connection: every stream has its heartbeats. */
async function pass(world, seconds) {
  for (let second = 1; second <= seconds; second++) {
    await world.clock.advance(1_000);
    if (second % 15 === 0) for (const stream of world.open) await stream.write(':\n\n');
    await settle();
  }
}

async function worldOf(...ids) {
  const world = new World();
  for (const id of ids) await world.move(id);
  return world;
}

test('many uploads of a page are one stream, and no poll', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `upload-${n}`);
  const world = await worldOf(...ids);
  const tab = world.tab();
  const ladders = ids.map((id) => tab.follow(id));
  await pass(world, 1);
  for (const id of ids) await world.move(id);
  await pass(world, 60);
  assert.equal(world.open.length, 1);
  assert.equal(world.made('stream'), 1);
  assert.equal(world.made('poll'), 0);
  for (const ladder of ladders) {
    assert.deepEqual(ladder.seen, rise(1, 2));
    assert.equal(ladder.transport, 'stream');
  }
});

test('one upload alone is read at its own address, from the version that is known', async () => {
  const world = await worldOf('a');
  const tab = world.tab();
  const ladder = tab.follow('a');
  await pass(world, 12);
  await world.open[0].end();
  await pass(world, 2);
  assert.deepEqual(world.requests.map(({ picks }) => picks), [['a'], ['a']]);
  assert.equal(world.requests[1].headers['Last-Event-ID'], '1');
  assert.equal(ladder.transport, 'stream');
});

test('uploads that are added one after another join the stream together', async () => {
  const world = await worldOf('a', 'b', 'c', 'd');
  const tab = world.tab();
  tab.follow('a');
  await pass(world, 3);
  const late = [];
  for (const id of ['b', 'c', 'd']) {
    late.push(tab.follow(id));
    await world.clock.advance(50);
  }
  await pass(world, 1);
  assert.deepEqual(world.requests.map(({ picks }) => picks.join()), ['a', 'a,b,c,d']);
  assert.equal(world.open.length, 1);
  for (const ladder of late) assert.deepEqual(ladder.seen, rise(1, 1));
});

test('the tabs of one user share one stream', async () => {
  const world = await worldOf('a', 'b');
  const [first, second] = [world.tab(), world.tab()];
  const [a, b] = [first.follow('a'), second.follow('b')];
  const same = second.follow('a');
  await pass(world, 1);
  await world.move('a');
  await world.move('b');
  await pass(world, 120);
  assert.equal(world.open.length, 1);
  assert.ok(world.made('stream') <= 2, `${world.made('stream')}`);
  assert.equal(world.made('poll'), 0);
  for (const ladder of [a, b, same]) {
    assert.deepEqual(ladder.seen, rise(1, 2));
    assert.equal(ladder.transport, 'stream');
  }
});

for (const [difference, other] of [
  ['users', { user: 'v' }],
  ['services', { baseUrl: 'https://b.example' }],
  ['tokens that say nothing of a user', { token: 'opaque' }],
  ['a browser without locks', { alone: true }],
]) {
  test(`apart: ${difference}`, async () => {
    const world = await worldOf('a');
    const { user = 'u', ...rest } = other;
    const ladders = [world.tab('u', rest.token ? rest : {}), world.tab(user, rest)].map((tab) => tab.follow('a'));
    await pass(world, 2);
    await world.move('a');
    assert.equal(world.open.length, 2);
    for (const ladder of ladders) assert.deepEqual(ladder.seen, rise(1, 2));
  });
}

test('when the leading tab closes, another leads, and nobody misses a version', async () => {
  const world = await worldOf('a', 'b');
  const tabs = [world.tab(), world.tab(), world.tab()];
  tabs[0].follow('a');
  const b = tabs[1].follow('b');
  const a = tabs[2].follow('a');
  await pass(world, 20);
  tabs[0].close();
  await world.move('a');
  await world.move('b');
  await pass(world, 3);
  assert.equal(world.open.length, 1);
  assert.deepEqual(a.seen, FOUND_TWICE);
  assert.deepEqual(b.seen, rise(1, 2), 'by then the other one leads');
  assert.equal(world.made('poll'), 0);
  tabs[1].close();
  tabs[2].close();
  await pass(world, 1);
  assert.equal(world.open.length, 0, 'the last one closes it');
  assert.equal(world.shared.channels, 0);
  assert.equal(world.clock.pending, 0);
});

test('a leading tab that nobody looks at hands over, and comes back as a listener', async () => {
  const world = await worldOf('a');
  const [first, second] = [world.tab(), world.tab()];
  const hidden = first.follow('a');
  const shown = second.follow('a');
  await pass(world, 2);
  hidden.pause();
  await pass(world, 1);
  await world.move('a');
  assert.deepEqual(hidden.seen, rise(1, 1));
  assert.deepEqual(shown.seen, rise(1, 2));
  hidden.resume();
  await pass(world, 1);
  assert.equal(hidden.seen.at(-1)[0], 2, 'caught up at once');
  assert.equal(world.open.length, 1);
});

test('a leader that is frozen is noticed: polls within seconds, then its lock is taken, and there is peace', async () => {
  const world = await worldOf('a', 'b');
  const [first, second, third] = [world.tab(), world.tab(), world.tab()];
  const frozen = first.follow('a');
  const listeners = [second.follow('a'), third.follow('b')];
  await pass(world, 2);
  first.frozen = true;
  await world.clock.advance(25_000);
  assert.ok(world.made('poll') > 0);
  await world.move('a');
  await world.clock.advance(3_000);
  assert.equal(listeners[0].status.version, 2, 'by a poll');
  await pass(world, 20);
  await world.move('a');
  await world.move('b');
  assert.deepEqual(listeners.map(({ transport }) => transport), ['stream', 'stream']);
  assert.deepEqual(listeners.map(({ status }) => status.version), [3, 2]);
  assert.equal(world.open.filter(({ tab }) => tab !== first).length, 1);

  first.thaw();
  await pass(world, 40);
  assert.equal(world.open.length, 1, 'what was frozen lets go of its stream');
  assert.equal(frozen.status.version, 3);
  await world.move('a');
  assert.equal(frozen.status.version, 4, 'and listens');
  const polls = world.made('poll');
  await pass(world, 60);
  assert.equal(world.made('poll'), polls);
});

test('another user under the same provider: the stream is opened anew with the new token, for all', async () => {
  const world = await worldOf('a', 'b');
  const [tab, other] = [world.tab('anna'), world.tab('berta')];
  const ladders = ['a', 'b'].map((id) => tab.follow(id));
  const berta = other.follow('a');
  await pass(world, 3);
  tab.token = () => tokenOf('berta');
  tab.authorized.forget();
  ladders[0].stop();
  ladders[0].start();
  await pass(world, 5);
  await world.move('a');
  await world.move('b');
  for (const ladder of [...ladders, berta]) assert.equal(ladder.status.version, 2);
  assert.equal(world.open.length, 1, 'now they are of one user');
  assert.equal(world.open[0].headers.Authorization, `Bearer ${tokenOf('berta')}`);
});

test('a stream that ends is opened again once for all, after its retry', async () => {
  const ids = ['a', 'b', 'c'];
  const world = await worldOf(...ids);
  const tab = world.tab();
  const ladders = ids.map((id) => tab.follow(id));
  await pass(world, 14);
  const at = world.clock.now();
  await world.open[0].end();
  for (const id of ids) await world.move(id);
  await pass(world, 3);
  assert.equal(world.made('stream'), 2);
  assert.ok(world.requests.at(-1).at - at >= 1_000);
  for (const ladder of ladders) assert.deepEqual(ladder.seen, FOUND_TWICE);
  assert.equal(world.made('poll'), 0);
});

test('an upload that the stream leaves out is asked for, and its end is told', async () => {
  const world = await worldOf('a', 'b');
  const tab = world.tab();
  tab.follow('a');
  const gone = tab.follow('gone');
  await pass(world, 7);
  assert.equal(gone.end?.reason, 'not-found');
  assert.equal(tab.ladders[0].transport, 'stream');
});

test('an id that no service accepts does not spoil the stream of the others', async () => {
  const world = await worldOf('a', 'b');
  const tab = world.tab();
  const ladders = ['a', 'not an id', 'b'].map((id) => tab.follow(id));
  await pass(world, 1);
  assert.deepEqual(world.open.map(({ picks }) => picks), [['a', 'b']]);
  assert.equal(ladders[1].end?.reason, 'not-found');
});

test('where the service streams one upload only, one is streamed, the others polled', async () => {
  const world = await worldOf('a', 'b');
  world.offersMany = false;
  const tab = world.tab();
  const ladders = ['a', 'b'].map((id) => tab.follow(id));
  await pass(world, 60);
  assert.deepEqual(ladders.map(({ transport }) => transport), ['stream', 'poll']);
  assert.ok(world.made('stream') <= 2, `${world.made('stream')}`);
  await world.move('b', { status: 'completed' });
  await pass(world, 3);
  assert.equal(ladders[1].end?.reason, 'done');
});

test('more uploads than one stream takes: the rest is polled', async () => {
  const ids = Array.from({ length: 103 }, (_, n) => `u${n}`);
  const world = await worldOf(...ids);
  const tab = world.tab();
  ids.forEach((id) => tab.follow(id));
  await pass(world, 10);
  assert.equal(world.open.length, 1);
  assert.equal(world.open[0].picks.length, 100);
  assert.equal(world.made('stream'), 1);
  assert.equal(tab.ladders.filter(({ transport }) => transport === 'poll').length, 3);
});

test('an upload that is over leaves; the stream of the others goes on', async () => {
  const world = await worldOf('a', 'b');
  const tab = world.tab();
  const [a, b] = ['a', 'b'].map((id) => tab.follow(id));
  await pass(world, 1);
  await world.move('a', { status: 'completed' });
  await world.move('b');
  assert.equal(a.end.reason, 'done');
  assert.deepEqual(b.seen, rise(1, 2));
  assert.equal(world.made('stream'), 1);
  await world.open[0].write('event: expired\ndata: {"uploadId":"b"}\n\n');
  assert.equal(b.end.reason, 'expired');
  assert.equal(world.open.length, 0);
});

test('when the network changes, one new stream is opened for all', async () => {
  const world = await worldOf('a', 'b', 'c');
  const tab = world.tab();
  ['a', 'b', 'c'].forEach((id) => tab.follow(id));
  await pass(world, 5);
  for (const ladder of tab.ladders) ladder.online();
  await pass(world, 1);
  assert.equal(world.made('stream'), 2);
  assert.equal(world.open.length, 1);
  assert.ok(tab.ladders.every(({ transport }) => transport === 'stream'));
});

test('a stream whose token runs out is opened anew once, for all, with one renewal', async () => {
  const world = await worldOf('a', 'b', 'c');
  const tab = world.tab();
  let asked = 0;
  tab.token = () => `token-${++asked}`;
  ['a', 'b', 'c'].forEach((id) => tab.follow(id));
  await pass(world, 2);
  await world.open[0].write('event: token\ndata: {}\n\n');
  await pass(world, 10);
  assert.equal(asked, 1, 'a token so short that its end is near at once is not renewed at once');
  await world.open[0].write('event: token\ndata: {}\n\n');
  await pass(world, 1);
  assert.equal(asked, 2);
  assert.deepEqual(
    world.requests.map(({ headers }) => headers.Authorization),
    ['Bearer token-1', 'Bearer token-2'],
  );
  assert.equal(world.open.length, 1);
});

test('a token that is refused ends its own tab, and another tab goes on with its own', async () => {
  const world = await worldOf('a');
  const [first, second] = [world.tab(), world.tab()];
  first.fetch = async () => new Response('{}', { status: 401 });
  const refused = first.follow('a');
  const other = second.follow('a');
  await pass(world, 3);
  assert.equal(refused.end?.reason, 'unauthorized');
  assert.deepEqual(other.seen, rise(1, 1));
});
