/** So many are more than one person removes within the day for which a record lives. */
const REMEMBERED = 200;

/**
 * What this window remembers until it is closed: the token, which uploads somebody removed from the
 * list, and which files it was sending. A storage that refuses (blocked, full) costs the memory
 * across reloads, nothing else.
 */
export class Session {
  #storage;
  #token;
  #removed;
  #sending;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
    this.#token = this.#read('headway.token');
    this.#removed = parsedIds(this.#read('headway.removed'));
    this.#sending = parsedIds(this.#read('headway.sending'));
  }

  get token() {
    return this.#token;
  }

  set token(token) {
    this.#token = token;
    this.#write('headway.token', token);
  }

  isRemoved(uploadId) {
    return this.#removed.includes(uploadId);
  }

  remove(uploadId) {
    this.#removed = [uploadId, ...this.#removed].slice(0, REMEMBERED);
    this.#write('headway.removed', JSON.stringify(this.#removed));
  }

  /** Whether this window was sending the file of this upload, now or before it was reloaded. */
  wasSending(uploadId) {
    return this.#sending.includes(uploadId);
  }

  setSending(uploadId, sending) {
    const others = this.#sending.filter((id) => id !== uploadId);
    this.#sending = sending ? [uploadId, ...others].slice(0, REMEMBERED) : others;
    this.#write('headway.sending', JSON.stringify(this.#sending));
  }

  #read(key) {
    try {
      return this.#storage.getItem(key);
    } catch {
      return null;
    }
  }

  #write(key, value) {
    try {
      if (value === null) this.#storage.removeItem(key);
      else this.#storage.setItem(key, value);
    } catch {
      // Remembered until the reload, then.
    }
  }
}

function parsedIds(text) {
  try {
    const ids = JSON.parse(text ?? '[]');
    const usable = (id) => typeof id === 'string' && id !== '';
    return Array.isArray(ids) ? ids.filter(usable).slice(0, REMEMBERED) : [];
  } catch {
    return [];
  }
}

/** The token in a URL's fragment (`#token=…`), or null. */
export function tokenInFragment(hash) {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim() || null;
}

/** What a token says of itself, for show only: the service alone can tell whether it is true. */
export function claimsOf(token) {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims !== null && typeof claims === 'object' ? claims : {};
  } catch {
    return {};
  }
}

/** Whom a token says it is of; null where it does not say. */
export function subjectOf(token) {
  const { sub } = claimsOf(token);
  return typeof sub === 'string' ? sub : null;
}

/** One word for the person behind a token, the same for each of their tokens; null if unknown. */
export function userOf(token) {
  const { iss = '' } = claimsOf(token);
  const sub = subjectOf(token);
  return sub ? JSON.stringify([iss, sub]) : null;
}
