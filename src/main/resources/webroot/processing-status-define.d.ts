export { ProcessingStatusElement } from './processing-status.js';
