import { Alarm, browserClock } from './clock.js';
import { LIMITS } from './ladder-rules.js';
import { readStream } from './reading.js';

/** The contract: so many uploads on one stream. Their ids are in one line of the request. */
const MOST_PICKS = 100;
const LONGEST_QUERY = 6_000;

/** Uploads that come one after another join together: each change of the picks is a request. */
const GATHER_MS = 250;

const browserTabs = {
  get locks() {
    return globalThis.navigator?.locks; // none outside of secure contexts
  },
  Channel: globalThis.BroadcastChannel,
};

/**
 * One event stream for all the uploads that somebody follows at one service: those of this page,
 * and those of every tab of the same user. The tab that holds a Web Lock has the stream and tells
 * the others on a BroadcastChannel what it brings; when it closes, or nobody looks at it any more,
 * the lock falls to the next. Where the browser has no locks or no channel, or the token does not
 * say whose it is, each page has its own.
 *
 * A ladder takes a seat and reads as if the stream were its own: it sees the bytes that prove its
 * upload is being heard of, that upload's events, and how the stream ended. It decides itself when
 * to read again; the first that does opens the stream for all.
 *
 * Messages between tabs: `ask` (a new leader: who is there?), `want` (a tab's uploads; `read`: now),
 * and what a leader tells: `open`, `beat`, `retry`, `event`, `over`.
 */
export class SharedStream {
  #baseUrl;
  #authorized;
  #clock;
  #limits;
  #tabs;
  #seats = new Set();
  #visit = null; // from the first seat taken to the last one left
  #changing;

  constructor({ baseUrl, authorized, clock = browserClock, limits = LIMITS, tabs = browserTabs }) {
    this.#baseUrl = baseUrl;
    this.#authorized = authorized;
    this.#clock = clock;
    this.#limits = limits;
    this.#tabs = tabs;
    this.#changing = new Alarm(clock, () => this.#open());
  }

