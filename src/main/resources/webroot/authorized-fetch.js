/**
 * Sends requests with the caller's token. On 401 the token provider is asked once for a fresh one
 * and the request is sent again; a second 401 is the answer. Requests that fail together share one
 * renewal.
 */
export class AuthorizedFetch {
  #fetch;
  #tokenProvider;
  #renewal = null;
  #token; // a promise; undefined while nobody has asked, or after the token was refused for good

  /**
   * @param {typeof fetch} fetch
   * @param {(wish: {fresh: boolean}) => Promise<string | null | undefined>} tokenProvider `fresh`
   *     is true after the service refused the token that was given last
   */
  constructor(fetch, tokenProvider) {
    this.#fetch = fetch;
    this.#tokenProvider = tokenProvider;
  }

  /** As `fetch`; rejects at once when `init.signal` aborts, whatever is being waited for. */
  request = (url, init = {}) => abortable(this.#request(url, init), init.signal);

  /** The token in use, or null. */
  token() {
    return (this.#token ??= this.#ask(false));
  }

  /** Whoever asks next may be somebody else: the provider is asked again. */
  forget() {
    this.#token = undefined;
  }

  /**
   * Asks for a fresh token before the one in use is refused, once for all who ask at a time.
   * Resolves to whether it changed.
   */
  renew() {
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  async #renew() {
    const before = await this.#token;
    const fresh = this.#ask(true);
    const after = await fresh;
    if (!after || after === before) return false;
    this.#token = fresh;
    return true;
  }

  async #request(url, init) {
    const held = await this.token();
    const response = await this.#send(url, init, held);
    if (response.status !== 401) return response;
    if ((await this.token()) === held) await this.renew(); // else somebody renewed it meanwhile
    const renewed = await this.token();
    response.body?.cancel().catch(() => {}); // its words are those of the second answer
    const second = await this.#send(url, init, renewed);
    if (second.status === 401 && (await this.#token) === renewed) this.forget();
    return second;
  }

  /** Without a token the request goes out bare, so that the service's own words are shown. */
  async #ask(fresh) {
    try {
      return (await this.#tokenProvider({ fresh })) || null;
    } catch {
      return null;
    }
  }

  #send(url, init, token) {
    const headers = { ...init.headers };
    if (token) headers.Authorization = `Bearer ${token}`;
    return this.#fetch(url, { ...init, headers, cache: 'no-store' });
  }
}

function abortable(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject);
  });
}
