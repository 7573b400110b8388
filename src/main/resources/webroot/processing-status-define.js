import { ProcessingStatusElement } from './processing-status.js';

if (!customElements.get('processing-status')) {
  customElements.define('processing-status', ProcessingStatusElement);
}

export { ProcessingStatusElement };
