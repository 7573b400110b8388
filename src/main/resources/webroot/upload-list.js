import './processing-status-define.js';
import { isTerminal } from './ladder-rules.js';
import { sendFile, Turnstile } from './transfer.js';
import { isCurrent, UploadsWatch } from './uploads-watch.js';

/** Uploads that are read of the service's list at a time. */
const PAGE = 20;

/** A first list that failed is asked for again when something is heard, but not more often. */
const LIST_AGAIN_MS = 2_000;

/**
 * One user's uploads, newest first: those of this window from the file on, and those that the
 * service knows of, wherever they began. What was over before the page was opened lies apart.
 */
export class UploadList {
  #list;
  #earlier;
  #older;
  #account;
  #session;
  #on;
  #watch;
  #entries = new Map(); // by upload id
  #beginning = 0; // uploads that the service is being asked for
  #unplaced = new Map(); // records that may be of one of those
  #turnstile = new Turnstile(2);
  #sending = new Set();
  #closed = new AbortController();
  #cursor;
  #listed = false; // whether the list has been read once, so that what is heard is news
  #mayListAt = 0; // when it may be asked for, until then; Infinity while it is

  /**
   * @param {object} options
   * @param {import('./account.js').Account} options.account
   * @param {import('./memory.js').Session} options.session
   * @param {(status: object) => void} options.onOver some upload is over, and was not before
   * @param {(why: string) => void} options.onUnauthorized the token does not do any more
   * @param {(uploadId: string) => void} options.onRecord somebody wants to see the record
   */
  constructor({ account, session, onOver, onUnauthorized, onRecord }) {
    this.#list = document.getElementById('uploads');
    this.#earlier = document.getElementById('earlier');
    this.#older = document.getElementById('older');
    this.#account = account;
    this.#session = session;
    this.#on = { over: onOver, unauthorized: onUnauthorized, record: onRecord };
    const { signal } = this.#closed;
    this.#watch = new UploadsWatch({
      authorized: account.service.authorized,
      user: account.user,
      list: async (until) => (await account.service.uploads({ limit: PAGE, signal: until })).uploads,
      onStatus: (status) => this.#heard(status),
      onSource: (source) => (this.#list.dataset.source = source),
      onUnauthorized: (why) => this.#on.unauthorized(why),
    });
    const onWindow = (type, act) => addEventListener(type, act, { signal });
    onWindow('beforeunload', (event) => {
      if (this.isSending) event.preventDefault(); // what is being sent would be lost
    });
    document.addEventListener('visibilitychange', () => this.#look(), { signal });
    this.#older.addEventListener('click', () => this.#readOlder(), { signal });
    this.#readFirst();
    this.#look();
  }

  get isSending() {
    return this.#sending.size > 0;
  }

  /** Follows again what was refused for want of a token. */
  restart() {
    this.#watch.stop();
    this.#look();
    this.#mayListAt = 0;
    this.#readFirst();
    for (const { element } of this.#entries.values()) element.start();
  }

  /** Forgets everything of this user, and sends nothing more. */
  close() {
    this.#watch.stop();
    this.#closed.abort();
    for (const sending of this.#sending) sending.abort();
    this.#list.replaceChildren();
    this.#list.removeAttribute('data-source');
    this.#earlier.querySelector('ol').replaceChildren();
    this.#showEarlier();
    this.#older.hidden = true;
  }

  async add(file) {
    const entry = this.#entry(file.name);
    const { signal } = this.#closed;
    this.#list.prepend(entry.item);
    await this.#turnstile.pass(async () => {
      if (!entry.item.isConnected) return; // removed while it waited
      let accepted;
      this.#beginning++;
      try {
        accepted = await this.#account.service.createUpload(file, { signal });
        if (signal.aborted) return;
        this.#began(entry, accepted);
      } catch (failure) {
        if (!signal.aborted) this.#refused(entry, file, failure);
        return;
      } finally {
        this.#beginning--;
        this.#placeHeld();
      }
      await this.#send(entry, accepted.upload, file);
    });
  }

  /** Nobody looks: nothing is heard of, and nothing asked. */
  #look() {
    if (this.#closed.signal.aborted) return;
    if (document.visibilityState === 'hidden') this.#watch.stop();
    else this.#watch.start();
  }

  /** Until it has come once, what is heard waits for it. */
  async #readFirst() {
    if (this.#listed || Date.now() < this.#mayListAt) return;
    this.#mayListAt = Infinity;
    await this.#readList();
    this.#mayListAt = Date.now() + LIST_AGAIN_MS;
  }

