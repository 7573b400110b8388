import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuthorizedFetch } from '../../main/resources/webroot/authorized-fetch.js';
import { isTerminal } from '../../main/resources/webroot/ladder-rules.js';
import { StatusLadder } from '../../main/resources/webroot/ladder.js';
import { SharedStream } from '../../main/resources/webroot/shared-stream.js';
import { randomNumbers } from './support/random.mjs';
import { OpenStream, done, found, problem, unchanged } from './support/scripted-service.mjs';
import { VirtualClock, settle } from './support/virtual-clock.mjs';

/** More with `NETWORK_SEEDS=20000`; one alone with `NETWORK_SEED=7`. */
const SEEDS = Number(process.env.NETWORK_SEEDS ?? 2_000);
const ONLY = process.env.NETWORK_SEED && Number(process.env.NETWORK_SEED);

const BAD_UNTIL_MS = 90_000;
const TOKEN_LIVES_MS = 40_000;

/** A bad network before a service with two uploads, and a page that follows both. */
class Weather {
  clock = new VirtualClock();
  times = [];
  polling = new Map(); // uploads to polls under way
  streams = [];
  truth = new Map();
  failures = [];
  #random;

  constructor(seed) {
    const random = randomNumbers(seed);
    this.#random = random;
    this.burst = { from: random() * 60_000, for: random() * 20_000 };
    const token = async ({ fresh }) => {
      if (fresh && this.isBad && this.chance(0.1)) throw new Error('no token now');
      return String(this.clock.now());
    };
    const authorized = new AuthorizedFetch(this.fetch, token);
    const streams = new SharedStream({ baseUrl: 'https://a.example', authorized, clock: this.clock, tabs: {} });
    this.ladders = ['a', 'b'].map((uploadId) => {
      this.truth.set(uploadId, record(uploadId, 1));
      const seen = [];
      const ladder = new StatusLadder({
        uploadId,
        url: `https://a.example/status/${uploadId}`,
        authorized,
        streams,
        clock: this.clock,
        random,
        onStatus: (status) => seen.push(status),
        onTransport: (_, how) => (ladder.end = how?.reason && how),
      });
      return Object.assign(ladder, { seen, uploadId });
    });
  }

  chance(part) {
    return this.#random() < part;
  }

  upTo(n) {
    return this.#random() * n;
  }

  get isBad() {
    return this.clock.now() < BAD_UNTIL_MS;
  }

  async later(ms) {
    await new Promise((resolve) => this.clock.setTimeout(resolve, ms));
  }

  fetch = async (url, { headers, signal }) => {
    signal.throwIfAborted();
    const { pathname, searchParams } = new URL(url);
    const one = pathname.split('/status/')[1];
    const picks = one ? [one] : searchParams.getAll('uploadId');
    const isStream = headers.Accept === 'text/event-stream';
    this.times.push(this.clock.now());
    if (!isStream) {
      const now = (this.polling.get(one) ?? 0) + 1;
      this.polling.set(one, now);
      if (now > 1) this.failures.push(`two polls of ${one} at once`);
    }
    try {
      return await Promise.race([
        this.answer(isStream, picks, headers, signal),
        new Promise((_, reject) => {
          const abort = () => reject(signal.reason);
          if (signal.aborted) abort();
          signal.addEventListener('abort', abort, { once: true });
        }),
      ]);
    } finally {
      if (!isStream) this.polling.set(one, this.polling.get(one) - 1);
    }
  };

  async answer(isStream, picks, headers, signal) {
    const now = this.clock.now();
    if (this.isBad) {
      if (this.chance(0.5)) await this.later(this.upTo(this.chance(0.1) ? 15_000 : 800));
      const inBurst = now > this.burst.from && now < this.burst.from + this.burst.for;
      if (inBurst) return problem([500, 502, 503, 504][Math.floor(this.upTo(4))], 'INTERNAL_ERROR');
      const fate = this.upTo(20);
      if (fate < 1) throw new TypeError('failed to fetch');
      if (fate < 2) return new Promise(() => {});
      if (fate < 3) return problem(503, 'OVERLOADED', { 'Retry-After': '3' });
      if (fate < 4) return problem(429, isStream ? 'TOO_MANY_STREAMS' : 'RATE_LIMITED', { 'Retry-After': '2' });
      if (fate < 4.5) return new Response('<html>a portal', { headers: { 'Content-Type': 'text/html' } });
    }
    const issued = Number(headers.Authorization?.slice('Bearer '.length) ?? -Infinity);
    if (!(this.clock.now() - issued < TOKEN_LIVES_MS)) return problem(401, 'TOKEN_EXPIRED');
    if (!isStream) {
      const status = this.truth.get(picks[0]);
      if (headers['If-None-Match'] === `"${status.version}"`) return unchanged();
      const old = this.isBad && this.chance(0.2) && status.version > 2;
      return found(old ? record(picks[0], status.version - 1) : status); // from a node that is behind
    }
    const alone = picks.length === 1 ? this.truth.get(picks[0]) : undefined;
    if (isTerminal(alone) && headers['Last-Event-ID'] === String(alone.version)) return done();
    signal.throwIfAborted(); // while it was on its way
    const stream = new OpenStream({ signal });
    const halfOpen = this.isBad && this.chance(0.15) ? now + this.upTo(20_000) : Infinity;
    Object.assign(stream, { picks, halfOpen, many: picks.length > 1, beatAt: now });
    this.streams.push(stream);
    const snapshot = picks.map((id) => this.truth.get(id));
    queueMicrotask(() => this.write(stream, 'retry: 1000\n\n', ...snapshot));
    return stream.response;
  }

