import { mayNeedMore, refreshedRows } from './lead-rows.js';
import { say } from './words.js';

const PAGE = 25;
const TYPING_PAUSE_MS = 300;

/** Leads that a finished upload wrote may reach the table's index a moment after its status. */
const SECOND_LOOK_MS = 2_000;

/** A search answers what it found so far after some thousand leads; so often it is asked to go on. */
const MOST_REQUESTS = 8;

const NO_LEADS = 'No leads yet. Those of your uploads will be here.';

const COLUMNS = [
  ['Name', (lead) => `${lead.firstName ?? ''} ${lead.lastName ?? ''}`.trim()],
  ['Title', (lead) => lead.title],
  ['Company', (lead) => lead.company],
  ['Email', (lead) => lead.email],
  ['Phone', (lead) => lead.phone],
  ['Remarks', (lead) => lead.remarks],
  ['From', (lead) => lead.sourceFile],
];

/**
 * One user's leads: searched, filtered, sorted, page by page. When an upload has ended the page that
 * is shown is read anew, in its place, and what is new on it is marked.
 */
export class LeadsTable {
  #service;
  #onUnauthorized;
  #table = document.getElementById('leads-table');
  #body = this.#table.tBodies[0];
  #note = document.getElementById('leads-note');
  #problem = document.getElementById('leads-problem');
  #previous = document.getElementById('previous');
  #next = document.getElementById('next');
  #form = document.getElementById('search');
  #section = document.getElementById('leads');
  #shown = { cursors: [undefined] }; // the wish, and the cursors of its pages up to this one
  #wanted = this.#shown; // what was asked for last: it is shown, under way, or has failed
  #nextCursor; // after the page that is shown
  #reading = null;
  #typing;
  #second;
  #fresh = new Map(); // leads of uploads that ended just now: by upload id, when it began
  #closed = new AbortController();

