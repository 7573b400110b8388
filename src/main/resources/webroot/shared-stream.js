import { Alarm, browserClock } from './clock.js';
import { EARLY, FIRST_BYTE, SILENCE, verdict } from './ladder-rules.js';
import { readStream } from './reading.js';

/** The contract: so many uploads on one stream. Their ids are in one line of the request. */
const MOST_PICKS = 100;
const LONGEST_QUERY = 6_000;

/** Uploads that come one after another join together: each change of the picks is a request. */
const GATHER_MS = 250;

/** How often a look at the date tells whether the machine has slept, and from when on it has. */
const LOOK_EVERY_MS = 4_000;
const SLEPT_MS = 12_000;

export const browserTabs = {
  get locks() {
    return globalThis.navigator?.locks; // none outside of secure contexts
  },
  Channel: globalThis.BroadcastChannel,
};

/**
 * One event stream for all the uploads that somebody follows at one service: those of this page,
 * and those of every tab of the same user. The tab that holds a Web Lock has the stream and tells
 * the others on a BroadcastChannel what it brings; when it closes, or nobody looks at it any more,
 * the lock falls to the next. A tab that holds the lock and says nothing is frozen, and has it taken
 * away. Where the browser has no locks or no channel, or the token does not say whose it is, each
 * page has its own stream.
 *
 * A ladder takes a seat and reads as if the stream were its own: it sees the bytes that prove its
 * upload is being heard of, that upload's events, and how the stream ended. It decides itself when
 * to read again; the first that does opens the stream for all.
 *
 * Messages between tabs: `ask` (a new leader: who is there?), `want` (a `tab`'s uploads; `read`:
 * now), and what a leader lets readers know: `tell` names the method, `ids` whose (absent: all).
 */
export class SharedStream {
  #baseUrl;
  #authorized;
  #clock;
  #tabs;
  #seats = new Set();
  #visit = null; // from the first seat taken to the last one left
  #changing;
  #pulse;
  #lookedAt;

  constructor({ baseUrl, authorized, clock = browserClock, tabs = browserTabs }) {
    this.#baseUrl = baseUrl;
    this.#authorized = authorized;
    this.#clock = clock;
    this.#tabs = tabs;
    this.#changing = new Alarm(clock, () => this.#open());
    this.#pulse = new Alarm(clock, () => this.#look());
  }

