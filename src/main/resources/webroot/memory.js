/** How many uploads a window remembers. */
const REMEMBERED = 20;

/**
 * What this window remembers until it is closed: the token, and which uploads it began. A storage
 * that refuses (blocked, full) costs the memory across reloads, nothing else.
 */
export class Session {
  #storage;
  #token;
  #uploads;

  /** @param {Storage} storage */
  constructor(storage) {
    this.#storage = storage;
    this.#token = this.#read('headway.token');
    this.#uploads = parsedUploads(this.#read('headway.uploads'));
  }

  get token() {
    return this.#token;
  }

  set token(token) {
    this.#token = token;
    this.#write('headway.token', token);
  }

  /** Newest first: `{uploadId, fileName}`. */
  get uploads() {
    return [...this.#uploads];
  }

  remember(uploadId, fileName) {
    const others = this.#uploads.filter((known) => known.uploadId !== uploadId);
    this.#keep([{ uploadId, fileName }, ...others].slice(0, REMEMBERED));
  }

  forget(uploadId) {
    this.#keep(this.#uploads.filter((known) => known.uploadId !== uploadId));
  }

  #keep(uploads) {
    this.#uploads = uploads;
    this.#write('headway.uploads', JSON.stringify(uploads));
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

function parsedUploads(text) {
  try {
    const uploads = JSON.parse(text ?? '[]');
    const usable = (known) => typeof known?.uploadId === 'string' && known.uploadId !== '';
    return Array.isArray(uploads) ? uploads.filter(usable).slice(0, REMEMBERED) : [];
  } catch {
    return [];
  }
}

/** The token in a URL's fragment (`#token=…`), or null. */
export function tokenInFragment(hash) {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token')?.trim() || null;
}

/** Whom a token says it is of, for show only; null where it does not say. */
export function subjectOf(token) {
  try {
    const payload = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0));
    const { sub } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof sub === 'string' ? sub : null;
  } catch {
    return null;
  }
}
