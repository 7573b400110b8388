import { AuthorizedFetch } from './authorized-fetch.js';
import { Alarm, browserClock } from './clock.js';
import { StatusLadder } from './ladder.js';
import { isNewer, isTerminal } from './ladder-rules.js';
import { ProblemError, problemOf } from './problem.js';
import { css } from './processing-status-style.js';
import { SharedStream } from './shared-stream.js';
import * as words from './words.js';

/** Elements with one token provider and one service share their token, and their stream. */
const services = new WeakMap();

function serviceOf(tokenProvider, baseUrl) {
  if (!services.has(tokenProvider)) services.set(tokenProvider, new Map());
  const known = services.get(tokenProvider);
  if (!known.has(baseUrl)) {
    const authorized = new AuthorizedFetch((url, init) => fetch(url, init), tokenProvider);
    known.set(baseUrl, { authorized, streams: new SharedStream({ baseUrl, authorized }) });
  }
  return known.get(baseUrl);
}

const noToken = async () => null;

/** How long a completed upload stays in sight. */
const SHOW_COMPLETED_MS = 3_000;

let sheet;
let template;

/** Without HTML in a string, which a policy of trusted types refuses. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function blueprint() {
  if (!template) {
    const part = (name, tag = 'div') => make(tag, { part: name });
    const row = (...children) => make('div', { class: 'row' }, ...children);
    const button = (name) => make('button', { part: name, type: 'button' });
    const bar = make(
      'div',
      { part: 'bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 },
      part('fill'),
    );
    const meter = row(bar, part('percentage'));
    meter.classList.add('meter');
    const counts = row(
      ...['batches', 'leads', 'saved', 'failures', 'remaining'].map((name) => part(name, 'span')),
    );
    counts.classList.add('counts', 'quiet');
    const actions = row(
      make('div', { part: 'transport', class: 'quiet' }),
      make('slot', { name: 'actions' }),
      button('retry'),
      button('cancel'),
      button('dismiss'),
    );
    template = make(
      'article',
      { part: 'card', tabindex: -1 },
      row(part('name'), part('size'), part('state')),
      meter,
      part('stage'),
      counts,
      make('footer', {}, actions, make('div', { part: 'confirm', role: 'group', class: 'row' },
        make('span', { part: 'question', id: 'question' }), button('no'), button('yes'))),
      make('div', { part: 'summary', class: 'spoken', role: 'status', 'aria-live': 'polite' }),
    );
    template.querySelector('[part=confirm]').setAttribute('aria-labelledby', 'question');
  }
  return template.cloneNode(true);
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
 * The element reflects `status`, `transport`, `version` and `stalled` as attributes. It sets
 * `hidden` on itself 3 s after completion, unless it has the attribute `keep`, and when somebody
 * dismisses what went wrong. While it is hidden it follows nothing.
 *
 * Events, all bubbling and composed: `status`, `completed`, `failed`, `cancelled`, `stalled` with
 * the record as `detail`; `transport` with `{transport, reason?, detail?}`, the last two once nobody
 * follows any more; `dismissed`.
 */
export class ProcessingStatusElement extends HTMLElement {
  static observedAttributes = ['upload-id', 'base-url', 'file-name', 'hidden', 'keep'];