  async #readList(cursor) {
    const { signal } = this.#closed;
    const problem = document.getElementById('uploads-problem');
    try {
      const page = await this.#account.service.uploads({ cursor, limit: PAGE, signal });
      if (signal.aborted) return;
      this.#older.hidden = !page.nextCursor;
      this.#cursor = page.nextCursor;
      for (const status of page.uploads) this.#place(status, { news: false });
      this.#showEarlier();
      problem.textContent = '';
      this.#listed = true;
      this.#placeHeld();
    } catch (failure) {
      if (signal.aborted) return;
      if (failure.status === 401) this.#on.unauthorized(failure.message);
      else problem.textContent = `Your earlier uploads are not shown. ${failure.message}`;
    }
  }

  async #readOlder() {
    this.#older.setAttribute('aria-disabled', 'true'); // a disabled one would lose the focus
    await this.#readList(this.#cursor);
    this.#older.removeAttribute('aria-disabled');
    if (this.#older.hidden && document.activeElement === document.body) {
      this.#earlier.querySelector('summary').focus();
    }
  }

  #heard(status) {
    const known = this.#entries.get(status?.uploadId);
    if (known) known.element.render(status);
    else if (this.#beginning === 0 && this.#listed) this.#placeNew(status);
    else {
      this.#unplaced.set(status?.uploadId, status);
      this.#readFirst();
    }
  }

  #placeHeld() {
    if (this.#beginning > 0 || !this.#listed) return;
    const held = [...this.#unplaced.values()];
    this.#unplaced.clear();
    for (const status of held) this.#heard(status);
  }

  /** The stream tells of a hundred uploads; the list shows no more than was asked for. */
  #placeNew(status) {
    const oldest = Math.min(...[...this.#entries.values()].map(({ createdAt }) => createdAt));
    const all = this.#older.hidden || this.#entries.size === 0;
    if (all || Date.parse(status.createdAt) > oldest) this.#place(status, { news: true });
  }

  #place(status, { news }) {
    const { uploadId } = status;
    if (!uploadId || this.#entries.has(uploadId) || this.#session.isRemoved(uploadId)) return;
    const entry = this.#entry(status.metadata?.fileName);
    const list = isCurrent(status) ? this.#list : this.#earlier.querySelector('ol');
    const createdAt = Date.parse(status.createdAt);
    const before = [...list.children].find((item) => Number(item.dataset.createdAt) < createdAt);
    entry.wasOver = !news && isTerminal(status);
    this.#name(entry, status);
    list.insertBefore(entry.item, before ?? null);
    this.#showEarlier();
    if (status.status === 'uploading' && this.#session.wasSending(uploadId)) {
      entry.say('Sending this file was interrupted. Choose it again, and cancel this upload.');
    }
  }

  #showEarlier() {
    const { length } = this.#earlier.querySelector('ol').children;
    this.#earlier.hidden = length === 0 && this.#older.hidden;
    this.#earlier.querySelector('summary span').textContent = String(length);
  }

  #began(entry, { uploadId, status }) {
    this.#name(entry, status);
    entry.element.sentFraction = 0;
    this.#session.setSending(uploadId, true);
    this.#unplaced.delete(uploadId);
  }

  /** From here on it is known which upload this is. */
  #name(entry, status) {
    const { element, item } = entry;
    entry.createdAt = Date.parse(status.createdAt);
    item.dataset.createdAt = String(entry.createdAt);
    this.#entries.set(status.uploadId, entry);
    element.render(status);
    element.setAttribute('upload-id', status.uploadId);
    this.#link(entry, status.uploadId);
  }

  async #send(entry, target, file) {
    const { element } = entry;
    const { uploadId } = element;
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
      this.#session.setSending(uploadId, false);
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
    element.tokenProvider = this.#account.tokenProvider;
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
      element.addEventListener(end, ({ detail }) => {
        say('');
        this.#session.setSending(detail.uploadId, false);
        if (!entry.wasOver) this.#on.over(detail);
        entry.wasOver = true;
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
    const entry = { item, element, remove, say, createdAt: Infinity, wasOver: false };
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
    if (element.uploadId) {
      this.#session.remove(element.uploadId);
      this.#entries.delete(element.uploadId);
    }
    item.remove();
    this.#showEarlier();
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
