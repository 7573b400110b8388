import { figuresOf, shortTime } from './figures.js';

/** Nobody reads further back, and a long day must not fill the memory. */
const MOST_EVENTS = 200;

const LOOK_EVERY_MS = 5_000;

/** What bars tell of themselves. */
const EVENTS = ['status', 'transport', 'stalled', 'completed', 'failed', 'cancelled', 'dismissed'];

/**
 * Shows people who debug what the page knows: how each upload is followed, which version is shown,
 * the events as they arrive, and what the node that answers says of itself. Nothing here is
 * guessed: what cannot be known from here says so.
 */
export class Inspector {
  #panel = document.getElementById('inspector');
  #uploads = document.getElementById('inspector-uploads');
  #events = document.getElementById('inspector-events');
  #service;
  #log = [];
  #bars = new Map();
  #closed = new AbortController();
  #looking;

  /**
   * @param {object} options
   * @param {() => import('./service.js').Service | undefined} options.service of who is signed in
   * @param {() => void} options.onClose somebody wants it closed
   */
  constructor({ service, onClose }) {
    this.#service = service;
    const { signal } = this.#closed;
    const on = (target, type, act) => target.addEventListener(type, act, { signal });
    for (const type of EVENTS) on(document, type, (event) => this.#arrived(event));
    on(document, 'left', () => this.#clear());
    on(document, 'visibilitychange', () => this.#look());
    on(document.getElementById('inspector-close'), 'click', onClose);
    on(document.getElementById('inspector-clear'), 'click', () => this.#clear());
    on(document.getElementById('inspector-copy'), 'click', () => this.#copy());
    on(this.#panel, 'keydown', ({ key }) => key === 'Escape' && onClose());
    for (const bar of document.querySelectorAll('processing-status')) this.#showBar(bar);
    this.#panel.hidden = false;
    document.documentElement.classList.add('inspected');
    this.#look();
  }

  close() {
    this.#closed.abort();
    clearTimeout(this.#looking);
    this.#clear();
    this.#panel.hidden = true;
    document.documentElement.classList.remove('inspected');
  }

  #arrived({ type, target, detail }) {
    if (target?.localName !== 'processing-status') return;
    const now = Date.now();
    const { uploadId, transport } = barsWords(target);
    const event = {
      at: new Date(now).toISOString(),
      uploadId,
      type,
      version: detail?.version,
      transport,
      delay: type === 'status' ? now - Date.parse(detail?.updatedAt) : undefined,
      words: type === 'transport' ? [detail.transport, detail.reason].filter(Boolean).join(', ') : detail?.status,
    };
    this.#log.unshift(event);
    this.#log.length = Math.min(this.#log.length, MOST_EVENTS);
    this.#events.prepend(
      rowOf([
        event.at.slice(11, 23),
        uploadId.slice(0, 8),
        type,
        event.version ?? '',
        event.words ?? '',
        event.delay === undefined ? '' : shortTime(event.delay),
      ]),
    );
    while (this.#events.rows.length > MOST_EVENTS) this.#events.lastElementChild.remove();
    this.#showBar(target);
    this.#dropRemoved();
  }

  #showBar(bar) {
    const { uploadId, name, transport, version, status } = barsWords(bar);
    if (!uploadId) return;
    const words = [name, uploadId.slice(0, 8), transport, version, status];
    const row = this.#bars.get(bar) ?? rowOf(words);
    if (this.#bars.has(bar)) words.forEach((text, n) => (row.cells[n].textContent = text));
    else this.#uploads.prepend(row);
    this.#bars.set(bar, row);
  }

  /** What a bar tells when it is taken off the page does not come here. */
  #dropRemoved() {
    for (const [bar, row] of this.#bars) {
      if (bar.isConnected) continue;
      row.remove();
      this.#bars.delete(bar);
    }
  }

  async #look() {
    clearTimeout(this.#looking);
    const { signal } = this.#closed;
    if (signal.aborted || document.visibilityState === 'hidden') return;
    this.#dropRemoved();
    const [figures, age] = await Promise.all([this.#figures(), this.#age()]);
    if (signal.aborted) return;
    const say = (id, words) => (document.getElementById(id).textContent = words);
    const seconds = (value) => (value === null ? 'not known' : shortTime(value * 1000));
    const source = document.getElementById('uploads').dataset.source;
    say('figure-list', { leads: 'a stream of this tab', follows: 'the stream of another tab', list: 'lists, no stream comes through' }[source] ?? 'nothing yet');
    say('figure-age', age);
    const hidden = 'not shown to browsers here (/metrics)';
    say('figure-tail', figures ? `${seconds(figures.tailLag)}, ${figures.shards ?? 0} ${figures.shards === 1 ? 'shard' : 'shards'}` : hidden);
    say('figure-board', figures ? `${figures.whole === 1 ? 'whole' : 'not whole'}, ${seconds(figures.boardAge)} old` : hidden);
    say('figure-bus', figures ? (figures.busUp === 1 ? 'up' : 'down') : hidden);
    say('figure-streams', figures ? String(figures.streams ?? 'not known') : hidden);
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => this.#look(), LOOK_EVERY_MS);
  }

  async #figures() {
    try {
      const response = await fetch('metrics', { signal: this.#closed.signal, cache: 'no-store' });
      const type = response.headers.get('Content-Type') ?? '';
      if (!response.ok || !type.startsWith('text/plain')) return null;
      return figuresOf(await response.text());
    } catch {
      return null;
    }
  }

  /** How old what a poll shows may be, by the service's own word, and how long a poll takes. */
  async #age() {
    const authorized = this.#service()?.authorized;
    if (!authorized) return 'nobody is signed in';
    const start = performance.now();
    try {
      const headers = { Accept: 'application/json' };
      const response = await authorized.request('status?limit=1', { headers, signal: this.#closed.signal });
      const took = shortTime(performance.now() - start);
      await response.body?.cancel();
      const age = response.headers.get('Age');
      return response.ok
        ? `${age === null ? 'no Age' : `Age: ${age} s`}, answered in ${took}`
        : `refused with ${response.status}`;
    } catch {
      return 'no answer';
    }
  }

  #clear() {
    this.#log = [];
    this.#bars.clear();
    this.#events.replaceChildren();
    this.#uploads.replaceChildren();
    for (const bar of document.querySelectorAll('processing-status')) this.#showBar(bar);
  }

  async #copy() {
    const said = document.getElementById('inspector-said');
    try {
      await navigator.clipboard.writeText(JSON.stringify(this.#log, null, 2));
      said.textContent = `${this.#log.length} events copied.`;
    } catch {
      said.textContent = 'The browser does not let the page copy.';
    }
  }
}

function barsWords(bar) {
  return {
    uploadId: bar.uploadId,
    name: bar.status?.metadata?.fileName ?? bar.getAttribute('file-name') ?? '',
    transport: bar.getAttribute('transport') ?? '',
    version: bar.getAttribute('version') ?? '',
    status: bar.getAttribute('status') ?? '',
  };
}

function rowOf(words) {
  const row = document.createElement('tr');
  row.append(
    ...words.map((text) => {
      const cell = document.createElement('td');
      cell.textContent = text;
      return cell;
    }),
  );
  return row;
}
