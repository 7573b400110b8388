import { AuthorizedFetch } from '../../../main/resources/webroot/authorized-fetch.js';
import { StatusLadder } from '../../../main/resources/webroot/ladder.js';
import { SharedStream } from '../../../main/resources/webroot/shared-stream.js';
import { OpenStream, found, problem } from './scripted-service.mjs';
import { VirtualClock, settle } from './virtual-clock.mjs';

export const tokenOf = (user, n = 1) =>
  `h.${Buffer.from(JSON.stringify({ sub: user, n })).toString('base64url')}.s`;

/** Locks and channels of one browser, as far as pages use them. */
export class Shared {
  #held = new Map(); // name to those who wait
  #channels = new Set();

  /** As one tab sees them. While it is `frozen` it says nothing, and hears everything later. */
  of(tab) {
    const channels = this.#channels;
    const hear = (what) => (tab.frozen ? tab.unheard.push(what) : what());
    class Channel {
      constructor(name) {
        this.name = name;
        this.hear = hear;
        channels.add(this);
      }
      postMessage(message) {
        const data = structuredClone(message); // throws where a browser would
        if (tab.frozen) return;
        for (const other of [...channels]) {
          if (other === this || other.name !== this.name) continue;
          setImmediate(() => other.hear(() => channels.has(other) && other.onmessage?.({ data })));
        }
      }
      close() {
        channels.delete(this);
      }
    }
    const held = () => [...this.#held].filter(([, queue]) => queue.length > 0);
    const locks = {
      request: (...how) => this.#request(hear, ...how),
      query: async () => ({ held: held().map(([name]) => ({ name })) }),
    };
    return { Channel, locks };
  }

  get channels() {
    return this.#channels.size;
  }

  #request(hear, name, { signal, steal }, callback) {
    const queue = this.#held.get(name) ?? [];
    this.#held.set(name, queue);
    return new Promise((resolve, reject) => {
      const place = {
        robbed: () => hear(() => reject(new DOMException('stolen', 'AbortError'))),
        grant: () => setImmediate(async () => {
          if (!queue.includes(place)) return;
          const value = await callback();
          if (queue[0] === place) {
            queue.shift();
            queue[0]?.grant();
          }
          resolve(value);
        }),
      };
      signal?.addEventListener('abort', () => {
        if (queue.indexOf(place) > 0) queue.splice(queue.indexOf(place), 1);
        reject(signal.reason);
      });
      if (steal) queue.splice(0, 1, place).forEach(({ robbed }) => robbed());
      else queue.push(place);
      if (queue[0] === place) place.grant();
    });
  }
}

/** A service with many uploads, its records, and every stream that is open. */
export class World {
  clock = new VirtualClock();
  shared = new Shared();
  records = new Map();
  requests = [];
  streams = [];
  offersMany = true;

  /** Moves an upload on, and tells every stream that carries it. */
  async move(uploadId, rest = {}) {
    const version = (this.records.get(uploadId)?.version ?? 0) + 1;
    const record = { uploadId, version, status: 'processing', stage: 'batch_processing', ...rest };
    this.records.set(uploadId, record);
    for (const stream of this.open) if (stream.picks.includes(uploadId)) await stream.status(record);
    await settle();
  }

  get open() {
    return this.streams.filter((stream) => !stream.closed);
  }

  fetch = (url, { headers, signal }, tab) => {
    if (signal.aborted) return Promise.reject(signal.reason);
    const kind = headers.Accept === 'text/event-stream' ? 'stream' : 'poll';
    const { pathname, searchParams } = new URL(url);
    const one = pathname.split('/status/')[1];
    const picks = one ? [one] : searchParams.getAll('uploadId');
    this.requests.push({ at: this.clock.now(), kind, picks, headers });
    if (one && !this.records.has(one)) return problem(404, 'UPLOAD_NOT_FOUND');
    if (kind === 'poll') return found(this.records.get(one));
    if (!one && !this.offersMany) return problem(406, 'NOT_ACCEPTABLE');
    const stream = new OpenStream({ signal });
    Object.assign(stream, { picks, tab, headers, at: this.clock.now() });
    this.streams.push(stream);
    stream.write('retry: 1000\n\n');
    for (const id of picks) if (this.records.has(id)) stream.status(this.records.get(id));
    return Promise.resolve(stream.response);
  };

  made(kind) {
    return this.requests.filter((request) => request.kind === kind).length;
  }

  tab(user = 'u', { baseUrl = 'https://a.example', alone = false, token = tokenOf(user) } = {}) {
    return new Tab(this, baseUrl, token, alone ? undefined : this.shared);
  }
}

/** A page with ladders. */
class Tab {
  ladders = [];
  frozen = false;
  unheard = [];

  constructor(world, baseUrl, token, shared) {
    const { clock } = world;
    const tabs = shared?.of(this) ?? {};
    this.world = world;
    this.baseUrl = baseUrl;
    this.fetch = (url, how) => world.fetch(url, how, this);
    this.token = () => token;
    const fetch = (...request) => this.fetch(...request);
    this.authorized = new AuthorizedFetch(fetch, async () => this.token());
    this.streams = new SharedStream({ baseUrl, authorized: this.authorized, clock, tabs });
  }

  follow(uploadId) {
    const seen = [];
    const ladder = new StatusLadder({
      uploadId,
      url: `${this.baseUrl}/status/${uploadId}`,
      authorized: this.authorized,
      streams: this.streams,
      clock: this.world.clock,
      random: () => 0.5,
      onStatus: ({ version }, from) => seen.push([version, from]),
      onTransport: (_, how) => (ladder.end = how?.reason && how),
    });
    ladder.seen = seen;
    this.ladders.push(ladder);
    ladder.start();
    return ladder;
  }

  thaw() {
    this.frozen = false;
    for (const hear of this.unheard.splice(0)) hear();
  }

  close() {
    for (const ladder of this.ladders) ladder.stop();
  }
}
