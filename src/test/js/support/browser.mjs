import { AuthorizedFetch } from '../../../main/resources/webroot/authorized-fetch.js';
import { StatusLadder } from '../../../main/resources/webroot/ladder.js';
import { SharedStream } from '../../../main/resources/webroot/shared-stream.js';
import { OpenStream, found, problem } from './scripted-service.mjs';
import { VirtualClock, settle } from './virtual-clock.mjs';

const tokenOf = (user, n = 1) =>
  `h.${Buffer.from(JSON.stringify({ sub: user, n })).toString('base64url')}.s`;

/** Locks and channels of one browser, as far as pages use them. */
class Shared {
  #held = new Map(); // name to those who wait
  #channels = new Set();

  constructor() {
    const channels = this.#channels;
    this.Channel = class {
      constructor(name) {
        this.name = name;
        channels.add(this);
      }
      postMessage(message) {
        const data = structuredClone(message); // throws where a browser would
        for (const other of [...channels]) {
          if (other === this || other.name !== this.name) continue;
          setImmediate(() => channels.has(other) && other.onmessage?.({ data }));
        }
      }
      close() {
        channels.delete(this);
      }
    };
  }

  get channels() {
    return this.#channels.size;
  }

  locks = {
    request: async (name, { signal }, callback) => {
      const queue = this.#held.get(name) ?? [];
      this.#held.set(name, queue);
      await new Promise((grant, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        queue.push(grant);
        if (queue.length === 1) setImmediate(grant);
      }).catch((reason) => {
        this.#pass(name, queue.length - 1);
        throw reason;
      });
      try {
        return await callback();
      } finally {
        queue.shift();
        queue[0]?.();
      }
    },
  };

  #pass(name, index) {
    this.#held.get(name).splice(index, 1);
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

  fetch = (url, { headers, signal }) => {
    const kind = headers.Accept === 'text/event-stream' ? 'stream' : 'poll';
    const { pathname, searchParams } = new URL(url);
    const one = pathname.split('/status/')[1];
    const picks = one ? [one] : searchParams.getAll('uploadId');
    this.requests.push({ at: this.clock.now(), kind, picks, headers });
    if (signal.aborted) return Promise.reject(signal.reason);
    if (one && !this.records.has(one)) return problem(404, 'UPLOAD_NOT_FOUND');
    if (kind === 'poll') return found(this.records.get(one));
    if (!one && !this.offersMany) return problem(406, 'NOT_ACCEPTABLE');
    const stream = new OpenStream({ signal });
    Object.assign(stream, { picks, at: this.clock.now() });
    this.streams.push(stream);
    stream.write('retry: 1000\n\n');
    for (const id of picks) if (this.records.has(id)) stream.status(this.records.get(id));
    return Promise.resolve(stream.response);
  };

  made(kind) {
    return this.requests.filter((request) => request.kind === kind).length;
  }

  tab(user = 'u', { baseUrl = 'https://a.example', alone = false, token = tokenOf(user) } = {}) {
    return new Tab(this, baseUrl, token, alone ? {} : this.shared);
  }
}

/** A page with ladders. */
class Tab {
  ladders = [];

  constructor(world, baseUrl, token, tabs) {
    const { clock } = world;
    this.world = world;
    this.baseUrl = baseUrl;
    this.fetch = world.fetch;
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
      onStatus: ({ version }, transport) => seen.push([version, transport]),
      onEnd: (end) => (ladder.end = end),
    });
    ladder.seen = seen;
    this.ladders.push(ladder);
    ladder.start();
    return ladder;
  }

  close() {
    for (const ladder of this.ladders) ladder.stop();
  }
}
