import { AuthorizedFetch } from './authorized-fetch.js';
import { Alarm, browserClock } from './clock.js';
import { StatusLadder, StreamSeats } from './ladder.js';
import { isNewer, isTerminal } from './ladder-rules.js';
import { ProblemError, problemOf } from './problem.js';
import { css } from './processing-status-style.js';
import * as words from './words.js';

/** Two, so that a second window has room beside this one. */
const seats = new StreamSeats(2);

let sheet;
let template;

function blueprint() {
  if (!template) {
    template = document.createElement('template');
    template.innerHTML = `
      <article part="card" tabindex="-1">
        <div class="row">
          <div part="name"></div><div part="size"></div><div part="state"></div>
        </div>
        <div class="row meter">
          <div part="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100">
            <div part="fill"></div>
          </div>
          <div part="percentage"></div>
        </div>
        <div part="stage"></div>
        <div class="row counts quiet">
          <span part="batches"></span><span part="leads"></span><span part="saved"></span
          ><span part="failures"></span><span part="remaining"></span>
        </div>
        <footer class="row">
          <div part="transport" class="quiet"></div>
          <slot name="actions"></slot>
          <button part="cancel" type="button">Cancel</button>
        </footer>
        <div part="summary" class="spoken" role="status" aria-live="polite"></div>
      </article>`;
  }
  return template.content.cloneNode(true);
}

function styles() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

/**
 * `<processing-status upload-id="…" base-url="…" file-name="…">`: an upload's progress, live until
 * it is over. `base-url` is where the service lives (default: the page's own origin); `file-name`
 * is shown until the record tells it. Without an `upload-id` it shows a file that waits its turn.
 *
 * The token comes from the property `tokenProvider`, an async function (see `AuthorizedFetch`).
 * The element reflects `status`, `transport`, `version` and `stalled` as attributes.
 *
 * Events, all bubbling and composed: `status`, `completed`, `failed`, `cancelled`, `stalled` with
 * the record as `detail`; `transport` with `{transport, reason?, detail?}`, the last two once nobody
 * follows any more.
 */
export class ProcessingStatusElement extends HTMLElement {
  static observedAttributes = ['upload-id', 'base-url', 'file-name'];

