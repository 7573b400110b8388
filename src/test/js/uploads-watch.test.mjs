import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthorizedFetch } from '../../main/resources/webroot/authorized-fetch.js';
import { UploadsWatch, isCurrent } from '../../main/resources/webroot/uploads-watch.js';
import { Shared } from './support/browser.mjs';
import { OpenStream, abortable, never, problem, unreachable } from './support/scripted-service.mjs';
import { VirtualClock, settle } from './support/virtual-clock.mjs';

const record = (uploadId, version = 1, status = 'processing') => ({ uploadId, version, status });

/** A browser with tabs, before a service whose streams the test writes. */
class Scene {
  clock = new VirtualClock();
  shared = new Shared();
  streams = [];
  lists = 0;
  answer = (call) => {
    const stream = new OpenStream(call);
    this.streams.push(stream);
    return Promise.resolve(stream.response);
  };

  get open() {
    return this.streams.filter((stream) => !stream.closed);
  }

  tab(user = 'anna', { alone = false, listed = [] } = {}) {
    const heard = [];
    const authorized = new AuthorizedFetch((url, init) => this.answer(init), async () => 'token');
    const watch = new UploadsWatch({
      authorized,
      user,
      clock: this.clock,
      random: () => 0,
      tabs: alone ? {} : this.shared.of({ unheard: [] }),
      list: async (signal) => {
        this.lists++;
        return abortable(typeof listed === 'function' ? listed() : listed, signal);
      },
      onStatus: ({ uploadId, version }) => heard.push(`${uploadId}:${version}`),
      onSource: (source) => (watch.source = source),
      onUnauthorized: (why) => watch.refusals.push(why),
    });
    Object.assign(watch, { heard, refusals: [] });
    watch.start();
    return watch;
  }

  async tell(...records) {
    for (const one of records) for (const stream of this.open) await stream.status(one);
    await settle();
  }
}

test('the tabs of one user hear of all uploads by one stream', async () => {
  const scene = new Scene();
  const [first, second] = [scene.tab(), scene.tab()];
  await settle();
  await scene.tell(record('a'), record('b', 2));
  assert.equal(scene.streams.length, 1);
  assert.deepEqual(first.heard, ['a:1', 'b:2']);
  assert.deepEqual(second.heard, first.heard);
  assert.deepEqual([first.source, second.source], ['leads', 'follows']);
});

test('when the tab that reads is closed or hidden, the next one reads at once', async () => {
  const scene = new Scene();
  const [first, second] = [scene.tab(), scene.tab()];
  await settle();
  first.stop();
  await settle();
  await scene.tell(record('a'));
  assert.equal(scene.open.length, 1);
  assert.deepEqual([first.heard, second.heard], [[], ['a:1']]);
  second.stop();
  await settle();
  assert.equal(scene.open.length, 0);
  first.start();
  await settle();
  assert.equal(scene.open.length, 1);
});

test('another user in another tab has a stream of their own and hears nothing of the first', async () => {
  const scene = new Scene();
  const anna = scene.tab('anna');
  await settle();
  const bert = scene.tab('bert');
  await settle();
  assert.equal(scene.open.length, 2);
  await scene.streams[0].status(record('of-anna'));
  await settle();
  assert.deepEqual([anna.heard, bert.heard], [['of-anna:1'], []]);
});

test('whoever cannot be told from others, or has no locks, shares with nobody', async () => {
  const scene = new Scene();
  scene.tab(null);
  scene.tab(null);
  scene.tab('anna', { alone: true });
  await settle();
  assert.equal(scene.open.length, 3);
});

test('a tab that comes back to the stream of another one hears of what is over by then', async () => {
  const scene = new Scene();
  const first = scene.tab();
  await settle();
  const second = scene.tab('anna', { listed: [record('missed', 9, 'completed')] });
  await settle();
  second.stop();
  await settle();
  second.heard.length = 0;
  const before = scene.lists;
  second.start();
  await settle();
  assert.deepEqual([second.heard, second.source], [['missed:9'], 'follows']);
  await scene.tell(record('a'));
  assert.deepEqual([second.heard, first.heard], [['missed:9', 'a:1'], ['a:1']]);
  assert.equal(scene.lists, before + 1);
});

test('a follower whose list fails reads it again, as late as the service wants', async () => {
  const scene = new Scene();
  scene.tab();
  await settle();
  const failures = [
    new TypeError('failed to fetch'),
    Object.assign(new Error('busy'), { status: 503, retryAfter: 20_000 }),
  ];
  const listed = () => {
    if (failures.length > 0) throw failures.shift();
    return [record('missed', 9, 'completed')];
  };
  const second = scene.tab('anna', { listed });
  await settle();
  assert.equal(scene.lists, 1);
  await scene.clock.advance(1_000);
  assert.equal(scene.lists, 2);
  await scene.clock.advance(19_999);
  assert.deepEqual([scene.lists, second.heard], [2, []]);
  await scene.clock.advance(1);
  assert.deepEqual([scene.lists, second.heard], [3, ['missed:9']]);
  await scene.clock.advance(5_000);
  assert.equal(scene.lists, 3);
});

