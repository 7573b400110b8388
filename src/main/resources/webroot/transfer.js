/** Headers that a browser sets itself and lets nobody else set. */
const BROWSERS_OWN = ['content-length', 'host'];

/**
 * Sends a file to where the service said, with exactly the headers that it gave: they are part of a
 * signature. By XMLHttpRequest, because `fetch` does not tell how far it is.
 *
 * @param {{method: string, url: string, headers: Record<string, string>}} target
 * @param {File} file
 * @param {{signal: AbortSignal, onProgress: (fraction: number) => void}} options
 */
export function sendFile(target, file, { signal, onProgress }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers ?? {})) {
      if (!BROWSERS_OWN.includes(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    });
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Error(refusal(request.status)));
    });
    request.addEventListener('error', () => {
      reject(new Error('The file could not be sent: it cannot be read, or the connection broke.'));
    });
    request.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    // Without a type of its own, or the browser would add a header that nobody signed.
    request.send(file.slice(0, file.size, ''));
  });
}

function refusal(status) {
  switch (status) {
    case 403:
      return 'The storage refused the file: the time for sending it is over, or the file changed.';
    case 413:
      return 'The storage refused the file: it is too large.';
    default:
      return `The storage did not take the file (${status}).`;
  }
}

/** Lets only so many of the tasks given to it run at once; the others wait in order. */
export class Turnstile {
  #free;
  #waiting = [];

  constructor(places) {
    this.#free = places;
  }

  /** Runs `task` when there is a place, and resolves to its result. */
  async pass(task) {
    if (this.#free > 0) this.#free--;
    else await new Promise((enter) => this.#waiting.push(enter));
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
