import { AuthorizedFetch } from './authorized-fetch.js';
import { retryAfterMs } from './ladder-rules.js';
import { problemOf } from './problem.js';

/** What the page has to know before anybody has signed in; empty where it cannot be had. */
export async function readSettings() {
  const response = await fetch('settings.json');
  return response.ok ? response.json() : {};
}

/** A token for a user of this machine; only `./headway local` gives any. */
export async function developmentToken(user) {
  const response = await fetch('development/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user }),
  });
  if (!response.ok) throw await ProblemError.of(response);
  return (await response.json()).token;
}

/** A refused request as an error whose message may be shown. */
export class ProblemError extends Error {
  /** @param {number} retryAfter how long nobody should ask again, in milliseconds */
  constructor(status, problem, retryAfter) {
    super(problem.detail || problem.title || `The service answered ${status}.`);
    this.name = 'ProblemError';
    this.status = status;
    this.code = problem.code;
    this.retryAfter = retryAfter;
  }

  static async of(response) {
    const retryAfter = retryAfterMs(response.headers.get('Retry-After'), Date.now());
    return new ProblemError(response.status, await problemOf(response), retryAfter);
  }
}

/**
 * The calls that the page makes for one user. Each rejects with an error whose message may be shown.
 */
export class Service {
  #authorized;

  constructor(fetch, tokenProvider) {
    this.#authorized = new AuthorizedFetch(fetch, tokenProvider);
  }

  /** For streams, which read their answers themselves. */
  get authorized() {
    return this.#authorized;
  }

  /** Resolves to `{uploadId, upload: {method, url, headers}, status}`. */
  createUpload(file, { signal } = {}) {
    return this.#json('uploads', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      signal,
      body: JSON.stringify({
        fileName: file.name,
        fileSize: file.size,
        contentType: file.type || undefined,
      }),
    });
  }

  /** One page of the user's uploads, newest first: `{uploads, nextCursor?}`. */
  uploads({ cursor, limit, signal }) {
    const wanted = new URLSearchParams({ limit: String(limit) });
    if (cursor) wanted.set('cursor', cursor);
    return this.#json(`status?${wanted}`, { signal });
  }

  /** One page: `{leads, nextCursor?}`. */
  leads({ wish, cursor, limit, signal }) {
    const wanted = parametersOf(wish);
    wanted.set('limit', String(limit));
    if (cursor) wanted.set('cursor', cursor);
    return this.#json(`leads?${wanted}`, { signal });
  }

  /** All leads of a wish as CSV, as a response that is still coming. */
  exportLeads({ wish, signal }) {
    return this.#answer(`leads?${parametersOf(wish)}`, { signal, headers: { Accept: 'text/csv' } });
  }

  status(uploadId, { signal } = {}) {
    return this.#json(`status/${encodeURIComponent(uploadId)}`, { signal });
  }

  async #json(path, init) {
    const headers = { Accept: 'application/json', ...init.headers };
    return (await this.#answer(path, { ...init, headers })).json();
  }

  async #answer(path, init) {
    let response;
    try {
      response = await this.#authorized.request(path, init);
    } catch (failure) {
      if (init.signal?.aborted) throw failure;
      throw new Error('The service cannot be reached.', { cause: failure });
    }
    if (!response.ok) throw await ProblemError.of(response);
    return response;
  }
}

function parametersOf({ text, company, sort }) {
  const wanted = new URLSearchParams();
  if (text) wanted.set('q', text);
  if (company) wanted.set('company', company);
  if (sort) wanted.set('sort', sort);
  return wanted;
}
