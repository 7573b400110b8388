import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomNumbers } from './support/random.mjs';
import {
  OpenStream,
  Scene,
  UPLOAD,
  done,
  found,
  never,
  problem,
  record,
  unchanged,
  unreachable,
} from './support/scripted-service.mjs';
import { settle } from './support/virtual-clock.mjs';

const terminal = (version, status = 'completed') => record(version, { status });

/** Nothing is left that could ever happen. */
async function assertAtRest(scene) {
  const calls = scene.calls.length;
  assert.equal(scene.clock.pending, 0, 'a timer survived');
  await scene.clock.advance(3_600_000);
  assert.equal(scene.calls.length, calls, 'a request was made afterwards');
  for (const stream of scene.streams) assert.ok(stream.closed, 'a stream stayed open');
}

test('a stream that works is all there is: one request, with token, and no poll', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.write('retry: 1374\n\n');
  await scene.stream.status(record(1));
  for (let beat = 0; beat < 40; beat++) {
    await scene.clock.advance(15_000);
    await scene.stream.write(':\n\n');
  }
  await scene.stream.status(record(2));
  assert.deepEqual(scene.statuses, [[1, 'snapshot'], [2, 'change']]);
  assert.deepEqual(scene.transports, ['connecting', 'stream']);
  assert.equal(scene.calls.length, 1);
  assert.deepEqual(scene.calls[0].headers, {
    Accept: 'text/event-stream',
    Authorization: 'Bearer token-1',
  });
  scene.ladder.stop();
  await settle();
  await assertAtRest(scene);
});

test('the terminal record ends everything, before the service ends the stream', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(record(1));
  await scene.stream.status(terminal(2));
  assert.deepEqual(scene.ends, [{ reason: 'done' }]);
  assert.equal(scene.ladder.transport, 'closed');
  await assertAtRest(scene);
});

test('a stream that the service ends is opened again after its retry, from the last version', async () => {
  const scene = new Scene({ random: () => 0 });
  await scene.start();
  await scene.stream.write('retry: 1500\n\n');
  await scene.stream.status(record(7));
  await scene.clock.advance(12_000);
  await scene.stream.end();
  await scene.clock.advance(1_499);
  assert.equal(scene.made('stream'), 1);
  await scene.clock.advance(1);
  assert.equal(scene.made('stream'), 2);
  assert.equal(scene.calls.at(-1).headers['Last-Event-ID'], '7');
  assert.equal(scene.made('poll'), 0);
});

test('a reconnect is spread, and never sooner than the service asked for', async () => {
  const waits = [];
  for (const random of [0, 0.5, 0.999]) {
    const scene = new Scene({ random: () => random });
    await scene.start();
    await scene.stream.write('retry: 4000\n\n');
    await scene.clock.advance(12_000);
    await scene.stream.end();
    await scene.clock.advance(10_000);
    waits.push(scene.times('stream')[1] - 12_000);
  }
  assert.equal(waits[0], 4_000);
  assert.ok(waits[1] > waits[0] && waits[2] > waits[1] && waits[2] <= 6_000, `${waits}`);
});

test('while a reconnect is long in coming, polls keep the record fresh', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.write('retry: 20000\n\n');
  await scene.clock.advance(12_000);
  await scene.stream.end();
  await scene.clock.advance(12_000);
  assert.deepEqual(scene.times('poll'), [14_000, 16_000, 18_000, 20_000, 22_000, 24_000]);
});

test('a first byte that is late starts polls beside the stream; it stops them again', async () => {
  const scene = new Scene({ onPoll: () => found(record(1)) });
  await scene.start(4_999);
  assert.equal(scene.made('poll'), 0);
  await scene.clock.advance(4_001);
  assert.deepEqual(scene.times('poll'), [5_000, 7_000, 9_000]);
  assert.equal(scene.ladder.transport, 'poll');
  await scene.stream.write('retry: 1000\n\n');
  assert.equal(scene.ladder.transport, 'stream');
  await scene.clock.advance(14_000);
  assert.equal(scene.made('poll'), 3);
  assert.equal(scene.made('stream'), 1);
});

test('a heartbeat that is late starts polls, two missed ones give the stream up', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(record(1));
  const first = scene.stream;
  await scene.clock.advance(19_999);
  assert.equal(scene.made('poll'), 0);
  await scene.clock.advance(1);
  assert.equal(scene.made('poll'), 1);
  await scene.clock.advance(11_999);
  assert.equal(first.closed, false);
  await scene.clock.advance(1);
  assert.equal(first.closed, true);
  await scene.clock.advance(1_500);
  assert.equal(scene.made('stream'), 2);
});

