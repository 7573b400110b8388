import { AuthorizedFetch } from './authorized-fetch.js';
import { Alarm, browserClock } from './clock.js';
import { StatusLadder } from './ladder.js';
import { isTerminal } from './ladder-rules.js';
import { problemOf } from './problem.js';
import { StatusView } from './processing-status-view.js';
import { SharedStream } from './shared-stream.js';
import * as words from './words.js';

/** Elements with one token provider and one service share their token, and their stream. */
const services = new WeakMap();

function serviceOf(tokenProvider, baseUrl) {
  const known = services.get(tokenProvider) ?? new Map();
  services.set(tokenProvider, known);
  if (!known.has(baseUrl)) {
    const authorized = new AuthorizedFetch((url, init) => fetch(url, init), tokenProvider);
    known.set(baseUrl, { authorized, streams: new SharedStream({ baseUrl, authorized }) });
  }
  return known.get(baseUrl);
}

const noToken = async () => null;

/** How long a completed upload stays in sight. */
const SHOW_COMPLETED_MS = 3_000;

/** A cancel that is not answered by then has failed, as far as anybody knows. */
const CANCEL_WITHIN_MS = 20_000;

/** What an element knows of one upload to begin with; see `StatusView.show`. */
function unknown() {
  return {
    most: 0,
    sent: null,
    how: {},
    cancelling: false,
    complaint: '',
    ahead: Infinity,
  };
}

/**
 * `<processing-status upload-id="…" base-url="…" file-name="…">`: an upload's progress, live until
 * it is over. `base-url` is where the service lives (default: the page's own origin); `file-name`
 * is shown until the record tells it. Without an `upload-id` it shows a file that waits its turn.
 *
 * The token comes from the property `tokenProvider`, an async function (see `AuthorizedFetch`).
 * The element reflects `status`, `transport`, `version` and `stalled` as attributes. It sets
 * `hidden` on itself 3 s after completion, unless it has the attribute `keep`, and when somebody
 * dismisses what went wrong. While it is hidden it follows nothing.
 *
 * Events, all bubbling and composed: `status`, `completed`, `failed`, `cancelled`, `stalled` with
 * the record as `detail`; `transport` with `{transport, every?, reason?, detail?}`, the seconds from
 * poll to poll, or why nobody follows any more; `dismissed`.
 */
export class ProcessingStatusElement extends HTMLElement {
  static observedAttributes = ['upload-id', 'base-url', 'file-name', 'hidden', 'keep'];

  #view;
  #upload = unknown();
  #ladder = null;
  #tokenProvider = noToken;
  #listening = null;
  #tick = new Alarm(browserClock, () => this.#showRemaining());
  #farewell = new Alarm(browserClock, () => this.#hide());