  #status;
  #ladder = null;
  #end = null; // why the ladder has stopped
  #tokenProvider = async () => null;
  #authorized;
  #sent = null;
  #cancelling = false;
  #complaint = '';
  #parts;
  #listening = null;
  #serverClock = new words.ServerClock();
  #tick = new Alarm(browserClock, () => this.#showRemaining());

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styles()];
    root.append(blueprint());
    const part = (name) => root.querySelector(`[part=${name}]`);
    const names = 'card name size state bar fill percentage stage remaining batches leads saved';
    this.#parts = Object.fromEntries(
      `${names} failures transport cancel summary`.split(' ').map((name) => [name, part(name)]),
    );
    this.#parts.cancel.addEventListener('click', () => this.cancel());
    this.#renewAuthorization();
  }

  connectedCallback() {
    for (const name of ['tokenProvider', 'sentFraction']) this.#upgrade(name);
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener('visibilitychange', () => this.#visibilityChanged(), { signal });
    addEventListener('online', () => this.#ladder?.online(), { signal });
    addEventListener('offline', () => this.#ladder?.offline(), { signal });
    this.#show();
    this.start();
  }

  disconnectedCallback() {
    this.#listening?.abort();
    this.#listening = null;
    this.stop();
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name !== 'file-name') this.#follow(name === 'upload-id');
    this.#show();
  }

  get uploadId() {
    return this.getAttribute('upload-id') ?? '';
  }

  set uploadId(id) {
    this.setAttribute('upload-id', id);
  }

  get baseUrl() {
    return this.getAttribute('base-url') ?? '';
  }

  set baseUrl(url) {
    this.setAttribute('base-url', url);
  }

  /** The newest record, or undefined. */
  get status() {
    return this.#status;
  }

  get tokenProvider() {
    return this.#tokenProvider;
  }

  set tokenProvider(provider) {
    this.#tokenProvider = provider;
    this.#renewAuthorization();
    if (this.#ladder) this.#follow(false);
  }

  /** How much of the file has been sent, 0 to 1; null when that is not this page's business. */
  get sentFraction() {
    return this.#sent;
  }

  set sentFraction(fraction) {
    this.#sent = fraction;
    this.#show();
  }

  /** Follows the upload; also again, after it was stopped or refused. */
  start() {
    if (!this.isConnected || !this.uploadId) return;
    this.#end = null;
    this.#ladder ??= this.#newLadder();
    this.#ladder.start();
    this.#visibilityChanged();
    this.#show();
  }

  /** Stops following; what is shown stays. */
  stop() {
    this.#tick.clear();
    this.#ladder?.stop();
    this.#ladder = null;
  }

  /** Asks the service once, now. Resolves to the newest record. */
  async refresh() {
    if (this.uploadId) await (this.#ladder ?? this.#newLadder()).refresh();
    return this.#status;
  }

  /** Shows a record that came another way, unless a newer one is shown already. */
  render(status) {
    if (this.#ladder) this.#ladder.offer(status);
    else if (isNewer(this.#status, status)) this.#accept(status, 'offer');
  }

  /** Cancels the upload. What the service says against it is shown. */
  async cancel() {
    if (this.#cancelling || !this.uploadId || isTerminal(this.#status)) return;
    this.#cancelling = true;
    this.#complaint = '';
    this.#show();
    const id = this.uploadId;
    try {
      const response = await this.#authorized.request(`${this.#url()}/cancel`, { method: 'POST' });
      if (!response.ok) throw new ProblemError(response.status, await problemOf(response));
      const status = await response.json();
      if (id === this.uploadId) this.render(status);
    } catch (failure) {
      if (id !== this.uploadId) return;
      this.#complaint =
        failure instanceof ProblemError ? failure.message : 'The service cannot be reached.';
      if (failure.status === 409 && this.isConnected) this.refresh(); // it was over before
    } finally {
      this.#cancelling = false;
      this.#show();
    }
  }

  #url() {
    return `${this.baseUrl.replace(/\/+$/, '')}/status/${encodeURIComponent(this.uploadId)}`;
  }

  #renewAuthorization() {
    this.#authorized = new AuthorizedFetch(
      (url, init) => fetch(url, init),
      (wish) => this.#tokenProvider(wish),
    );
  }

  /** Another upload, or another way to it. */
  #follow(another) {
    this.stop();
    if (another) {
      // A record that was rendered for the new upload before its id was set is kept.
      if (this.#status?.uploadId !== this.uploadId) this.#status = undefined;
      this.#complaint = '';
      this.#sent = null;
      this.#serverClock = new words.ServerClock();
    }
    this.start();
  }

  #newLadder() {
    const ladder = new StatusLadder({
      url: this.#url(),
      authorized: this.#authorized,
      held: this.#status,
      seats,
      onStatus: (status, transport) => this.#accept(status, transport),
      onTransport: (transport) => {
        if (this.#ladder !== ladder) return;
        this.#show();
        if (transport !== 'closed') this.#dispatch('transport', { transport });
      },
      onEnd: (end) => {
        this.#end = end;
        this.#show();
        this.#dispatch('transport', { transport: 'closed', ...end });
      },
    });
    return ladder;
  }

  #visibilityChanged() {
    if (document.visibilityState === 'hidden') {
      this.#tick.clear();
      this.#ladder?.pause();
    } else {
      this.#ladder?.resume();
      this.#showRemaining();
    }
  }

  #accept(status, transport) {
    const before = this.#status;
    this.#status = status;
    this.#complaint = '';
    const live = Boolean(before) && transport === 'stream';
    this.#serverClock.observe(status.updatedAt, Date.now(), live);
    this.#show();
    const spoken = words.announcement(before, status);
    if (spoken) write(this.#parts.summary, spoken);
    this.#dispatch('status', status);
    if (!isTerminal(status)) {
      if (status.stalled && !before?.stalled) this.#dispatch('stalled', status);
    } else {
      const names = { completed: 'completed', error: 'failed', cancelled: 'cancelled' };
      this.#dispatch(names[status.status], status);
    }
  }

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #show() {
    const status = this.#status;
    const parts = this.#parts;
    const over = isTerminal(status);
    const lost = this.#end !== null && this.#end.reason !== 'done';
    const transport = this.#ladder?.transport ?? 'idle';
    const name = status?.metadata?.fileName ?? this.getAttribute('file-name') ?? '';

    this.#reflect('status', status?.status);
    this.#reflect('version', status?.version);
    this.#reflect('stalled', status?.stalled && !over ? '' : undefined);
    this.#reflect('transport', this.uploadId ? transport : undefined);

    write(parts.name, name || this.uploadId);
    parts.name.title = name;
    write(parts.size, words.fileSize(status?.metadata?.fileSize));
    write(parts.state, status ? words.stateWord(status) : this.uploadId ? '' : 'Waiting');
    const complaint = this.#complaint || (lost ? words.endWords(this.#end) : '');
    parts.stage.classList.toggle('broken', complaint !== '');
    write(parts.stage, complaint || this.#stage(status));
    write(parts.batches, status ? words.batchWords(status) : '');
    write(parts.leads, status ? words.leadWords(status) : '');
    write(parts.saved, status ? words.savedWords(status) : '');
    write(parts.failures, status ? words.failureWords(status) : '');
    write(parts.transport, this.uploadId && !over ? words.transportWords(transport) : '');

    this.#showCancel(Boolean(this.uploadId) && !over && !lost);
    this.#showBar(status, name);
    this.#showRemaining();
  }

  #stage(status) {
    if (status?.status === 'uploading' && this.#sent === 1) return 'Sent, waiting to be read';
    if (status) return words.stageWords(status);
    return this.uploadId ? 'Asking how far it is' : 'Waiting for its turn';
  }

  #showCancel(possible) {
    const { cancel, card } = this.#parts;
    if (!possible && this.shadowRoot.activeElement === cancel) card.focus(); // not back to the top
    cancel.hidden = !possible;
    cancel.setAttribute('aria-disabled', this.#cancelling); // a disabled one would lose the focus
    write(cancel, this.#cancelling ? 'Cancelling…' : 'Cancel');
  }

  #showBar(status, name) {
    const { bar, fill, percentage } = this.#parts;
    const sending = this.#sent !== null && this.#sent < 1 && status?.status === 'uploading';
    const split = status?.progress?.totalBatches > 0;
    const shown = sending ? Math.floor(this.#sent * 100) : (status?.progress?.percentage ?? 0);
    const known = sending || split || isTerminal(status) || !this.uploadId || this.#end !== null;
    const filled = `${Math.min(100, Math.max(0, shown))}%`;
    const before = parseFloat(fill.style.getPropertyValue('--filled')) || 0;
    // Forward glides; back, or out of the unknown, jumps.
    bar.classList.toggle('jump', parseFloat(filled) < before || !bar.hasAttribute('aria-valuenow'));
    bar.classList.toggle('sending', sending);
    fill.style.setProperty('--filled', filled);
    bar.setAttribute('aria-label', `Progress of ${name || 'the upload'}`);
    if (known) bar.setAttribute('aria-valuenow', String(shown));
    else bar.removeAttribute('aria-valuenow');
    const label = sending ? `${shown}%` : status ? words.percentageWords(status) : '';
    write(percentage, known || split ? label : '');
    const spoken = [sending ? `${label} sent` : label, status ? words.batchWords(status) : ''];
    bar.setAttribute('aria-valuetext', spoken.filter(Boolean).join(', '));
  }

  #showRemaining() {
    const status = this.#status;
    const now = this.#serverClock.now(Date.now());
    write(this.#parts.remaining, status ? words.timeRemaining(status, now) : '');
    const worth = status?.metadata?.estimatedCompletion && !isTerminal(status);
    const seen = this.isConnected && document.visibilityState !== 'hidden';
    if (worth && seen) this.#tick.set(browserClock.now() + 1000);
    else this.#tick.clear();
  }

  #reflect(name, value) {
    if (value === undefined) this.removeAttribute(name);
    else if (this.getAttribute(name) !== String(value)) this.setAttribute(name, value);
  }

  /** A property that was set before the element was defined hides the accessor of the class. */
  #upgrade(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }
}

/** Only what changed is written: assistive technology hears every write. */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}
