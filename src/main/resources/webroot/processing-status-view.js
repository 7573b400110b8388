import { isTerminal } from './ladder-rules.js';
import { css } from './processing-status-style.js';
import * as words from './words.js';

let sheet;

/** Without HTML in a string, which a policy of trusted types refuses. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Only what changed is written: assistive technology hears every write. */
function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** What is seen of one upload: the tree of an element, and how a state looks in it. */
export class StatusView {
  #root;
  #parts = {};

  /**
   * @param {ShadowRoot} root
   * @param {Record<string, () => void>} presses what happens at `cancel`, `yes`, `no`, `retry` and
   *     `dismiss`
   */
  constructor(root, presses) {
    this.#root = root;
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
    const part = (name, attributes, ...children) => {
      this.#parts[name] = make('div', { part: name, ...attributes }, ...children);
      return this.#parts[name];
    };
    const row = (kind, ...children) => make('div', { class: `row ${kind}` }, ...children);
    const button = (name) => {
      this.#parts[name] = make('button', { part: name });
      this.#parts[name].onclick = presses[name];
      return this.#parts[name];
    };
    const bar = { role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 };
    const confirm = { class: 'row', role: 'group', 'aria-labelledby': 'question' };
    root.append(
      part(
        'card',
        { tabindex: -1 },
        row('', part('name'), part('size'), part('state')),
        row('meter', part('bar', bar, part('fill')), part('percentage')),
        part('stage'),
        row('counts quiet', ...['batches', 'leads', 'saved', 'failures', 'remaining'].map((name) => part(name))),
        part('problem'),
        make(
          'footer',
          {},
          row(
            '',
            part('transport', { class: 'quiet' }),
            make('slot', { name: 'actions' }),
            ...['retry', 'cancel', 'dismiss'].map(button),
          ),
          part('confirm', confirm, part('question', { id: 'question' }), button('no'), button('yes')),
        ),
        part('summary', { role: 'status' }),
      ),
    );
    this.#parts.confirm.onkeydown = ({ key }) => {
      if (key === 'Escape') presses.no();
    };
  }

  focus(name) {
    this.#parts[name].focus();
  }

  /** For those who do not see. */
  speak(words) {
    write(this.#parts.summary, words);
  }

  /**
   * @param {object} state
   * @param {string} state.uploadId '' for a file that waits its turn
   * @param {string} state.fileName until the record tells it
   * @param {object} [state.status] the newest record
   * @param {number} state.most the highest percentage so far
   * @param {number | null} state.sent how much of the file has left this page, 0 to 1
   * @param {string} state.transport
   * @param {boolean} [state.wasLive] a stream worked before
   * @param {{every?: number, reason?: string, detail?: string}} state.how as told with the transport
   * @param {boolean} [state.asking] whether to cancel
   * @param {boolean} state.cancelling
   * @param {string} state.complaint why it was not cancelled
   */
  show({ uploadId, status, most, sent, transport, wasLive, how, asking, cancelling, complaint, ...state }) {
    const over = isTerminal(status);
    const lost = words.endWords(how);
    const follows = uploadId !== '' && !over && !lost;
    const name = status?.metadata?.fileName ?? state.fileName;
    const size = status?.metadata?.fileSize;
    const uploading = sent !== null && status?.status === 'uploading';
    const sending = uploading && sent < 1;
    const shown = sending ? Math.floor(sent * 100) : most;
    const known = sending || status?.progress?.totalBatches > 0 || !follows;
    const percentage = status && known ? words.percentageWords(shown) : '';
    const counts = words.countWords(status);
    let stage = words.say(uploadId ? 'asking' : 'waitingForTurn');
    if (status) stage = uploading ? words.sentWords(sent, size) : words.stageWords(status);
    const texts = {
      name: name || uploadId,
      size: words.fileSize(size),
      state: status ? words.stateWord(status) : '',
      percentage,
      stage: lost && !status ? '' : stage,
      ...counts,
      problem: complaint || lost,
      transport: follows ? words.transportWords(transport, wasLive, how.every) : '',
      cancel: words.say(cancelling ? 'cancelling' : 'cancel'),
    };
    for (const part of ['retry', 'dismiss', 'question', 'no', 'yes']) texts[part] = words.say(part);
    const parts = this.#parts;
    for (const [part, text] of Object.entries(texts)) write(parts[part], text);
    parts.name.title = name;
    parts.cancel.setAttribute('aria-disabled', cancelling); // disabled, it would lose the focus

    const { bar, fill } = parts;
    const filled = Math.min(100, Math.max(0, shown));
    // Forward glides; back, as when a file is sent again, or out of the unknown, jumps.
    const before = bar.getAttribute('aria-valuenow');
    bar.classList.toggle('jump', before === null || filled < before);
    bar.classList.toggle('sending', sending);
    fill.style.setProperty('--filled', `${filled}%`);
    bar.setAttribute('aria-label', name || words.say('fallbackName'));
    if (known) bar.setAttribute('aria-valuenow', filled);
    else bar.removeAttribute('aria-valuenow');
    const detail = sending || !known ? stage : counts.batches;
    bar.setAttribute('aria-valuetext', [percentage, detail].filter(Boolean).join(', '));

    const focused = this.#root.activeElement;
    parts.cancel.hidden = !follows || asking;
    parts.confirm.hidden = !follows || !asking;
    parts.retry.hidden = !lost || over;
    parts.dismiss.hidden = !lost && (!over || status.status === 'completed');
    if (focused?.closest('[hidden]')) parts.card.focus(); // not back to the top of the page
  }

  /** @param {number} now by the service's clock */
  showRemaining(status, now) {
    write(this.#parts.remaining, status ? words.timeRemaining(status, now) : '');
  }
}