  constructor() {
    super();
    this.#view = new StatusView(this.attachShadow({ mode: 'open' }), {
      cancel: () => this.#ask(true),
      no: () => this.#ask(false),
      yes: () => {
        this.#ask(false);
        this.cancel();
      },
      retry: () => this.start(),
      dismiss: () => this.dismiss(),
    });
    // What was set before the element was defined hides the accessors of the class.
    for (const name of ['tokenProvider', 'baseUrl', 'uploadId', 'sentFraction']) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
  }

  connectedCallback() {
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const on = (target, type, react) => target.addEventListener(type, react, { signal });
    on(document, 'visibilitychange', () => this.#visibilityChanged());
    on(window, 'pageshow', () => this.#visibilityChanged());
    on(window, 'online', () => this.#ladder?.online());
    on(window, 'offline', () => this.#ladder?.offline());
    this.start();
    this.#show();
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.stop();
  }

  /** Moved by `moveBefore`: all goes on. */
  connectedMoveCallback() {}

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === 'upload-id') this.#followAnother(before);
    if (name === 'base-url') this.#follow();
    this.#visibilityChanged();
    this.#show();
  }

  get uploadId() {
    return this.getAttribute('upload-id') ?? '';
  }

  set uploadId(id) {
    this.setAttribute('upload-id', id ?? '');
  }

  get baseUrl() {
    return this.getAttribute('base-url') ?? '';
  }

  set baseUrl(url) {
    this.setAttribute('base-url', url ?? '');
  }

  /** The newest record, or undefined. */
  get status() {
    return this.#upload.status;
  }

  get tokenProvider() {
    return this.#tokenProvider;
  }

  /** Set it again, the same or another, when the user changes. */
  set tokenProvider(provider) {
    if (provider === this.#tokenProvider) this.#service().authorized.forget();
    this.#tokenProvider = provider ?? noToken;
    if (this.#ladder?.transport === 'idle') this.#ladder = null;
    else this.#follow();
  }

  /** How much of the file has been sent, 0 to 1; null when that is not this page's business. */
  get sentFraction() {
    return this.#upload.sent;
  }

  set sentFraction(fraction) {
    this.#upload.sent = fraction;
    this.#show();
  }

  /** Follows the upload; also again, after it was stopped or refused. */
  start() {
    if (!this.isConnected || !this.uploadId) return;
    this.#rungs().start(this.#isSeen());
    this.#visibilityChanged();
    this.#show();
  }

  /** Stops following; what is shown stays. */
  stop() {
    this.#ladder?.stop();
    this.#tick.clear();
    this.#farewell.clear();
  }

  /** Hides what is over. */
  dismiss() {
    this.#hide();
    this.#dispatch('dismissed', this.status);
  }

  /** Asks the service once, now. Resolves to the newest record. */
  async refresh() {
    return this.uploadId ? this.#rungs().refresh() : this.status;
  }

  /** Shows a record of this upload that came another way, unless a newer one is shown already. */
  render(status) {
    const own = { uploadId: this.uploadId, ...status };
    if (!this.uploadId || own.uploadId === this.uploadId) this.#rungs().offer(own);
  }

  /** Cancels the upload. What the service says against it is shown. */
  async cancel() {
    const upload = this.#upload;
    if (upload.cancelling || !this.uploadId || isTerminal(upload.status)) return;
    upload.cancelling = true;
    upload.complaint = '';
    this.#view.speak('');
    this.#show();
    let why = words.say('unreachable');
    let status;
    try {
      const how = { method: 'POST', signal: AbortSignal.timeout(CANCEL_WITHIN_MS) };
      const response = await this.#service().authorized.request(`${this.#url()}/cancel`, how);
      if (response.ok) status = await response.json();
      else why = (await problemOf(response)).detail ?? words.say('refused');
      if (response.status === 409 && this.isConnected) this.refresh(); // it was over before
    } catch {
      // Nobody knows whether it arrived.
    }
    if (upload !== this.#upload) return;
    upload.cancelling = false;
    if (status) {
      this.render(status);
    } else if (!isTerminal(upload.status)) {
      upload.complaint = words.say('notCancelled', { why });
      this.#view.speak(upload.complaint);
    }
    this.#show();
  }

  #base() {
    return this.baseUrl.replace(/\/+$/, '');
  }

  #url() {
    return `${this.#base()}/status/${encodeURIComponent(this.uploadId)}`;
  }

  #service() {
    // Resolved, so that all who mean one service share, wherever their pages are.
    const base = new URL(`${this.#base()}/`, document.baseURI).href;
    return serviceOf(this.#tokenProvider, base.slice(0, -1));
  }

  #followAnother(before) {
    const { status, hidItself } = this.#upload;
    // What was told of the upload before its id was set is kept.
    if (before || (status && status.uploadId !== this.uploadId)) {
      this.#upload = unknown();
      this.#view.speak('');
      if (hidItself) this.hidden = false;
    }
    this.#follow();
  }

  /** By another way than before. */
  #follow() {
    const ladder = this.#ladder;
    this.#ladder = null;
    ladder?.stop();
    this.#upload.how = {};
    this.start();
  }

  #rungs() {
    const ladder = (this.#ladder ??= new StatusLadder({
      uploadId: this.uploadId,
      url: this.#url(),
      ...this.#service(),
      held: this.status,
      onStatus: (status, from) => this.#accept(status, from),
      onTransport: (transport, how = {}) => {
        if (this.#ladder !== ladder) return;
        this.#upload.how = how;
        if (transport === 'stream') this.#upload.wasLive = true;
        this.#show();
        const end = words.endWords(how);
        if (end) this.#view.speak(end);
        this.#dispatch('transport', { transport, ...how });
      },
    }));
    return ladder;
  }

  #hide() {
    this.#upload.hidItself = true;
    this.hidden = true;
  }

  #isSeen() {
    return !this.hidden && document.visibilityState !== 'hidden';
  }

  #visibilityChanged() {
    if (!this.isConnected) return;
    if (this.#isSeen()) this.#ladder?.resume();
    else this.#ladder?.pause();
    this.#showRemaining();
    // Three seconds in sight: who looks elsewhere has not seen it yet.
    const leaving = this.#isSeen() && this.status?.status === 'completed';
    if (leaving && !this.hasAttribute('keep')) {
      this.#farewell.within(SHOW_COMPLETED_MS);
    } else this.#farewell.clear();
  }

  #accept(status, from) {
    const upload = this.#upload;
    const before = upload.status;
    const over = isTerminal(status);
    upload.status = status;
    upload.most = Math.max(upload.most, status.progress?.percentage ?? 0);
    if (over) {
      upload.asking = false;
      upload.complaint = '';
    }
    const live = from === 'change';
    upload.ahead = words.clockAhead(upload.ahead, status, Date.now(), live);
    this.#show();
    const spoken = words.announcement(before, status);
    if (spoken) this.#view.speak(spoken);
    this.#dispatch('status', status);
    if (over) {
      const names = { completed: 'completed', error: 'failed', cancelled: 'cancelled' };
      this.#dispatch(names[status.status], status);
      this.#visibilityChanged();
    } else if (status.stalled && !before?.stalled) this.#dispatch('stalled', status);
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Only who pressed a button has their focus moved: to the answer, and back. */
  #ask(asking) {
    if (this.#upload.cancelling) return;
    this.#upload.asking = asking;
    this.#show();
    this.#view.focus(asking ? 'no' : 'cancel');
  }

  #show() {
    const { status } = this.#upload;
    const { uploadId } = this;
    const transport = this.#ladder?.transport ?? 'idle';
    this.#reflect('status', status?.status);
    this.#reflect('version', status?.version);
    this.#reflect('stalled', status?.stalled && !isTerminal(status) ? '' : undefined);
    this.#reflect('transport', uploadId ? transport : undefined);
    const fileName = this.getAttribute('file-name') ?? '';
    this.#view.show({ ...this.#upload, uploadId, fileName, transport });
    this.#showRemaining();
  }

  #showRemaining() {
    const { status, ahead } = this.#upload;
    this.#view.showRemaining(status, Date.now() - (ahead < Infinity ? ahead : 0));
    const worth = status?.metadata?.estimatedCompletion && !isTerminal(status);
    if (worth && this.isConnected && this.#isSeen()) this.#tick.after(1_000);
    else this.#tick.clear();
  }

  #reflect(name, value) {
    if (value === undefined) this.removeAttribute(name);
    else if (this.getAttribute(name) !== String(value)) this.setAttribute(name, value);
  }
}