test('behind a proxy that collects, every change still arrives within the pace of polls', async () => {
  let version = 1;
  const scene = new Scene({ onPoll: () => found(record(version)) });
  await scene.start();
  const late = [];
  for (let second = 1; second < 600; second++) {
    // The proxy lets the beginning of every stream pass, and nothing afterwards.
    for (const stream of scene.streams) {
      if (!stream.begun) {
        stream.begun = true;
        await stream.write('retry: 1000\n\n');
      }
    }
    version = second;
    await scene.clock.advance(1_000);
    if (scene.ladder.status && second > 60) late.push(version - scene.ladder.status.version);
  }
  assert.ok(Math.max(...late) <= 4, `up to ${Math.max(...late)} s late`);
  assert.equal(scene.mostPolls, 1);
});

test('a stream is trusted again once a heartbeat came through', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.clock.advance(34_000); // silent; the second one is open now
  assert.equal(scene.made('stream'), 2);
  await scene.stream.write('retry: 1000\n\n');
  await scene.clock.advance(6_000);
  assert.equal(scene.ladder.transport, 'poll', 'one byte is not enough here');
  await scene.clock.advance(6_000);
  await scene.stream.write(':\n\n');
  assert.equal(scene.ladder.transport, 'stream');
  const polls = scene.made('poll');
  await scene.clock.advance(15_000);
  assert.equal(scene.made('poll'), polls);
});

test('streams that end early again and again are opened ever more rarely, and polls take over', async () => {
  const scene = new Scene({
    onStream: () =>
      new Response('retry: 700\n\n', { headers: { 'Content-Type': 'text/event-stream' } }),
    random: () => 1 - Number.EPSILON,
  });
  await scene.start(300_000);
  const opened = scene.times('stream');
  const gaps = opened.slice(1).map((at, index) => Math.round((at - opened[index]) / 100) / 10);
  assert.deepEqual(gaps.slice(0, 7), [1.1, 1, 2, 4, 8, 16, 30]);
  assert.ok(gaps.slice(7).every((gap) => gap === 30), `${gaps}`);
  const polls = scene.times('poll');
  const pauses = polls.slice(1).map((at, index) => at - polls[index]);
  assert.ok(Math.max(...pauses) <= 2_500 && Math.min(...pauses) >= 2_000, `${pauses}`);
});

for (const status of [405, 406, 415, 501]) {
  test(`a stream that is refused with ${status} is not asked for again: polls at their pace`, async () => {
    const scene = new Scene({
      onStream: () => problem(status, 'NOT_ACCEPTABLE'),
      onPoll: (call, n) => (n === 1 ? found(record(3)) : unchanged()),
    });
    await scene.start(10_000);
    assert.equal(scene.made('stream'), 1);
    assert.deepEqual(scene.times('poll'), [0, 2_000, 4_000, 6_000, 8_000, 10_000]);
    assert.equal(scene.calls[1].headers['If-None-Match'], undefined);
    assert.equal(scene.calls[2].headers['If-None-Match'], '"3"');
    assert.equal(scene.ladder.transport, 'poll');
  });
}

test('an answer that is no event stream is a refusal, and its body is let go', async () => {
  let page;
  const scene = new Scene({
    onStream: (call) => (page = new OpenStream(call, 'text/html')).response,
  });
  await scene.start(2_000);
  assert.equal(page.closed, true);
  assert.deepEqual(scene.times('poll'), [0, 2_000]);
});

test('a service that cannot be reached is tried again, ever more rarely, by both ways', async () => {
  const scene = new Scene({ onStream: unreachable, onPoll: unreachable });
  await scene.start(600_000);
  assert.equal(scene.ladder.transport, 'offline');
  for (const kind of ['stream', 'poll']) {
    const times = scene.times(kind);
    const pauses = times.slice(1).map((at, index) => at - times[index]);
    assert.ok(pauses.at(-1) >= 15_000 && Math.max(...pauses) <= 30_000, `${kind}: ${pauses}`);
  }
  scene.onStream = (call) => scene.open(call);
  await scene.clock.advance(30_000);
  await scene.stream.status(record(1));
  assert.equal(scene.ladder.transport, 'stream');
});

