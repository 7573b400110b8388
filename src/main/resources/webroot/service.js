import { AuthorizedFetch } from './authorized-fetch.js';
import { ProblemError, problemOf } from './problem.js';

/** The calls that the page makes. Each rejects with an error whose message may be shown. */
export class Service {
  #authorized;

  constructor(fetch, tokenProvider) {
    this.#authorized = new AuthorizedFetch(fetch, tokenProvider);
  }

  async settings() {
    const response = await fetch('settings.json');
    return response.ok ? response.json() : {};
  }

  /** Resolves to `{uploadId, upload: {method, url, headers}, status}`. */
  createUpload(file) {
    return this.#json('uploads', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        fileName: file.name,
        fileSize: file.size,
        contentType: file.type || undefined,
      }),
    });
  }

  /** One page: `{leads, nextCursor?}`. */
  leads({ query, cursor, limit, signal }) {
    const wanted = new URLSearchParams({ limit: String(limit) });
    if (query) wanted.set('q', query);
    if (cursor) wanted.set('cursor', cursor);
    return this.#json(`leads?${wanted}`, { signal });
  }

  status(uploadId) {
    return this.#json(`status/${encodeURIComponent(uploadId)}`, {});
  }

  async #json(path, init) {
    let response;
    try {
      const headers = { Accept: 'application/json', ...init.headers };
      response = await this.#authorized.request(path, { ...init, headers });
    } catch (failure) {
      if (init.signal?.aborted) throw failure;
      throw new Error('The service cannot be reached.', { cause: failure });
    }
    if (!response.ok) throw new ProblemError(response.status, await problemOf(response));
    return response.json();
  }
}