  /**
   * @param {{uploadId: string, version: () => number, wake: () => void}} reader `version` that it
   *     has; `wake` is called when a stream is opened that it may read
   */
  join(reader) {
    const seat = { ...reader, reading: null, link: null };
    this.#seats.add(seat);
    if (this.#seats.size === 1) this.#enter();
    return {
      /** As `readStream`, of one upload. */
      read: (attempt) => this.#read(seat, attempt),
      /** The network is another one: a stream that was opened before may hang. */
      distrust: () => {
        // Unless another ladder has seen to that already.
        if (seat.link && seat.link === this.#visit?.link) this.#close();
      },
      leave: () => {
        if (this.#seats.delete(seat) && this.#seats.size === 0) this.#exit();
      },
    };
  }

  async #enter() {
    // `link`: the stream, in the tab that leads; `wants`: the uploads of the other tabs.
    const visit = { tab: crypto.randomUUID?.(), leads: false, link: null, wants: new Map(), many: true };
    this.#visit = visit;
    const { locks, Channel } = this.#tabs;
    const user = locks && Channel ? userOf(await this.#authorized.token()) : null;
    if (this.#visit !== visit) return;
    if (!user) {
      this.#lead();
      return;
    }
    const name = `headway ${this.#baseUrl} ${user}`;
    visit.channel = new Channel(name);
    visit.channel.onmessage = ({ data }) => this.#visit === visit && this.#heard(data);
    visit.leaving = new AbortController();
    const { signal } = visit.leaving;
    const held = new Promise((release) => signal.addEventListener('abort', release));
    const lead = () => {
      if (this.#visit !== visit) return undefined;
      this.#lead();
      return held;
    };
    locks.request(name, { signal }, lead).catch((failure) => {
      if (failure.name !== 'AbortError' && this.#visit === visit) this.#lead(); // a policy forbids
    });
    this.#sayWants();
  }

  #exit() {
    const { leads, channel, leaving, tab } = this.#visit;
    this.#close();
    this.#changing.clear();
    if (!leads) channel?.postMessage({ want: [], tab });
    this.#visit = null;
    channel?.close();
    leaving?.abort();
  }

  #lead() {
    this.#visit.leads = true;
    this.#visit.channel?.postMessage({ ask: true });
    if (this.#isWanted()) this.#open();
  }

  #isWanted() {
    return [...this.#seats].some((seat) => seat.reading);
  }

  #sayWants() {
    const { channel, tab } = this.#visit;
    const want = [...this.#seats].map(({ uploadId }) => uploadId);
    channel?.postMessage({ want, tab, read: this.#isWanted() });
  }

  #read(seat, { signal, onByte, onEvent, onRetry }) {
    return new Promise((resolve) => {
      const patience = new Alarm(this.#clock, () => over({ kind: 'silent' }));
      // A little longer than the stream's own, which tells more.
      const listen = () => patience.set(this.#clock.now() + this.#limits.silence + 1_000);
      const over = (outcome) => {
        patience.clear();
        if (seat.reading === reading) seat.reading = null;
        resolve(outcome);
      };
      const beat = () => {
        listen();
        onByte();
      };
      const reading = { over, beat, onEvent, onRetry };
      seat.reading = reading;
      listen();
      signal.addEventListener('abort', () => over({ kind: 'closed', lived: 0 }), { once: true });
      if (this.#visit.leads) this.#wanted([seat.uploadId]);
      else this.#sayWants();
      seat.link = this.#visit?.link;
    });
  }

  /** Somebody wants to read these now. */
  #wanted(uploadIds) {
    const { link } = this.#visit;
    if (!link) {
      this.#open();
      return;
    }
    for (const id of uploadIds) {
      const known = link.seen.get(id);
      if (known) this.#tell({ beat: [id] }, known);
      else if (!link.picks.has(id) || this.#isLate(link)) {
        this.#changing.by(this.#clock.now() + GATHER_MS);
      }
    }
  }

  /** By now a stream has told of every upload that it knows. */
  #isLate({ openedAt }) {
    return this.#clock.now() - openedAt > this.#limits.firstByte;
  }

  #open() {
    const visit = this.#visit;
    if (!visit?.leads) return;
    this.#changing.clear();
    const wanted = new Set([...this.#seats].map(({ uploadId }) => uploadId));
    for (const ids of visit.wants.values()) for (const id of ids) wanted.add(id);
    const picks = new Set();
    let length = 0;
    for (const id of wanted) {
      length += id.length + 10;
      const fits = picks.size < MOST_PICKS && length < LONGEST_QUERY;
      // What no service accepts is left to a poll, which will say so.
      const alone = picks.size === 0 || (visit.many && /^[\w-]{1,255}$/.test(id));
      if (fits && alone) picks.add(id);
    }
    const { link } = visit;
    const same = link && [...picks].every((id) => link.picks.has(id));
    const unheard = picks.size > 1 && ![...picks].every((id) => link?.seen.has(id));
    if (!same || (unheard && this.#isLate(link))) this.#connect(picks);
    const left = [...wanted].filter((id) => !picks.has(id));
    if (left.length > 0) this.#tell({ over: { kind: 'no-seat' }, ids: left });
  }

  #connect(picks) {
    const visit = this.#visit;
    this.#close();
    const link = { picks, seen: new Map(), openedAt: this.#clock.now(), controller: new AbortController() };
    visit.link = link;
    const ids = [...picks];
    const alone = ids.length === 1;
    const query = ids.map((id) => `uploadId=${encodeURIComponent(id)}`).join('&');
    const ours = [...this.#seats].filter(({ uploadId }) => alone && uploadId === ids[0]);
    const whileOpen = (act) => (value) => {
      if (visit.link === link) act(value);
    };
    readStream({
      request: this.#authorized.request,
      url: `${this.#baseUrl}/status${alone ? `/${encodeURIComponent(ids[0])}` : `?${query}`}`,
      version: Math.max(0, ...ours.map((seat) => seat.version())),
      clock: this.#clock,
      silence: this.#limits.silence,
      signal: link.controller.signal,
      onByte: whileOpen(() => this.#tell({ beat: alone ? ids : [...link.seen.keys()] })),
      onEvent: whileOpen((event) => this.#eventArrived(link, event)),
      onRetry: whileOpen((retry) => this.#tell({ retry })),
    }).then(
      whileOpen((outcome) => {
        this.#close();
        this.#over(picks, outcome);
      }),
    );
    this.#tell({ open: ids });
  }

  #close() {
    const { link } = this.#visit;
    this.#visit.link = null;
    link?.controller.abort();
  }

  /** What cannot be read throws, and so ends the stream as a cut does. */
  #eventArrived(link, { type, data }) {
    if (type === 'token') this.#renew(link);
    if (type !== 'status' && type !== 'expired') return;
    const body = JSON.parse(data);
    const id = body?.uploadId ?? (link.picks.size === 1 ? [...link.picks][0] : undefined);
    const event = { event: { type, status: body }, ids: [id] };
    if (!link.seen.has(id)) this.#tell({ beat: [id] });
    link.seen.set(id, event);
    this.#tell(event);
  }

  /** The stream ends with the token that opened it: another one is opened in time. */
  async #renew(link) {
    const visit = this.#visit;
    const changed = await this.#authorized.renew();
    if (changed && this.#visit === visit && visit.link === link) this.#connect(link.picks);
  }

  #over(picks, outcome) {
    const { httpStatus } = outcome;
    if (httpStatus === 401) {
      this.#heard({ over: outcome }); // another tab may have a better token, and will lead
    } else if (picks.size > 1 && refusesMany(outcome)) {
      this.#visit.many = false;
      this.#tell({ over: { kind: 'no-seat' } });
    } else if (picks.size === 1 && [204, 400, 403, 404, 410].includes(httpStatus)) {
      this.#tell({ over: outcome, ids: [...picks] }); // that one's own
      if (this.#visit && this.#isWanted()) this.#changing.by(this.#clock.now() + GATHER_MS);
    } else {
      this.#tell({ over: outcome });
    }
  }

  #tell(...messages) {
    for (const message of messages) {
      this.#visit?.channel?.postMessage(message);
      if (this.#visit) this.#heard(message);
    }
  }

  #heard({ ask, want, tab, read, open, beat, retry, event, over, ids }) {
    const { leads, wants } = this.#visit;
    if (ask) this.#sayWants();
    if (want && leads) {
      if (want.length > 0) wants.set(tab, want);
      else wants.delete(tab);
      if (read) this.#wanted(want);
    }
    for (const seat of [...this.#seats]) {
      const of = (some) => some.includes(seat.uploadId);
      if (open && of(open) && !seat.reading) seat.wake();
      const { reading } = seat;
      if (!reading) continue;
      if (beat && of(beat)) {
        seat.link = this.#visit.link;
        reading.beat();
      }
      if (retry !== undefined) reading.onRetry(retry);
      if (event && of(ids)) reading.onEvent(event);
      if (over && (!ids || of(ids))) reading.over(over);
    }
  }
}

/** Whose token this is, as far as it says; null where tabs had better not share. */
function userOf(token) {
  try {
    const { iss = '', sub } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return sub ? JSON.stringify([iss, sub]) : null;
  } catch {
    return null;
  }
}

/** An answer by which a service says that it streams one upload at a time, if any. */
function refusesMany({ kind, httpStatus }) {
  if (kind !== 'answer') return false;
  if (httpStatus >= 500) return httpStatus === 501 || httpStatus === 505;
  return ![204, 408, 425, 429].includes(httpStatus);
}
