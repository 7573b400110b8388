/** The newest state of an upload, as the service answers `GET /status/{uploadId}`. */
export interface StatusRecord {
  uploadId: string;
  version: number;
  status: 'uploading' | 'uploaded' | 'processing' | 'completed' | 'error' | 'cancelled';
  stage: 'file_upload' | 'file_processing' | 'batch_processing' | 'completed';
  progress: {
    totalBatches: number;
    completedBatches: number;
    failedBatches: number;
    totalLeads: number;
    processedLeads: number;
    createdLeads: number;
    updatedLeads: number;
    percentage: number;
  };
  metadata: { fileName: string; fileSize: number; startTime: string; estimatedCompletion?: string };
  stalled: boolean;
  error?: { code: string; message: string; timestamp: string };
  createdAt: string;
  updatedAt: string;
  expiresAt: string;
}

/** `fresh`: the last token was refused, or is about to end. */
export type TokenProvider = (wish: { fresh: boolean }) => Promise<string | null | undefined>;

export type Transport =
  'idle' | 'connecting' | 'stream' | 'poll' | 'unavailable' | 'offline' | 'paused' | 'closed';

export type EndReason = 'done' | 'expired' | 'not-found' | 'forbidden' | 'unauthorized' | 'refused';

/** `every`: seconds from poll to poll. `reason` and `detail` once the transport is `closed`. */
export interface TransportChange {
  transport: Transport;
  every?: number;
  reason?: EndReason;
  detail?: string;
}

export interface ProcessingStatusEventMap extends HTMLElementEventMap {
  status: CustomEvent<StatusRecord>;
  completed: CustomEvent<StatusRecord>;
  failed: CustomEvent<StatusRecord>;
  cancelled: CustomEvent<StatusRecord>;
  stalled: CustomEvent<StatusRecord>;
  transport: CustomEvent<TransportChange>;
  dismissed: CustomEvent<StatusRecord | undefined>;
}

export class ProcessingStatusElement extends HTMLElement {
  uploadId: string;
  baseUrl: string;
  /** Set it again, the same or another, when the user changes. */
  get tokenProvider(): TokenProvider;
  set tokenProvider(provider: TokenProvider | null | undefined);
  /** 0 to 1 while the page sends the file, otherwise null. */
  sentFraction: number | null;
  readonly status: StatusRecord | undefined;
  start(): void;
  stop(): void;
  refresh(): Promise<StatusRecord | undefined>;
  render(status: Partial<StatusRecord> | null | undefined): void;
  cancel(): Promise<void>;
  dismiss(): void;
  addEventListener<K extends keyof ProcessingStatusEventMap>(
    type: K,
    listener: (this: ProcessingStatusElement, event: ProcessingStatusEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<K extends keyof ProcessingStatusEventMap>(
    type: K,
    listener: (this: ProcessingStatusElement, event: ProcessingStatusEventMap[K]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'processing-status': ProcessingStatusElement;
  }
}