  #status;
  #ladder = null;
  #end = null; // why the ladder has stopped
  #tokenProvider = noToken;
  #sent = null;
  #cancelling = false;
  #asking = false; // whether to cancel
  #complaint = '';
  #wasLive = false;
  #parts = {};
  #listening = null;
  #serverClock = new words.ServerClock();
  #tick = new Alarm(browserClock, () => this.#showRemaining());
  #hidItself = false;
  #farewell = new Alarm(browserClock, () => this.#hide());

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [styles()];
    root.append(blueprint());
    for (const element of root.querySelectorAll('[part]')) {
      this.#parts[element.getAttribute('part')] = element;
    }
    const onClick = (name, act) => this.#parts[name].addEventListener('click', act);
    onClick('cancel', () => this.#ask(true));
    onClick('no', () => this.#ask(false));
    onClick('yes', () => {
      this.#ask(false);
      this.cancel();
    });
    onClick('retry', () => this.start());
    onClick('dismiss', () => this.dismiss());
    this.#parts.confirm.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#ask(false);
    });
  }

  connectedCallback() {
    for (const name of ['tokenProvider', 'sentFraction']) this.#upgrade(name);
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener('visibilitychange', () => this.#visibilityChanged(), { signal });
    addEventListener('pageshow', () => this.#visibilityChanged(), { signal });
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
    if (name === 'upload-id' || name === 'base-url') this.#follow(name === 'upload-id');
    if (name === 'hidden' || name === 'keep') this.#visibilityChanged();
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
    this.#tokenProvider = provider ?? noToken;
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
    if (this.#isSeen() || isTerminal(this.#status)) this.#ladder.start();
    else this.#ladder.sleep();
    this.#visibilityChanged();
    this.#show();
  }

  /** Stops following; what is shown stays. */
  stop() {
    this.#tick.clear();
    this.#farewell.clear();
    this.#ladder?.stop();
    this.#ladder = null;
  }

  /** Hides what is over. */
  dismiss() {
    this.#hide();
    this.#dispatch('dismissed', this.#status);
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
      const response = await this.#service().authorized.request(`${this.#url()}/cancel`, { method: 'POST' });
      if (!response.ok) throw new ProblemError(response.status, await problemOf(response));
      const status = await response.json();
      if (id === this.uploadId) this.render(status);
    } catch (failure) {
      if (id !== this.uploadId) return;
      const why = failure instanceof ProblemError ? failure.message : words.say('unreachable');
      this.#complaint = words.say('notCancelled', { why });
      write(this.#parts.summary, this.#complaint);
      if (failure.status === 409 && this.isConnected) this.refresh(); // it was over before
    } finally {
      this.#cancelling = false;
      this.#show();
    }
  }

  #service() {
    const base = new URL(`${this.baseUrl.replace(/\/+$/, '')}/`, document.baseURI).href;
    return serviceOf(this.#tokenProvider, base.slice(0, -1));
  }

  #url() {
    return `${this.baseUrl.replace(/\/+$/, '')}/status/${encodeURIComponent(this.uploadId)}`;
  }

  /** Another upload, or another way to it. */
  #follow(another) {
    this.stop();
    if (another) {
      // A record that was rendered for the new upload before its id was set is kept.
      if (this.#status?.uploadId !== this.uploadId) this.#status = undefined;
      if (this.#hidItself) this.hidden = false; // that was about the one before
      this.#hidItself = false;
      this.#complaint = '';
      this.#asking = false;
      this.#wasLive = false;
      this.#sent = null;
      this.#serverClock = new words.ServerClock();
    }
    this.start();
  }

  #newLadder() {
    const ladder = new StatusLadder({
      uploadId: this.uploadId,
      url: this.#url(),
      ...this.#service(),
      held: this.#status,
      onStatus: (status, transport) => this.#accept(status, transport),
      onTransport: (transport) => {
        if (this.#ladder !== ladder) return;
        if (transport === 'stream') this.#wasLive = true;
        this.#show();
        if (transport !== 'closed') this.#dispatch('transport', { transport });
      },
      onEnd: (end) => {
        this.#end = end;
        this.#show();
        if (end.reason !== 'done') write(this.#parts.summary, words.endWords(end));
        this.#dispatch('transport', { transport: 'closed', ...end });
      },
    });
    return ladder;
  }

  #hide() {
    this.#hidItself = true;
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
    const leaving = this.#isSeen() && this.#status?.status === 'completed';
    if (leaving && !this.hasAttribute('keep')) {
      this.#farewell.by(browserClock.now() + SHOW_COMPLETED_MS);
    } else this.#farewell.clear();
  }

  #accept(status, transport) {
    const before = this.#status;
    this.#status = status;
    this.#complaint = '';
    if (isTerminal(status)) this.#asking = false;
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
      this.#visibilityChanged();
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
    write(parts.state, status ? words.stateWord(status) : this.uploadId ? '' : words.say('waiting'));
    const complaint = this.#complaint || (lost ? words.endWords(this.#end) : '');
    parts.stage.classList.toggle('broken', complaint !== '');
    write(parts.stage, complaint || this.#stage(status));
    write(parts.batches, status ? words.batchWords(status) : '');
    write(parts.leads, status ? words.leadWords(status) : '');
    write(parts.saved, status ? words.savedWords(status) : '');
    write(parts.failures, status ? words.failureWords(status) : '');
    const news = this.uploadId && !over && !lost;
    write(parts.transport, news ? words.transportWords(transport, this.#wasLive) : '');

    this.#showButtons({
      cancel: Boolean(this.uploadId) && !over && !lost && !this.#asking,
      retry: lost && !over,
      dismiss: lost || (over && status.status !== 'completed'),
    });
    this.#showBar(status, name);
    this.#showRemaining();
  }

  #stage(status) {
    if (status?.status === 'uploading' && this.#sent !== null) {
      const size = status.metadata?.fileSize;
      if (this.#sent === 1) return words.say('sent');
      if (size > 0) {
        const sent = words.fileSize(Math.floor(size * this.#sent));
        return words.say('sentOf', { sent, size: words.fileSize(size) });
      }
    }
    if (status) return words.stageWords(status);
    return words.say(this.uploadId ? 'asking' : 'waitingForTurn');
  }

  #showButtons(shown) {
    const { cancel, retry, dismiss, confirm, question, yes, no, card } = this.#parts;
    const focused = this.shadowRoot.activeElement;
    for (const [name, wanted] of Object.entries(shown)) this.#parts[name].hidden = !wanted;
    confirm.hidden = !this.#asking;
    cancel.setAttribute('aria-disabled', this.#cancelling); // a disabled one would lose the focus
    write(cancel, words.say(this.#cancelling ? 'cancelling' : 'cancel'));
    write(retry, words.say('again'));
    write(dismiss, words.say('dismiss'));
    write(question, words.say('sure'));
    write(yes, words.say('yes'));
    write(no, words.say('no'));
    if (focused?.closest('[hidden]')) card.focus(); // not back to the top of the page
  }

  /** Only who pressed a button has their focus moved: to the answer, and back. */
  #ask(asking) {
    if (this.#cancelling) return;
    this.#asking = asking;
    this.#show();
    this.#parts[asking ? 'no' : 'cancel'].focus();
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
    bar.setAttribute('aria-label', words.say('progressOf', { name: name || words.say('fallbackName') }));
    if (known) bar.setAttribute('aria-valuenow', String(shown));
    else bar.removeAttribute('aria-valuenow');
    const label = sending ? `${shown}%` : status ? words.percentageWords(status) : '';
    write(percentage, known || split ? label : '');
    const detail = sending ? this.#stage(status) : status ? words.batchWords(status) : '';
    const valueText = known ? [label, detail].filter(Boolean).join(', ') : this.#stage(status);
    bar.setAttribute('aria-valuetext', valueText);
  }

  #showRemaining() {
    const status = this.#status;
    const now = this.#serverClock.now(Date.now());
    write(this.#parts.remaining, status ? words.timeRemaining(status, now) : '');
    const worth = status?.metadata?.estimatedCompletion && !isTerminal(status);
    if (worth && this.isConnected && this.#isSeen()) this.#tick.set(browserClock.now() + 1000);
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