test('a follower that leads, or is stopped, reads no list any more; a token that is refused is told', async () => {
  for (const end of ['lead', 'stop', 'refused']) {
    const scene = new Scene();
    const first = scene.tab();
    await settle();
    const failure = Object.assign(new Error('Sign in.'), { status: end === 'refused' ? 401 : 500 });
    const second = scene.tab('anna', { listed: () => Promise.reject(failure) });
    await settle();
    if (end === 'lead') first.stop();
    if (end === 'stop') second.stop();
    await settle();
    await scene.tell(record('a'));
    await scene.clock.advance(30_000);
    assert.equal(scene.lists, 1, end);
    assert.deepEqual(second.refusals, end === 'refused' ? ['Sign in.'] : []);
    assert.deepEqual(second.heard, end === 'stop' ? [] : ['a:1']);
  }
});

test('a stream that ends is opened again, without a list beside it', async () => {
  const scene = new Scene();
  scene.tab();
  await settle();
  await scene.streams[0].write('retry: 700\n\n');
  await scene.streams[0].end();
  await scene.clock.advance(999);
  assert.equal(scene.streams.length, 1);
  await scene.clock.advance(1);
  assert.equal(scene.streams.length, 2);
  assert.equal(scene.lists, 0);
});

test('where no stream comes through the list is read, less and less often', async () => {
  const scene = new Scene();
  scene.answer = () => unreachable();
  const watch = scene.tab('anna', { listed: [record('a', 3)] });
  await scene.clock.advance(0);
  assert.deepEqual(watch.heard, ['a:3']);
  assert.equal(watch.source, 'list');
  await scene.clock.advance(120_000);
  assert.ok(scene.lists >= 6 && scene.lists <= 9, `${scene.lists} lists in two minutes`);
});

test('a tab that is stopped while its list hangs lets another one read at once', async () => {
  const scene = new Scene();
  const { answer } = scene;
  scene.answer = () => unreachable();
  const first = scene.tab('anna', { listed: never });
  await settle();
  assert.deepEqual([scene.lists, first.source], [1, 'follows']);
  scene.answer = answer;
  const second = scene.tab();
  await settle();
  assert.equal(scene.open.length, 0, 'the first one has the lock');
  first.stop();
  await settle();
  await scene.tell(record('a'));
  assert.deepEqual([first.heard, second.heard, second.source], [[], ['a:1'], 'leads']);
  second.stop();
  await settle();
  assert.equal(scene.clock.pending, 0);
});

test('a list that hangs is given up: the tab that reads tries the stream again, a follower the list', async () => {
  const scene = new Scene();
  const { answer } = scene;
  scene.answer = () => unreachable();
  const first = scene.tab('anna', { listed: never });
  await settle();
  scene.answer = answer;
  await scene.clock.advance(20_999);
  assert.deepEqual([scene.lists, scene.streams.length], [1, 0]);
  await scene.clock.advance(1);
  await scene.tell(record('a'));
  assert.deepEqual([first.heard, first.source], [['a:1'], 'leads']);

  const answers = [never, () => [record('missed', 9, 'completed')]];
  const second = scene.tab('anna', { listed: () => answers.shift()() });
  await scene.clock.advance(21_000);
  assert.deepEqual([second.heard, second.source], [['missed:9'], 'follows']);
});

test('a service that asks for patience gets it', async () => {
  const scene = new Scene();
  let asked = 0;
  scene.answer = () => {
    asked++;
    return Promise.resolve(problem(503, 'DRAINING', { 'Retry-After': '20' }));
  };
  scene.tab();
  await scene.clock.advance(19_999);
  assert.equal(asked, 1);
  await scene.clock.advance(2);
  assert.equal(asked, 2);
});

test('nor is the list read before that, unless it is only streams that are too many', async () => {
  const readAt = async (status, code) => {
    const scene = new Scene();
    scene.answer = () => Promise.resolve(problem(status, code, { 'Retry-After': '20' }));
    scene.tab();
    await scene.clock.advance(19_999);
    const early = scene.lists;
    await scene.clock.advance(2);
    return [early, scene.lists];
  };
  assert.deepEqual(await readAt(503, 'DRAINING'), [0, 1]);
  assert.deepEqual(await readAt(429, 'RATE_LIMITED'), [0, 1]);
  assert.equal((await readAt(429, 'TOO_MANY_STREAMS'))[0], 1);
});

test('a refused token is told, and nothing is asked until somebody starts it again', async () => {
  const scene = new Scene();
  const { answer } = scene;
  let asked = 0;
  scene.answer = () => {
    asked++;
    return Promise.resolve(problem(401, 'UNAUTHORIZED'));
  };
  const watch = scene.tab();
  await scene.clock.advance(300_000);
  assert.deepEqual(watch.refusals, ['detail of UNAUTHORIZED']);
  assert.deepEqual([asked, scene.lists], [2, 0]); // with the token, and with a fresh one
  scene.answer = answer;
  watch.stop();
  watch.start();
  await settle();
  await scene.tell(record('a'));
  assert.deepEqual(watch.heard, ['a:1']);
});

test('after it was stopped nothing is told and nothing is asked', async () => {
  const scene = new Scene();
  const watch = scene.tab();
  await settle();
  const [stream] = scene.streams;
  watch.stop();
  await settle();
  assert.equal(stream.closed, true);
  await scene.clock.advance(300_000);
  assert.deepEqual([watch.heard, scene.streams.length, scene.lists], [[], 1, 0]);
});

test('failures stay in sight until somebody dismisses them, other ends are past', () => {
  const of = (status) => isCurrent(record('a', 1, status));
  assert.deepEqual(['uploading', 'processing', 'error'].map(of), [true, true, true]);
  assert.deepEqual(['completed', 'cancelled'].map(of), [false, false]);
});