test('a first stream that breaks is not news: the reconnect comes before any poll', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(record(1));
  await scene.stream.cut();
  assert.equal(scene.ladder.transport, 'connecting');
  await scene.clock.advance(1_500);
  assert.equal(scene.made('stream'), 2);
  await scene.stream.write(':\n\n');
  assert.equal(scene.made('poll'), 0);
});

for (const status of [500, 502, 504]) {
  test(`${status} is tried again`, async () => {
    const scene = new Scene({
      onStream: (call, n) => (n < 4 ? problem(status, 'INTERNAL_ERROR') : scene.open(call)),
      onPoll: () => problem(status, 'INTERNAL_ERROR'),
    });
    await scene.start(20_000);
    assert.equal(scene.ladder.transport, 'unavailable', 'there is a connection');
    await scene.clock.advance(10_000);
    assert.equal(scene.made('stream'), 4);
    assert.ok(scene.made('poll') > 0);
    assert.deepEqual(scene.ends, []);
  });
}

test('Retry-After of 503 keeps everything quiet, and a little longer', async () => {
  const scene = new Scene({
    onStream: (call, n) =>
      n === 1 ? problem(503, 'DRAINING', { 'Retry-After': '7' }) : scene.open(call),
  });
  await scene.start(6_999);
  assert.equal(scene.calls.length, 1);
  assert.equal(scene.ladder.transport, 'unavailable');
  await scene.clock.advance(1_000);
  assert.ok(scene.calls.length > 1);
  await scene.stream.status(record(1));
  await scene.stream.cut();
  assert.equal(scene.ladder.transport, 'connecting', 'what is over is not told again');
});

test('the pace that is told is the one that polls have', async () => {
  let retryAfter = '2';
  const scene = new Scene({
    onStream: () => problem(406, 'NOT_ACCEPTABLE'),
    onPoll: () => found(record(1), { 'Retry-After': retryAfter }),
  });
  await scene.start(5_000);
  assert.deepEqual(scene.paces, [2]);
  retryAfter = '30';
  await scene.clock.advance(60_000);
  assert.deepEqual(scene.paces, [2, 30]);
  assert.deepEqual(scene.transports, ['connecting', 'poll', 'poll']);
  const [last, next] = scene.times('poll').slice(-2);
  assert.equal(next - last, 30_000);
  retryAfter = undefined;
  await scene.clock.advance(60_000);
  assert.deepEqual(scene.paces, [2, 30, 2]);
});

test('while a refusal keeps polls waiting, nothing is said of their pace', async () => {
  const scene = new Scene({
    onStream: (call, n) =>
      n === 1 ? unreachable() : problem(503, 'OVERLOADED', { 'Retry-After': '60' }),
    random: () => 0,
  });
  await scene.start();
  await scene.ladder.refresh();
  assert.equal(scene.ladder.transport, 'poll');
  await scene.clock.advance(50_000);
  assert.equal(scene.made('poll'), 1, 'all is quiet');
  assert.equal(scene.ladder.transport, 'unavailable');
  scene.onStream = unreachable;
  await scene.clock.advance(20_000);
  assert.equal(scene.ladder.transport, 'poll');
});

const AGAIN = {
  'is hidden and shown'({ ladder }) {
    ladder.pause();
    ladder.resume();
  },
  'is stopped and started'({ ladder }) {
    ladder.stop();
    ladder.start();
  },
  'hears that the network is back'({ ladder }) {
    ladder.online();
  },
};
for (const [what, again] of Object.entries(AGAIN)) {
  test(`while nothing may be sent it says so, also when it ${what}; then what is true again`, async () => {
    const scene = new Scene({
      onStream: (call, n) =>
        n === 1 ? problem(503, 'OVERLOADED', { 'Retry-After': '60' }) : scene.open(call),
      random: () => 0,
    });
    await scene.start(10_000);
    again(scene);
    assert.equal(scene.ladder.transport, 'unavailable');
    await scene.clock.advance(49_999);
    const told = scene.transports.filter((transport) => !['idle', 'paused'].includes(transport));
    assert.deepEqual([...new Set(told.slice(1))], ['unavailable'], 'after the first attempt');
    assert.equal(scene.calls.length, 1);
    await scene.clock.advance(1);
    await scene.stream.write('retry: 1000\n\n');
    assert.equal(scene.ladder.transport, 'stream');
    await scene.stream.cut();
    assert.equal(scene.ladder.transport, 'connecting', 'what is over is not told again');
  });
}