  /**
   * @param {object} reader
   * @param {string} reader.uploadId
   * @param {() => number} reader.version that it has
   * @param {() => void} reader.opened a stream that it does not read yet may bring its upload
   * @param {() => void} reader.woke the machine has slept
   * @param {() => void} reader.byte
   * @param {(event: {type: string, status: object, found: boolean}) => void} reader.event `found`
   *     tells a record that was there from a change that came
   * @param {(ms: number) => void} reader.retry
   * @param {(outcome: object) => void} reader.over as `readStream` tells; read again for more
   */
  join(reader) {
    const seat = { reader, reads: false, link: null };
    // A little longer than the stream's own patience, which tells more.
    seat.patience = new Alarm(this.#clock, () => {
      this.#visit.queue?.({ steal: true });
      this.#hear('over', { kind: 'silent' }, undefined, [seat]);
    });
    seat.rest = () => {
      seat.reads = false;
      seat.patience.clear();
    };
    this.#seats.add(seat);
    if (this.#seats.size === 1) this.#enter();
    else this.#checkUser();
    return {
      read: () => {
        seat.reads = true;
        this.#expectMore(seat);
        if (this.#visit.leads) this.#wanted([reader.uploadId]);
        else this.#sayWants();
        seat.link = this.#visit?.link;
      },
      /** The network is another one: a stream that was opened before may hang. */
      distrust: () => {
        seat.rest();
        // Unless another ladder has seen to that already.
        if (seat.link && seat.link === this.#visit.link) this.#close();
      },
      leave: () => {
        seat.rest();
        if (this.#seats.delete(seat) && this.#seats.size === 0) this.#exit();
      },
    };
  }

  #expectMore(seat) {
    seat.patience.after(SILENCE + 1_000);
  }

  async #enter() {
    // `link`: the stream, in the tab that leads; `wants`: the uploads of the other tabs.
    const visit = { leads: false, link: null, wants: new Map(), many: true };
    this.#visit = visit;
    this.#lookedAt = this.#clock.wall();
    this.#look();
    const token = await this.#authorized.token();
    visit.user = userOf(token);
    if (this.#visit !== visit) return;
    const { locks, Channel } = this.#tabs;
    if (!locks || !Channel || visit.user === token) {
      this.#lead();
      return;
    }
    const name = `headway 1 ${this.#baseUrl} ${visit.user}`;
    visit.tab = Math.random();
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
    visit.queue = (how) => {
      locks.request(name, how, lead).catch(() => {
        if (this.#visit !== visit) return;
        if (!visit.leads) {
          this.#lead(); // a policy forbids locks
          return;
        }
        // Somebody took us for frozen.
        visit.leads = false;
        this.#close();
        visit.queue({ signal });
        this.#sayWants();
      });
    };
    visit.queue({ signal });
    this.#sayWants();
  }

  #exit() {
    const { leads, channel, leaving, tab } = this.#visit;
    this.#close();
    this.#changing.clear();
    this.#pulse.clear();
    if (!leads) channel?.postMessage({ want: [], tab });
    this.#visit = null;
    channel?.close();
    leaving?.abort();
  }

  /** A page may change users under one provider: nobody reads on with the token of the one before. */
  async #checkUser() {
    const visit = this.#visit;
    const user = userOf(await this.#authorized.token());
    if (this.#visit !== visit || !('user' in visit) || visit.user === user) return;
    this.#exit();
    this.#enter();
    this.#hear('over', { kind: 'closed', lived: EARLY });
  }

  /** The monotonic clock may stand still while the machine sleeps; the date does not. */
  #look() {
    const wall = this.#clock.wall();
    const slept = wall - this.#lookedAt > SLEPT_MS;
    this.#lookedAt = wall;
    this.#pulse.after(LOOK_EVERY_MS);
    if (slept) for (const { reader } of [...this.#seats]) reader.woke();
  }

  #lead() {
    this.#visit.leads = true;
    this.#visit.channel?.postMessage({ ask: true });
    if (this.#isWanted()) this.#open();
  }

  #isWanted() {
    return [...this.#seats].some((seat) => seat.reads);
  }

  #uploadIds() {
    return [...this.#seats].map(({ reader }) => reader.uploadId);
  }

  #sayWants() {
    const { channel, tab } = this.#visit;
    channel?.postMessage({ want: this.#uploadIds(), tab, read: this.#isWanted() });
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
      if (known) {
        this.#tell('byte', undefined, [id]);
        this.#tell('event', { ...known, found: true }, [id]);
      } else if (!this.#brings(link, id)) {
        this.#changing.within(GATHER_MS);
      }
    }
  }

  /** Soon after it was opened, a stream has told of every upload that it knows. */
  #brings(link, id) {
    return link.seen.has(id) || (link.picks.has(id) && this.#isYoungerThan(FIRST_BYTE, link));
  }

  #isYoungerThan(ms, { openedAt }) {
    return this.#clock.now() - openedAt <= ms;
  }

  #open() {
    const visit = this.#visit;
    if (!visit?.leads) return;
    this.#changing.clear();
    const wanted = new Set([this.#uploadIds(), ...visit.wants.values()].flat());
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
    if (!link || ![...picks].every((id) => this.#brings(link, id))) this.#connect(picks);
    const left = [...wanted].filter((id) => !picks.has(id));
    if (left.length > 0) this.#tell('over', { kind: 'no-seat' }, left);
  }

  #connect(picks) {
    const visit = this.#visit;
    this.#close();
    const link = { picks, seen: new Map(), openedAt: this.#clock.now(), controller: new AbortController() };
    visit.link = link;
    const ids = [...picks].map(encodeURIComponent);
    const alone = ids.length === 1;
    const versions = [...this.#seats].map(({ reader }) => picks.has(reader.uploadId) ? reader.version() : Infinity);
    readStream({
      request: this.#authorized.request,
      url: `${this.#baseUrl}/status${alone ? `/${ids}` : `?uploadId=${ids.join('&uploadId=')}`}`,
      // What every reader has; of those in other tabs nobody here knows.
      version: alone && visit.wants.size === 0 ? Math.min(...versions) : 0,
      clock: this.#clock,
      patience: SILENCE,
      signal: link.controller.signal,
      onByte: () => this.#tell('byte', undefined, [...(alone ? picks : link.seen.keys())]),
      onEvent: (event) => this.#eventArrived(link, event),
      onRetry: (ms) => this.#tell('retry', ms),
    }).then((outcome) => {
      if (visit.link !== link) return;
      this.#close();
      this.#over(picks, outcome);
    });
    this.#tell('opened', undefined, [...picks]);
  }

  #close() {
    const { link } = this.#visit;
    this.#visit.link = null;
    link?.controller.abort();
  }

  /** What cannot be read throws, and so ends the stream as a cut does. */
  #eventArrived(link, { type, data }) {
    if (type === 'token' && !this.#isYoungerThan(EARLY, link)) this.#renew(link);
    if (type !== 'status' && type !== 'expired') return;
    const status = JSON.parse(data);
    const id = status?.uploadId ?? (link.picks.size === 1 ? [...link.picks][0] : undefined);
    const event = { type, status, found: !link.seen.has(id) };
    if (event.found) this.#tell('byte', undefined, [id]);
    link.seen.set(id, event);
    this.#tell('event', event, [id]);
  }

  /**
   * The stream ends with the token that opened it: another one is opened in time. Where tokens live
   * so briefly that the notice comes at once, the end is waited for; else there was no end of notices.
   */
  async #renew(link) {
    const visit = this.#visit;
    const changed = await this.#authorized.renew();
    if (changed && this.#visit === visit && visit.link === link) this.#connect(link.picks);
  }

  #over(picks, outcome) {
    const meaning = verdict(outcome);
    if (outcome.httpStatus === 401) {
      this.#hear('over', outcome); // another tab may have a better token, and will lead
    } else if (picks.size > 1 && ['end', 'unsuitable'].includes(meaning)) {
      this.#visit.many = false;
      this.#tell('over', { kind: 'no-seat' });
    } else if (picks.size === 1 && ['end', 'done'].includes(meaning)) {
      this.#tell('over', outcome, [...picks]); // that one's own
      if (this.#visit && this.#isWanted()) this.#changing.within(GATHER_MS);
    } else {
      this.#tell('over', outcome);
    }
  }

  /** Lets readers know, here and in other tabs. */
  #tell(tell, value, ids) {
    this.#visit?.channel?.postMessage({ tell, value, ids });
    this.#hear(tell, value, ids);
  }

  /** Who does not read hears of nothing but that a stream was opened. */
  #hear(tell, value, ids, seats = this.#seats) {
    for (const seat of [...seats]) {
      const { reader } = seat;
      if ((ids && !ids.includes(reader.uploadId)) || seat.reads === (tell === 'opened')) continue;
      if (tell === 'byte') {
        seat.link = this.#visit.link;
        this.#expectMore(seat);
      }
      if (tell === 'over') seat.rest();
      reader[tell](value);
    }
  }

  #heard({ ask, want, tab, read, tell, value, ids }) {
    const { leads, wants } = this.#visit;
    if (ask) this.#sayWants();
    if (want && leads) {
      if (want.length > 0) wants.set(tab, want);
      else wants.delete(tab);
      if (read) this.#wanted(want);
    }
    if (tell && !leads) this.#hear(tell, value, ids);
  }
}

/** Whose token this is: as far as it says, or else the token itself, which no tabs share. */
function userOf(token) {
  try {
    const { iss = '', sub } = JSON.parse(atob(token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')));
    return sub ? `${iss} ${sub}` : token;
  } catch {
    return token;
  }
}