  /**
   * @param {object} options
   * @param {import('./service.js').Service} options.service
   * @param {(why: string) => void} options.onUnauthorized
   */
  constructor({ service, onUnauthorized }) {
    this.#service = service;
    this.#onUnauthorized = onUnauthorized;
    const { signal } = this.#closed;
    const on = (element, type, act) => element.addEventListener(type, act, { signal });
    on(this.#next, 'click', () => this.#turn(1));
    on(this.#previous, 'click', () => this.#turn(-1));
    on(this.#form, 'input', ({ target }) => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.first(), target.type === 'search' ? TYPING_PAUSE_MS : 0);
    });
    on(this.#form, 'submit', (event) => {
      event.preventDefault();
      clearTimeout(this.#typing);
      this.first();
    });
    on(this.#form, 'reset', () => setTimeout(() => this.first()));
    this.first();
  }

  /** What is wished for now, as the service understands it. */
  get wish() {
    const { text, company, sort } = Object.fromEntries(new FormData(this.#form));
    return { text: text.trim(), company: company.trim(), sort };
  }

  /** Whether new leads would be in sight: on the first page, the newest first, nothing filtered. */
  get showsNewest() {
    const { text, company, sort } = this.wish;
    return this.#wanted.cursors.length === 1 && !text && !company && sort === '-updatedAt';
  }

  /** The first page of what is wished for. */
  first() {
    this.#fresh.clear();
    return this.#read({ wish: this.wish, cursors: [undefined] });
  }

  /** The newest leads of all, whatever was wished for. */
  showNewest() {
    const fresh = new Map(this.#fresh);
    for (const field of this.#form.querySelectorAll('input')) field.value = '';
    this.#form.elements.sort.value = '-updatedAt';
    this.#fresh = fresh;
    return this.#read({ wish: this.wish, cursors: [undefined] });
  }

  /**
   * Reads the page again that is shown or was asked for since, and marks on it what these uploads
   * brought.
   *
   * @param {object[]} statuses that have ended
   */
  async refresh(statuses) {
    for (const { uploadId, createdAt } of statuses) this.#fresh.set(uploadId, createdAt);
    await this.#read(this.#wanted);
    const shown = [...this.#body.rows].map((row) => row.dataset.uploadId);
    if (this.#closed.signal.aborted || !this.showsNewest || !mayNeedMore(statuses, shown)) return;
    clearTimeout(this.#second);
    this.#second = setTimeout(() => this.#read(this.#wanted), SECOND_LOOK_MS);
  }

  /** Forgets everything of this user. */
  close() {
    this.#closed.abort();
    clearTimeout(this.#typing);
    clearTimeout(this.#second);
    this.#reading?.abort();
    this.#reading = null;
    this.#body.replaceChildren();
    this.#form.reset();
    for (const element of [this.#note, this.#problem]) element.textContent = '';
    this.#table.removeAttribute('aria-busy');
    for (const button of [this.#previous, this.#next]) button.hidden = true;
  }

  async #turn(by) {
    const { wish, cursors: before } = this.#shown;
    const cursors = by > 0 ? [...before, this.#nextCursor] : before.slice(0, -1);
    if (cursors.length === 0 || (by > 0 && !this.#nextCursor)) return;
    const button = by > 0 ? this.#next : this.#previous;
    await this.#read({ wish, cursors });
    if (button.hidden) this.#table.focus(); // the button that had it is gone
    this.#section.scrollIntoView({ block: 'start' });
  }

  /** The newest wish counts: one that is still being read is dropped. */
  async #read(page) {
    this.#reading?.abort();
    clearTimeout(this.#second);
    const reading = new AbortController();
    this.#reading = reading;
    this.#wanted = page;
    this.#table.setAttribute('aria-busy', 'true');
    try {
      const { leads, nextCursor } = await this.#leads(page, reading.signal);
      if (this.#reading !== reading) return;
      const anew = page !== this.#shown;
      this.#shown = page;
      this.#nextCursor = nextCursor ?? undefined;
      this.#show(leads, anew);
    } catch (failure) {
      if (this.#reading !== reading) return;
      if (failure.status === 401) this.#onUnauthorized(failure.message);
      else this.#problem.textContent = failure.message;
    } finally {
      if (this.#reading === reading) {
        this.#reading = null;
        this.#table.removeAttribute('aria-busy');
      }
    }
  }

  /** A search over many leads comes in pieces, some of them empty. */
  async #leads({ wish, cursors }, signal) {
    const leads = [];
    let cursor = cursors.at(-1);
    for (let n = 0; n < MOST_REQUESTS; n++) {
      const page = await this.#service.leads({ wish, cursor, limit: PAGE - leads.length, signal });
      leads.push(...page.leads);
      cursor = page.nextCursor;
      if (!cursor || leads.length >= PAGE) break;
    }
    return { leads, nextCursor: cursor };
  }

  #show(leads, anew) {
    const { wish, cursors } = this.#shown;
    const keep = anew ? () => {} : anchored(this.#body);
    refreshedRows(this.#body, leads, { row: rowOf, fresh: this.#fresh });
    keep();
    this.#problem.textContent = '';
    // A button that is in use and has nothing more to do says so, and keeps the focus.
    this.#previous.hidden = cursors.length === 1;
    this.#next.hidden = !this.#nextCursor;
    this.#note.textContent = note(leads.length, cursors.length, Boolean(this.#nextCursor), wish);
    // Nothing to search in or to export yet.
    this.#section.classList.toggle('empty', this.#note.textContent === NO_LEADS);
  }
}

/** Keeps the row that is at the top of the window where it is, when rows come before it. */
function anchored(body) {
  const row = [...body.rows].find((each) => each.getBoundingClientRect().bottom > 0);
  if (!row || body.getBoundingClientRect().top > 0) return () => {};
  const before = row.getBoundingClientRect().top;
  return () => {
    if (row.isConnected) scrollBy({ top: row.getBoundingClientRect().top - before, behavior: 'instant' });
  };
}

function note(shown, page, more, { text, company }) {
  const filtered = Boolean(text || company);
  if (shown === 0 && page === 1) {
    if (more) return 'Nothing found so far; there is more to search.';
    return filtered ? 'No lead is like that.' : NO_LEADS;
  }
  const count = `${say('leads', { n: shown })}${filtered ? ' found' : ''}`;
  return page === 1 && !more ? count : `Page ${page}: ${count}`;
}

function rowOf(lead) {
  const row = document.createElement('tr');
  for (const [label, words] of COLUMNS) {
    const cell = document.createElement(label === 'Name' ? 'th' : 'td');
    if (label === 'Name') cell.scope = 'row';
    cell.dataset.label = label;
    const value = words(lead) ?? '';
    const text = document.createElement('span');
    text.append(...breakable(value));
    text.dir = 'auto';
    cell.append(text);
    cell.classList.toggle('empty', value === '');
    if (label === 'From') cell.title = value; // cut where the table is narrow
    row.append(cell);
  }
  return row;
}

/** A long address is broken before its domain rather than anywhere. */
function breakable(value) {
  const [first, ...rest] = value.split(/(?=@)/);
  return [first, ...rest.flatMap((part) => [document.createElement('wbr'), part])];
}
