import { fileSize } from './words.js';

/** The whole answer in one line of progress: how much has come. */
const TELL_EVERY_MS = 200;

/**
 * Saves all leads of a wish as a CSV file. The answer is read to its end before anything is offered
 * as a file, because one that ends early must not look whole.
 */
export class LeadExport {
  #service;
  #wish;
  #onUnauthorized;
  #button = document.getElementById('export');
  #note = document.getElementById('export-note');
  #exporting = null;
  #closed = new AbortController();

  /**
   * @param {object} options
   * @param {import('./service.js').Service} options.service
   * @param {() => object} options.wish which leads, asked when somebody exports them
   * @param {(why: string) => void} options.onUnauthorized
   */
  constructor({ service, wish, onUnauthorized }) {
    this.#service = service;
    this.#wish = wish;
    this.#onUnauthorized = onUnauthorized;
    const { signal } = this.#closed;
    this.#button.addEventListener('click', () => this.#pressed(), { signal });
  }

  close() {
    this.#closed.abort();
    this.#exporting?.abort();
    this.#note.textContent = '';
    this.#button.textContent = 'Export CSV';
  }

  #pressed() {
    if (this.#exporting) this.#exporting.abort();
    else this.#export();
  }

  async #export() {
    const exporting = new AbortController();
    const { signal } = exporting;
    this.#exporting = exporting;
    this.#button.textContent = 'Stop the export';
    this.#note.textContent = 'Exporting…';
    try {
      const response = await this.#service.exportLeads({ wish: this.#wish(), signal });
      const file = await wholeOf(response, (size) => {
        if (!signal.aborted) this.#note.textContent = `Exporting… ${fileSize(size)}`;
      });
      signal.throwIfAborted();
      save(file, `leads-${new Date().toISOString().slice(0, 10)}.csv`);
      this.#note.textContent = `Saved ${fileSize(file.size)}.`;
    } catch (failure) {
      if (signal.aborted) this.#note.textContent = '';
      else if (failure.status === 401) this.#onUnauthorized(failure.message);
      else this.#note.textContent = failureWords(failure);
    } finally {
      if (!this.#closed.signal.aborted) this.#button.textContent = 'Export CSV';
      this.#exporting = null;
    }
  }
}

function failureWords(failure) {
  // What the browser says of a body that broke off helps nobody.
  return failure instanceof TypeError
    ? 'The export broke off, and nothing was saved. Try it again.'
    : `Nothing was exported. ${failure.message}`;
}

/**
 * The body of a response, whole; rejects if it breaks off.
 *
 * @param {Response} response
 * @param {(bytes: number) => void} onProgress
 */
export async function wholeOf(response, onProgress) {
  const pieces = [];
  let size = 0;
  let toldAt = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces, { type: 'text/csv;charset=utf-8' });
    pieces.push(value);
    size += value.length;
    const now = Date.now();
    if (now - toldAt >= TELL_EVERY_MS) {
      toldAt = now;
      onProgress(size);
    }
  }
}

function save(file, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers read it later
}