test('a poll that is answered while nothing more may be sent promises no pace, until there are polls', async () => {
  let answer;
  const scene = new Scene({
    onStream: () => new Promise((resolve) => (answer = resolve)),
    onPoll: (call, n) => (n === 1 ? new Promise((resolve) => (scene.polled = resolve)) : unchanged()),
    random: () => 0,
  });
  await scene.start(5_000);
  answer(problem(503, 'OVERLOADED', { 'Retry-After': '60' }));
  await settle();
  scene.polled(found(record(1)));
  await settle();
  assert.deepEqual(scene.statuses, [[1, 'poll']]);
  assert.deepEqual(scene.transports, ['connecting', 'unavailable']);
  await scene.clock.advance(59_999);
  assert.equal(scene.calls.length, 2);
  await scene.clock.advance(1);
  assert.deepEqual([scene.ladder.transport, scene.paces], ['poll', [2]]);
});

test('a stream that is left while nothing may be sent is not told as live', async () => {
  const scene = new Scene({ onPoll: () => problem(503, 'OVERLOADED', { 'Retry-After': '60' }) });
  await scene.start();
  await scene.stream.status(record(1));
  await scene.clock.advance(20_000); // a heartbeat is late, and a poll looks
  assert.deepEqual([scene.made('poll'), scene.ladder.transport], [1, 'stream']);
  scene.ladder.online();
  assert.equal(scene.ladder.transport, 'unavailable');
});

test('Retry-After of a poll keeps the reconnect of the stream waiting too', async () => {
  const scene = new Scene({
    onStream: unreachable,
    onPoll: (call, n) =>
      n === 1 ? problem(503, 'OVERLOADED', { 'Retry-After': '20' }) : unchanged(),
    random: () => 0,
  });
  await scene.start(2_000);
  assert.equal(scene.made('poll'), 1);
  const streams = scene.made('stream');
  await scene.clock.advance(19_999 - (2_000 - scene.times('poll')[0]));
  assert.equal(scene.made('stream'), streams);
  await scene.clock.advance(1);
  assert.equal(scene.made('stream'), streams + 1);
});

test('Retry-After may be a date', async () => {
  const scene = new Scene({ onPoll: unchanged });
  scene.onStream = () =>
    problem(503, 'DRAINING', { 'Retry-After': new Date(scene.clock.wall() + 9_000).toUTCString() });
  await scene.start(8_999);
  assert.equal(scene.calls.length, 1);
});

test('429 slows polls down as long as it says, and without a time as well', async () => {
  const scene = new Scene({
    onStream: () => problem(406, 'NOT_ACCEPTABLE'),
    onPoll: (call, n) =>
      n === 1
        ? problem(429, 'RATE_LIMITED', { 'Retry-After': '10' })
        : n === 2
          ? problem(429, 'RATE_LIMITED')
          : found(record(1), { 'Retry-After': '5' }),
    random: () => 0,
  });
  await scene.start(60_000);
  const [first, second, third, fourth] = scene.times('poll');
  assert.deepEqual([first, second], [0, 10_000]);
  assert.ok(third - second >= 3_000, `${third - second}`);
  assert.equal(fourth - third, 5_000, 'the pace that the service asks for');
});

test('too many streams is about streams only: polls go on', async () => {
  const scene = new Scene({
    onStream: (call, n) =>
      n === 1 ? problem(429, 'TOO_MANY_STREAMS', { 'Retry-After': '30' }) : scene.open(call),
    random: () => 0,
  });
  await scene.start(29_999);
  assert.equal(scene.made('stream'), 1);
  assert.equal(scene.made('poll'), 15);
  await scene.clock.advance(1);
  assert.equal(scene.made('stream'), 2);
});

test('204 means that nothing more comes: one poll makes sure, and that is the end', async () => {
  const scene = new Scene({ onStream: done, onPoll: () => found(terminal(9)) });
  await scene.start();
  assert.deepEqual(scene.statuses, [[9, 'poll']]);
  assert.deepEqual(scene.ends, [{ reason: 'done' }]);
  assert.equal(scene.calls.length, 2);
  await assertAtRest(scene);
});

test('after 204 a record that has not changed is the end as well', async () => {
  const scene = new Scene({ onStream: done, held: record(4) });
  await scene.start();
  assert.deepEqual(scene.ends, [{ reason: 'done' }]);
  await assertAtRest(scene);
});

