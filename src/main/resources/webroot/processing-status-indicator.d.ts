import type { ProcessingStatusElement, StatusRecord, TokenProvider } from './processing-status.js';

export class ProcessingStatusIndicator {
  constructor(containerId: string, options?: { baseUrl?: string; tokenProvider?: TokenProvider });
  readonly element: ProcessingStatusElement | null;
  show(uploadId: string, initialStatus?: Partial<StatusRecord>): void;
  hide(): void;
  startPolling(): void;
  stopPolling(): void;
  fetchStatus(): Promise<StatusRecord | undefined>;
  render(status: Partial<StatusRecord>): void;
}
