import './processing-status-define.js';

/** The element for pages that would rather call than write markup. */
export class ProcessingStatusIndicator {
  #container;
  #options;
  #element = null;

  /**
   * @param {string} containerId id of the element that the indicator is shown in
   * @param {{baseUrl?: string, tokenProvider?: (wish: {fresh: boolean}) => Promise<string>}} options
   */
  constructor(containerId, options = {}) {
    this.#container = document.getElementById(containerId);
    if (!this.#container) throw new Error(`there is no element with the id "${containerId}"`);
    this.#options = options;
  }

  /** The element that is shown, for its events and properties; null while hidden. */
  get element() {
    return this.#element;
  }

  /** Shows an upload and follows it. The record that is known already saves a moment of waiting. */
  show(uploadId, initialStatus) {
    if (!uploadId) throw new TypeError('show takes the id of an upload');
    this.hide();
    const element = document.createElement('processing-status');
    Object.assign(element, this.#options, { uploadId });
    element.render(initialStatus);
    this.#element = element;
    this.#container.append(element);
  }

  hide() {
    this.#element?.remove();
    this.#element = null;
  }

  /** Follows the upload again: by a stream where there is one, else by polls. */
  startPolling() {
    this.#element?.start();
  }

  /** Stops following; what is shown stays. */
  stopPolling() {
    this.#element?.stop();
  }

  /** Asks once, now. Resolves to the newest record, or undefined while nothing is shown. */
  async fetchStatus() {
    return this.#element?.refresh();
  }

  /** Shows a record, unless a newer one of this upload is shown already. */
  render(status) {
    this.#element?.render(status);
  }
}