test('a token that was refused is renewed once, and the request repeated', async () => {
  const scene = new Scene();
  scene.tokens = ['old', 'new'];
  scene.onStream = (call) =>
    call.headers.Authorization === 'Bearer new' ? scene.open(call) : problem(401, 'TOKEN_EXPIRED');
  await scene.start();
  await scene.stream.status(record(1));
  assert.deepEqual(scene.asked, [false, true]);
  assert.equal(scene.ladder.transport, 'stream');
  await scene.stream.cut();
  await scene.clock.advance(2_000);
  assert.equal(scene.calls.at(-1).headers.Authorization, 'Bearer new');
  assert.deepEqual(scene.asked, [false, true], 'the token that works is kept');
});

test('a fresh token that is refused too ends it, in the words of the service', async () => {
  const scene = new Scene({ onStream: () => problem(401, 'INVALID_TOKEN') });
  await scene.start(20_000);
  assert.deepEqual(scene.asked, [false, true]);
  assert.equal(scene.calls.length, 2);
  assert.deepEqual(scene.ends, [{ reason: 'unauthorized', detail: 'detail of INVALID_TOKEN' }]);
  await assertAtRest(scene);
  scene.onStream = (call) => scene.open(call);
  await scene.start();
  assert.deepEqual(scene.asked, [false, true, false], 'a new start asks for a token anew');
  await scene.stream.status(record(1));
  assert.equal(scene.ladder.transport, 'stream');
});

test('stream and poll that are refused together share one renewal', async () => {
  const scene = new Scene();
  scene.tokens = ['old', 'new'];
  const late = [];
  const refuseOld = (call, answer) =>
    call.headers.Authorization === 'Bearer old'
      ? new Promise((resolve) => late.push(() => resolve(problem(401, 'TOKEN_EXPIRED'))))
      : answer();
  scene.onStream = (call) => refuseOld(call, () => scene.open(call));
  scene.onPoll = (call) => refuseOld(call, unchanged);
  await scene.start(5_000);
  assert.equal(late.length, 2);
  for (const refuse of late) {
    refuse();
    await settle();
  }
  assert.deepEqual(scene.asked, [false, true]);
  assert.deepEqual(scene.ends, []);
  assert.equal(scene.calls.length, 4);
});

test('a token provider that fails is no token, and what the service says of that is shown', async () => {
  const scene = new Scene({ onStream: () => problem(401, 'UNAUTHORIZED') });
  Object.defineProperty(scene, 'tokens', { get: () => { throw new Error('no network'); } });
  await scene.start();
  assert.equal(scene.calls[0].headers.Authorization, undefined);
  assert.equal(scene.ends[0].reason, 'unauthorized');
});

test('a stream whose token runs out is opened with a new one in time', async () => {
  const scene = new Scene();
  scene.tokens = ['old', 'new'];
  await scene.start();
  await scene.stream.status(record(5));
  const old = scene.stream;
  await scene.clock.advance(14_000);
  await scene.stream.write('event: token\ndata: {"expiresAt":"2025-01-09T10:01:00Z"}\n\n');
  assert.equal(old.closed, true);
  assert.equal(scene.made('stream'), 2);
  assert.equal(scene.calls.at(-1).headers.Authorization, 'Bearer new');
  assert.equal(scene.calls.at(-1).headers['Last-Event-ID'], '5');
});

test('a stream whose token cannot be renewed goes on as long as it may', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.write('event: token\ndata: {}\n\n');
  await scene.stream.status(record(6));
  assert.equal(scene.made('stream'), 1);
  assert.deepEqual(scene.statuses, [[6, 'snapshot']]);
});

for (const [status, code, reason] of [
  [400, 'INVALID_UPLOAD_ID', 'refused'],
  [403, 'FORBIDDEN', 'forbidden'],
  [404, 'UPLOAD_NOT_FOUND', 'not-found'],
  [410, 'GONE', 'not-found'],
]) {
  test(`${status} ends it with a reason, from a stream and from a poll`, async () => {
    for (const onStream of [() => problem(status, code), () => problem(406, 'NOT_ACCEPTABLE')]) {
      const scene = new Scene({ onStream, onPoll: () => problem(status, code) });
      await scene.start(60_000);
      assert.deepEqual(scene.ends, [{ reason, detail: `detail of ${code}` }]);
      await assertAtRest(scene);
    }
  });
}

test('an expired record ends it', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.write('event: expired\ndata: {}\n\n');
  assert.deepEqual(scene.ends, [{ reason: 'expired' }]);
  await assertAtRest(scene);
});

