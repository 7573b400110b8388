import { AuthorizedFetch } from '../../../main/resources/webroot/authorized-fetch.js';
import { StatusLadder } from '../../../main/resources/webroot/ladder.js';
import { SharedStream } from '../../../main/resources/webroot/shared-stream.js';
import { VirtualClock, settle } from './virtual-clock.mjs';

export const UPLOAD = 'upload-1';

export function record(version, rest = {}) {
  return { uploadId: UPLOAD, version, status: 'processing', stage: 'batch_processing', ...rest };
}

export function problem(status, code, headers = {}, detail = `detail of ${code}`) {
  return new Response(JSON.stringify({ status, code, detail }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

export function found(body, headers = {}) {
  return new Response(JSON.stringify(body), {
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

export const unchanged = () => new Response(null, { status: 304 });
export const done = () => new Response(null, { status: 204 });
export const unreachable = () => Promise.reject(new TypeError('failed to fetch'));
export const never = () => new Promise(() => {});

/** A stream that the test writes to, cut when the reader's signal aborts, as a browser's is. */
export class OpenStream {
  #controller;
  response;
  closed = false;

  constructor({ signal }, type = 'text/event-stream; charset=utf-8') {
    const body = new ReadableStream({
      start: (controller) => (this.#controller = controller),
      cancel: () => (this.closed = true),
    });
    signal.addEventListener('abort', () => this.cut(), { once: true });
    this.response = new Response(body, { headers: { 'Content-Type': type } });
  }

  async write(text) {
    this.#controller.enqueue(new TextEncoder().encode(text));
    await settle();
  }

  status(body) {
    return this.write(`id: ${body.version}\nevent: status\ndata: ${JSON.stringify(body)}\n\n`);
  }

  async end() {
    if (!this.closed) this.#controller.close();
    this.closed = true;
    await settle();
  }

  async cut() {
    if (!this.closed) this.#controller.error(new TypeError('the connection broke'));
    this.closed = true;
    await settle();
  }
}

/**
 * A ladder on a virtual clock before a service that answers as the test says: `onStream` and
 * `onPoll` take a call and return a response (or a promise of one). Records every call, and fails
 * when two polls or two streams are under way at once.
 */
export class Scene {
  clock = new VirtualClock();
  calls = [];
  statuses = [];
  transports = [];
  ends = [];
  paces = []; // seconds between polls, as they were told
  tokens = ['token-1'];
  asked = []; // what the token provider was asked: whether a fresh token is wanted
  streams = [];
  mostPolls = 0;
  #polls = 0;

  constructor({ onStream, onPoll = unchanged, random = () => 0.5, held } = {}) {
    this.onStream = onStream ?? ((call) => this.open(call));
    this.onPoll = onPoll;
    const provider = async ({ fresh }) => {
      this.asked.push(fresh);
      return this.tokens.length > 1 ? this.tokens.shift() : this.tokens[0];
    };
    this.authorized = new AuthorizedFetch(this.fetch, provider);
    const { clock, authorized } = this;
    const streams = new SharedStream({ baseUrl: '', authorized, clock, tabs: {} });
    this.ladder = new StatusLadder({
      uploadId: UPLOAD,
      url: '/status/upload-1',
      authorized: this.authorized,
      held,
      streams,
      clock: this.clock,
      random,
      onStatus: (status, from) => this.statuses.push([status.version, from]),
      onTransport: (transport, how) => {
        this.transports.push(transport);
        if (how?.reason) this.ends.push(how);
        if (how?.every) this.paces.push(how.every);
      },
    });
  }

  /** For `onStream`: opens a stream that the test writes to later, as `scene.stream`. */
  open(call) {
    const stream = new OpenStream(call);
    this.streams.push(stream);
    return stream.response;
  }

  get stream() {
    return this.streams.at(-1);
  }

  fetch = async (url, { headers, signal, method = 'GET' }) => {
    signal.throwIfAborted();
    const kind = headers.Accept === 'text/event-stream' ? 'stream' : 'poll';
    const call = { at: this.clock.now(), kind, url, headers, signal, method };
    this.calls.push(call);
    if (kind === 'stream') return abortable(this.onStream(call, this.made('stream')), signal);
    this.#polls++;
    this.mostPolls = Math.max(this.mostPolls, this.#polls);
    try {
      return await abortable(this.onPoll(call, this.made('poll')), signal);
    } finally {
      this.#polls--;
    }
  };

  /** When calls of a kind were made. */
  times(kind) {
    return this.calls.filter((call) => call.kind === kind).map(({ at }) => at);
  }

  made(kind) {
    return this.times(kind).length;
  }

  async start(ms = 0) {
    this.ladder.start();
    await this.clock.advance(ms);
  }
}

/** An answer, unless the signal aborts before, as `fetch` has it. */
export function abortable(answer, signal) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    Promise.resolve(answer).then(resolve, reject);
  });
}
