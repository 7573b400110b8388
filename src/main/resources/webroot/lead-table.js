import { say } from './words.js';

const PAGE = 25;
const LARGEST_PAGE = 100; // the contract
const TYPING_PAUSE_MS = 300;

const COLUMNS = [
  ['Name', (lead) => `${lead.firstName ?? ''} ${lead.lastName ?? ''}`.trim()],
  ['Title', (lead) => lead.title],
  ['Company', (lead) => lead.company],
  ['Email', (lead) => lead.email],
  ['Phone', (lead) => lead.phone],
  ['Remarks', (lead) => lead.remarks],
  ['From', (lead) => lead.sourceFile],
];

/** The caller's leads: searched, page by page, and read anew when an upload has ended. */
export class LeadsTable {
  #service;
  #onUnauthorized;
  #table = document.getElementById('leads-table');
  #rows = this.#table.tBodies[0];
  #note = document.getElementById('leads-note');
  #problem = document.getElementById('leads-problem');
  #more = document.getElementById('more');
  #query = document.getElementById('query');
  #cursor;
  #reading = null;
  #typing;

  constructor({ service, onUnauthorized }) {
    this.#service = service;
    this.#onUnauthorized = onUnauthorized;
    this.#more.addEventListener('click', () => this.#read({ cursor: this.#cursor, limit: PAGE }));
    this.#query.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#read({ limit: PAGE }), TYPING_PAUSE_MS);
    });
    document.getElementById('search').addEventListener('submit', (event) => {
      event.preventDefault();
      clearTimeout(this.#typing);
      this.#read({ limit: PAGE });
    });
  }

  /** Reads the first page anew, as long as what is shown now, so that nothing collapses. */
  refresh() {
    const shown = Math.ceil(this.#rows.rows.length / PAGE) * PAGE;
    return this.#read({ limit: Math.min(LARGEST_PAGE, Math.max(PAGE, shown)) });
  }

  /** The newest wish counts: one that is still being read is dropped. */
  async #read({ cursor, limit }) {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#table.setAttribute('aria-busy', 'true');
    this.#more.disabled = true;
    const query = this.#query.value.trim();
    try {
      const page = await this.#service.leads({ query, cursor, limit, signal: reading.signal });
      if (this.#reading !== reading) return;
      this.#show(page, query, cursor !== undefined);
    } catch (failure) {
      if (this.#reading !== reading) return;
      if (failure.status === 401) this.#onUnauthorized(failure.message);
      else this.#problem.textContent = failure.message;
    } finally {
      if (this.#reading === reading) {
        this.#reading = null;
        this.#table.removeAttribute('aria-busy');
        this.#more.disabled = false;
      }
    }
  }

  #show({ leads, nextCursor }, query, appended) {
    const rows = leads.map(rowOf);
    if (appended) this.#rows.append(...rows);
    else this.#rows.replaceChildren(...rows);
    this.#problem.textContent = '';
    this.#cursor = nextCursor ?? undefined;
    if (!nextCursor && document.activeElement === this.#more) rows[0]?.focus();
    this.#more.hidden = !nextCursor;
    this.#note.textContent = note(this.#rows.rows.length, Boolean(nextCursor), query);
  }
}

function note(shown, more, query) {
  if (shown === 0) return query ? `Nothing found for “${query}”.` : 'No leads yet.';
  return `${more ? 'The first ' : ''}${say('leads', { n: shown })}${query ? ' found' : ''}`;
}

function rowOf(lead) {
  const row = document.createElement('tr');
  row.tabIndex = -1;
  row.dataset.leadId = lead.leadId ?? '';
  for (const [label, words] of COLUMNS) {
    const cell = document.createElement('td');
    cell.dataset.label = label;
    cell.textContent = words(lead) ?? '';
    if (label === 'From') cell.title = cell.textContent; // cut where the table is narrow
    row.append(cell);
  }
  return row;
}