test('the newest version wins whatever brought it, and none is told twice', async () => {
  let polled = 5;
  const scene = new Scene({ onPoll: () => found(record(polled)) });
  await scene.start(5_000);
  await scene.stream.status(record(4));
  await scene.stream.status(record(5));
  await scene.stream.status(record(8));
  polled = 7;
  await scene.ladder.refresh();
  await scene.stream.status(record(8));
  scene.ladder.offer(record(6));
  scene.ladder.offer(record(9));
  await scene.stream.status(record(10));
  assert.deepEqual(scene.statuses, [[5, 'poll'], [8, 'change'], [9, 'offer'], [10, 'change']]);
});

test('what a stream finds is told apart from what changes on it, also on the next one', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(record(1));
  await scene.stream.status(record(2));
  scene.ladder.pause();
  scene.ladder.resume();
  await settle();
  await scene.stream.status(record(3));
  await scene.stream.status(record(4));
  await scene.stream.cut();
  await scene.clock.advance(2_000);
  await scene.stream.status(record(5));
  await scene.stream.status(record(6));
  assert.deepEqual(scene.statuses, [
    [1, 'snapshot'], [2, 'change'], [3, 'snapshot'], [4, 'change'], [5, 'snapshot'], [6, 'change'],
  ]);
});

test('a record of another upload, or what is no record, is not shown', async () => {
  const scene = new Scene({ onPoll: () => found([1, 2]) });
  await scene.start(5_000);
  await scene.stream.status(record(1));
  await scene.stream.status({ ...record(2), uploadId: 'another' });
  await scene.stream.write('event: other\ndata: {"version":3,"status":"processing"}\n\n');
  await scene.stream.write('event: status\ndata: null\n\n');
  assert.deepEqual(scene.statuses, [[1, 'snapshot']]);
});

test('nothing follows a terminal record, not even a higher version', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(terminal(2, 'cancelled'));
  scene.ladder.offer(record(3));
  assert.equal(scene.ladder.status.version, 2);
  scene.ladder.start();
  await settle();
  assert.equal(scene.calls.length, 1, 'there is nothing left to ask for');
});

test('a stream that brings what cannot be read is opened again', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.write('event: status\ndata: {"version":\n\n');
  assert.equal(scene.streams[0].closed, true);
  await scene.clock.advance(1_500);
  await scene.stream.status(record(2));
  assert.deepEqual(scene.statuses, [[2, 'snapshot']]);
});

test('a poll that is not answered is given up, and there is never a second beside it', async () => {
  const scene = new Scene({ onStream: never, onPoll: never });
  await scene.start(5_000);
  scene.ladder.refresh();
  scene.ladder.online();
  await scene.clock.advance(9_999);
  assert.equal(scene.made('poll'), 1);
  await scene.clock.advance(120_000);
  assert.equal(scene.mostPolls, 1);
  assert.ok(scene.made('poll') > 3);
});

test('stop ends stream, poll and token renewal at once, and nothing is told afterwards', async () => {
  let answer;
  const scene = new Scene({ onPoll: () => new Promise((resolve) => (answer = resolve)) });
  await scene.start(5_000);
  await settle();
  scene.ladder.stop();
  answer(found(record(1)));
  await settle();
  assert.ok(scene.calls.every(({ signal }) => signal.aborted));
  assert.deepEqual(scene.statuses, []);
  await assertAtRest(scene);
});

test('a stop while the token is being asked for means that no request is made', async () => {
  let token;
  const scene = new Scene();
  Object.defineProperty(scene, 'tokens', { get: () => [new Promise((resolve) => (token = resolve))] });
  await scene.start();
  scene.ladder.stop();
  token('late');
  await settle();
  assert.equal(scene.calls.length, 0);
  await assertAtRest(scene);
});

test('nobody looking: nothing is asked; somebody looking again: caught up at once', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(record(3));
  scene.ladder.pause();
  await settle();
  assert.equal(scene.ladder.transport, 'paused');
  await assertAtRest(scene);
  scene.ladder.resume();
  await settle();
  assert.equal(scene.made('stream'), 2);
  assert.equal(scene.calls.at(-1).headers['Last-Event-ID'], '3');
});

test('where streams did not work before, looking again asks by a poll at once', async () => {
  const scene = new Scene({ onStream: unreachable });
  await scene.start(20_000);
  scene.ladder.pause();
  await scene.clock.advance(60_000);
  const polls = scene.made('poll');
  scene.ladder.resume();
  await scene.clock.advance(0);
  assert.equal(scene.made('poll'), polls + 1);
});

