import { subjectOf, userOf } from './memory.js';
import { Service } from './service.js';

/**
 * Somebody who is signed in. Each has a service and a token provider of their own, so that nothing
 * that was asked for one person is ever answered with the token of the next.
 */
export class Account {
  #token;

  /** Whose tokens these are, for the tabs of one person; null if the token does not tell. */
  user;

  /** The name to show, or null. */
  name;

  /** Bars that have the same provider share one stream. */
  tokenProvider;

  service;

  /**
   * @param {string} token
   * @param {(name: string) => Promise<string | undefined>} [renew] a fresh token for this person,
   *     where one can be had without asking them
   */
  constructor(token, renew) {
    this.#token = token;
    this.user = userOf(token);
    this.name = subjectOf(token);
    this.tokenProvider = async ({ fresh } = {}) => {
      if (fresh && this.name) this.#token = (await renew?.(this.name)) ?? this.#token;
      return this.#token;
    };
    this.service = new Service((url, init) => fetch(url, init), this.tokenProvider);
  }

  /** Takes a newer token of the same person; false if it is not known to be theirs. */
  accepts(token) {
    if (!this.user || userOf(token) !== this.user) return false;
    this.#token = token;
    return true;
  }
}
