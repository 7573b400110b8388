import './processing-status-define.js';
import { sendFile, Turnstile } from './transfer.js';

/** The uploads of this window, newest first: from the file to the end of its processing. */
export class UploadList {
  #list;
  #service;
  #session;
  #tokenProvider;
  #on;
  #turnstile = new Turnstile(2);
  #sending = new Set();

  /**
   * @param {HTMLOListElement} list
   * @param {object} options
   * @param {() => void} options.onOver some upload is over
   * @param {() => void} options.onUnauthorized the token does not do any more
   * @param {(uploadId: string) => void} options.onRecord somebody wants to see the record
   */
  constructor(list, { service, session, tokenProvider, onOver, onUnauthorized, onRecord }) {
    this.#list = list;
    this.#service = service;
    this.#session = session;
    this.#tokenProvider = tokenProvider;
    this.#on = { over: onOver, unauthorized: onUnauthorized, record: onRecord };
    addEventListener('beforeunload', (event) => {
      if (this.#sending.size > 0) event.preventDefault(); // what is being sent would be lost
    });
  }

  /** Shows the uploads that this window began before it was reloaded. */
  restore() {
    for (const { uploadId, fileName } of this.#session.uploads) {
      const entry = this.#entry(fileName);
      this.#list.append(entry.item);
      entry.element.setAttribute('upload-id', uploadId);
      this.#link(entry, uploadId);
    }
  }

  /** Follows again what was refused for want of a token. */
  restart() {
    for (const element of this.#list.querySelectorAll('processing-status')) element.start();
  }

  async add(file) {
    const entry = this.#entry(file.name);
    const { element } = entry;
    this.#list.prepend(entry.item);
    await this.#turnstile.pass(async () => {
      if (!entry.item.isConnected) return; // removed while it waited
      let accepted;
      try {
        accepted = await this.#service.createUpload(file);
      } catch (failure) {
        this.#refused(entry, file, failure);
        return;
      }
      element.render(accepted.status);
      element.setAttribute('upload-id', accepted.uploadId);
      element.sentFraction = 0;
      this.#session.remember(accepted.uploadId, accepted.status.metadata.fileName);
      this.#link(entry, accepted.uploadId);
      await this.#send(entry, accepted.upload, file);
    });
  }

  async #send(entry, target, file) {
    const { element } = entry;
    const sending = new AbortController();
    const stop = () => sending.abort();
    const { signal } = sending;
    for (const end of ['cancelled', 'failed', 'completed']) {
      element.addEventListener(end, stop, { signal });
    }
    this.#sending.add(sending);
    entry.say('');
    try {
      const onProgress = (fraction) => (element.sentFraction = Math.min(0.99, fraction));
      await sendFile(target, file, { signal, onProgress });
      element.sentFraction = 1;
    } catch (failure) {
      if (signal.aborted) return;
      entry.say(failure.message, 'Send it again', () => {
        element.sentFraction = 0;
        this.#turnstile.pass(() => this.#send(entry, target, file));
      });
    } finally {
      this.#sending.delete(sending);
      sending.abort(); // takes the listeners away
    }
  }

  #entry(fileName) {
    const item = document.createElement('li');
    const element = document.createElement('processing-status');
    element.tokenProvider = this.#tokenProvider;
    element.setAttribute('file-name', fileName ?? '');
    element.setAttribute('keep', ''); // the list is of what there was, too
    element.addEventListener('dismissed', () => this.#remove(entry));
    const problem = document.createElement('p');
    problem.className = 'problem';
    problem.setAttribute('role', 'alert');
    item.append(element, problem);

    const say = (words, action, act) => {
      const span = document.createElement('span');
      span.textContent = words;
      problem.replaceChildren(span);
      if (action) problem.append(plainButton(action, act));
    };
    say('');
    for (const end of ['completed', 'failed', 'cancelled']) {
      element.addEventListener(end, () => {
        say('');
        this.#on.over();
      });
    }
    element.addEventListener('transport', ({ detail }) => {
      if (detail.reason === 'unauthorized') this.#on.unauthorized(detail.detail);
      // Whatever else is over brings a button of its own.
      remove.hidden = detail.transport !== 'closed' || element.status?.status !== 'completed';
    });
    const remove = plainButton('Remove', () => this.#remove(entry));
    remove.slot = 'actions';
    remove.className = 'plain remove';
    remove.hidden = true;
    element.append(remove);
    const entry = { item, element, remove, say };
    return entry;
  }

  #link({ element, remove }, uploadId) {
    const link = document.createElement('a');
    link.slot = 'actions';
    link.className = 'link';
    link.href = `status/${encodeURIComponent(uploadId)}`;
    link.textContent = 'JSON';
    link.title = 'The status record as the service answers it';
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault(); // a link carries no token
      this.#on.record(uploadId);
    });
    remove.before(link);
  }

  /** The service did not want the file: nothing there to follow. */
  #refused(entry, file, failure) {
    if (failure.status === 401) this.#on.unauthorized(failure.message);
    const refused = document.createElement('div');
    refused.className = 'refused';
    refused.setAttribute('role', 'alert');
    const name = document.createElement('strong');
    name.textContent = file.name;
    const why = document.createElement('span');
    why.textContent = failure.message;
    const again = plainButton('Try again', () => {
      entry.item.remove();
      this.add(file);
    });
    refused.append(name, why, again, plainButton('Remove', () => this.#remove(entry)));
    entry.item.replaceChildren(refused);
  }

  #remove({ item, element }) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    if (element.uploadId) this.#session.forget(element.uploadId);
    item.remove();
    const target = next?.querySelector('button, a') ?? document.getElementById('file');
    target.focus(); // the button that had it is gone
  }
}

function plainButton(words, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'plain';
  button.textContent = words;
  button.addEventListener('click', act);
  return button;
}