test('a network that is back is used at once, whatever the backoff', async () => {
  const scene = new Scene({ onStream: unreachable, onPoll: unreachable });
  await scene.start(300_000);
  const before = scene.calls.length;
  scene.onStream = (call) => scene.open(call);
  scene.onPoll = () => found(record(2));
  scene.ladder.online();
  await scene.clock.advance(0);
  assert.equal(scene.calls.length, before + 2);
  assert.deepEqual(scene.statuses, [[2, 'poll']]);
});

test('a network that is said to be gone is looked for: the service may be on this machine', async () => {
  const scene = new Scene({ onPoll: () => found(record(2)) });
  await scene.start();
  await scene.stream.status(record(1));
  scene.ladder.offline();
  await scene.clock.advance(0);
  assert.deepEqual(scene.statuses.at(-1), [2, 'poll']);
  await scene.clock.advance(1_500);
  assert.equal(scene.made('stream'), 2);
});

test('a listener that throws is reported, and stops nothing', async (t) => {
  const scene = new Scene();
  const thrown = [];
  t.mock.method(globalThis, 'queueMicrotask', (report) => thrown.push(report));
  scene.statuses = { push: () => { throw new Error('from the page'); } };
  await scene.start();
  await scene.stream.status(record(1));
  assert.equal(thrown.length, 1);
  assert.throws(thrown[0], /from the page/);
  assert.equal(scene.stream.closed, false);
  assert.equal(scene.ladder.transport, 'stream');
});

test('whatever the service does: versions rise, polls are single and paced, and stop is the end', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = randomNumbers(seed);
    const pick = (...choices) => choices[Math.floor(random() * choices.length)]();
    let version = 1;
    const scene = new Scene({ random });
    scene.onStream = (call) =>
      pick(
        () => scene.open(call),
        () => scene.open(call),
        () => problem(503, 'OVERLOADED', { 'Retry-After': '1' }),
        () => problem(429, 'TOO_MANY_STREAMS', { 'Retry-After': '3' }),
        () => problem(500, 'INTERNAL_ERROR'),
        unreachable,
        never,
      );
    scene.onPoll = () =>
      pick(
        () => found(record(version - Math.floor(random() * 3))),
        unchanged,
        () => problem(429, 'RATE_LIMITED', { 'Retry-After': '2' }),
        () => problem(502, 'x'),
        () => new Response('<html>'),
        unreachable,
        never,
      );
    await scene.start();
    for (let step = 0; step < 60; step++) {
      version++;
      const stream = scene.stream;
      await pick(
        () => (stream && !stream.closed ? stream.status(record(version)) : undefined),
        () => (stream && !stream.closed ? stream.write(':\n\n') : undefined),
        () => stream?.cut(),
        () => stream?.end(),
        () => scene.ladder.pause(),
        () => scene.ladder.resume(),
        () => scene.ladder.offline(),
        () => scene.ladder.online(),
        () => undefined,
      );
      await scene.clock.advance(Math.floor(random() * 8_000));
    }
    const versions = scene.statuses.map(([each]) => each);
    assert.deepEqual(versions, [...new Set(versions)].sort((a, b) => a - b), `seed ${seed}`);
    assert.equal(scene.mostPolls <= 1, true, `seed ${seed}`);
    assert.ok(scene.streams.filter((stream) => !stream.closed).length <= 1, `seed ${seed}`);
    scene.ladder.resume();
    scene.onStream = (call) => scene.open(call);
    scene.onPoll = () => found(record(version + 1));
    await scene.clock.advance(65_000);
    if (scene.ladder.status.version <= version) {
      await scene.stream.status(record(version + 1)); // a stream that was open all along
    }
    assert.equal(scene.ladder.status.uploadId, UPLOAD);
    assert.equal(scene.ladder.status.version, version + 1, `seed ${seed} never caught up`);
    scene.ladder.stop();
    await settle();
    await assertAtRest(scene);
  }
});

test('a portal that answers in place of the service is no end: stream and polls try on', async () => {
  let portal = true;
  const html = () => new Response('<html>sign in', { headers: { 'Content-Type': 'text/html' } });
  const scene = new Scene({
    onStream: (call) => (portal ? html() : scene.open(call)),
    onPoll: () => (portal ? html() : found(record(1))),
  });
  await scene.start(60_000);
  assert.equal(scene.ladder.transport, 'offline');
  assert.ok(scene.made('stream') > 2 && scene.made('stream') < 10, `${scene.made('stream')}`);
  portal = false;
  await scene.clock.advance(31_000);
  await scene.stream.status(record(2));
  assert.equal(scene.ladder.transport, 'stream');
  assert.equal(scene.ladder.status.version, 2);
  assert.deepEqual(scene.ends, []);
});