  /** What is written arrives late, twice, or not at all where the connection only looks open. */
  async write(stream, ...what) {
    for (const each of what) {
      if (stream.closed || this.clock.now() > stream.halfOpen) return;
      if (typeof each === 'string') await stream.write(each);
      else await stream.status(each);
      if (this.isBad && typeof each !== 'string' && this.chance(0.2) && !stream.closed) await stream.status(each);
    }
  }

  async step() {
    const now = this.clock.now();
    for (const [id, status] of this.truth) {
      if (isTerminal(status) || !this.chance(0.3)) continue;
      const next = record(id, status.version + 1, now > 60_000 && this.chance(0.3) ? 'completed' : 'processing');
      this.truth.set(id, next);
      for (const stream of this.streams) if (stream.picks.includes(id)) await this.write(stream, next);
    }
    for (const stream of this.streams) {
      if (stream.closed) continue;
      if (this.isBad && this.chance(0.05)) await stream.cut();
      else if (this.isBad && this.chance(0.03)) await stream.end();
      else if (stream.picks.every((id) => isTerminal(this.truth.get(id))) && now < stream.halfOpen) await stream.end();
      else if (now - stream.beatAt >= 15_000) {
        stream.beatAt = now;
        await this.write(stream, ':\n\n');
      }
    }
    if (!this.isBad || !this.chance(0.05)) return;
    const act = ['pause', 'resume', 'offline', 'online', 'sleep'][Math.floor(this.upTo(5))];
    if (act === 'sleep') this.clock.sleep(this.upTo(30_000), this.chance(0.5));
    else for (const ladder of this.ladders) ladder[act]();
  }
}

function record(uploadId, version, status = 'processing') {
  return { uploadId, version, status };
}

/** The most requests within any ten seconds. */
function rate(times) {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to++) {
    while (times[to] - times[from] >= 10_000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

async function live(seed) {
  const weather = new Weather(seed);
  for (const ladder of weather.ladders) ladder.start();
  while (weather.isBad) {
    await weather.clock.advance(weather.upTo(4_000));
    await weather.step();
  }
  for (const ladder of weather.ladders) ladder.resume();
  for (let second = 0; second < 150 && weather.ladders.some(({ status }) => !isTerminal(status)); second++) {
    for (const ladder of weather.ladders) {
      if (!ladder.end || ladder.end.reason === 'done') continue;
      // A token that could not be renewed is told, and the user signs in again.
      assert.equal(ladder.end.reason, 'unauthorized');
      ladder.end = undefined;
      ladder.start();
    }
    await weather.clock.advance(1_000);
    await weather.step();
  }
  for (const ladder of weather.ladders) {
    assert.deepEqual(ladder.status, weather.truth.get(ladder.uploadId), 'the newest version is shown');
    assert.ok(isTerminal(ladder.status), 'the terminal record is reached');
    const versions = ladder.seen.map(({ version }) => version);
    assert.deepEqual(versions, [...new Set(versions)].sort((a, b) => a - b), 'versions rise');
  }
  assert.deepEqual(weather.failures, []);
  await settle();
  await weather.clock.advance(60_000);
  const before = weather.times.length;
  await weather.clock.advance(3_600_000);
  assert.equal(weather.times.length, before, 'a request was made afterwards');
  assert.ok(weather.streams.every((stream) => stream.closed), 'a stream stayed open');
  return rate(weather.times);
}

test(`${SEEDS} bad networks: newest shown, terminal reached, polls single, requests bounded`, async (t) => {
  let most = 0;
  for (let seed = ONLY || 1; seed <= (ONLY || SEEDS); seed++) {
    try {
      most = Math.max(most, await live(seed));
    } catch (failure) {
      failure.message = `NETWORK_SEED=${seed}: ${failure.message}`;
      throw failure;
    }
  }
  t.diagnostic(`at most ${most} requests in ten seconds, for two uploads`);
  assert.ok(most <= 40, `${most} requests in ten seconds`);
});