test('where the service has no streams, polls do, and nobody asks again until the network changes', async () => {
  for (const status of [405, 406, 501, 505]) {
    const scene = new Scene({ onStream: () => problem(status, 'NOT_ACCEPTABLE'), onPoll: () => found(record(1)) });
    await scene.start(600_000);
    assert.equal(scene.made('stream'), 1, `${status}`);
    assert.equal(scene.ladder.transport, 'poll');
    scene.ladder.online();
    await scene.clock.advance(10_000);
    assert.equal(scene.made('stream'), 2);
    scene.ladder.stop();
  }
});

for (const [machine, monotonic] of [['stands still', false], ['goes on', true]]) {
  test(`after a sleep in which the monotonic clock ${machine}, stream and poll are new within seconds`, async () => {
    const scene = new Scene({ onPoll: () => found(record(2)) });
    await scene.start();
    await scene.stream.status(record(1));
    await scene.clock.advance(3_000);
    scene.clock.sleep(3_600_000, monotonic);
    const woken = scene.clock.now();
    await scene.clock.advance(5_000);
    assert.equal(scene.made('stream'), 2);
    assert.ok(scene.streams[0].closed, 'what may hang is let go');
    assert.ok(scene.times('poll')[0] - woken <= 4_000);
    assert.equal(scene.ladder.status.version, 2);
    await scene.stream.write(':\n\n');
    assert.equal(scene.ladder.transport, 'stream');
    scene.ladder.stop();
    await settle();
    await assertAtRest(scene);
  });
}

test('a date that is set, or a timer that is a little late, is no sleep', async () => {
  const scene = new Scene();
  await scene.start();
  await scene.stream.status(record(1));
  for (const jump of [-86_400_000, 7_000]) {
    scene.clock.sleep(jump, false);
    await scene.clock.advance(10_000);
    await scene.stream.write(':\n\n');
  }
  assert.equal(scene.made('stream'), 1);
  assert.equal(scene.made('poll'), 0);
});

test('asked while it follows nothing, a ladder asks once, and tells what it finds', async () => {
  const scene = new Scene({ onPoll: (_, n) => (n === 1 ? found(record(3)) : problem(404, 'UPLOAD_NOT_FOUND')) });
  const [first, second] = await Promise.all([scene.ladder.refresh(), scene.ladder.refresh()]);
  assert.deepEqual([first.version, second.version], [3, 3]);
  assert.equal(scene.made('poll'), 1);
  await scene.ladder.refresh();
  assert.deepEqual(scene.ends, [{ reason: 'not-found', detail: 'detail of UPLOAD_NOT_FOUND' }]);
  await assertAtRest(scene);
});

test('asked while it follows nothing and stopped, it lets go of the poll', async () => {
  const scene = new Scene({ onPoll: never });
  const asked = scene.ladder.refresh();
  await settle();
  scene.ladder.stop();
  assert.equal(await asked, undefined);
  await assertAtRest(scene);
});

test('a record that was made up without a version gives way to any other', async () => {
  const scene = new Scene({ held: { uploadId: UPLOAD, status: 'uploading' }, onStream: unreachable, onPoll: () => found(record(1)) });
  scene.ladder.offer({ uploadId: UPLOAD, status: 'uploaded' });
  await scene.start(5_000);
  scene.ladder.offer({ uploadId: UPLOAD, status: 'uploading' });
  assert.equal(scene.ladder.status.version, 1);
});

test('a stream that says it is not available ends, and the poll takes over', async () => {
  const scene = new Scene({ onPoll: () => found(record(2)) });
  for (let attempt = 0; attempt < 3; attempt++) {
    if (attempt === 0) await scene.start();
    await scene.stream.write('retry: 3000\n\nevent: unavailable\ndata: {"code":"OVERLOADED"}\n\n');
    await scene.stream.end();
    await scene.clock.advance(4_600);
  }
  assert.equal(scene.ladder.status.version, 2);
  const gaps = scene.times('stream').map((at, n, all) => at - (all[n - 1] ?? -Infinity));
  assert.ok(gaps.slice(1).every((gap) => gap >= 3_000), `${gaps}`);
});
