import type { Json } from '../../../src/blocks/walk.ts';

export type DeliveryKind = 'command' | 'interactivity' | 'event';

/** What the user, or the retry clock, takes for the reason of a failed delivery. */
export type DeliveryError =
  /** No acknowledgement within three seconds. */
  | 'operation_timeout'
  /** No connection to the app. */
  | 'dispatch_failed'
  | 'http_client_error'
  | 'http_service_error'
  /** The acknowledgement held something that Slack cannot show. */
  | 'invalid_response';

export interface RawRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** One request to the app and what came of it. */
export interface Delivery {
  kind: DeliveryKind;
  payload: Json;
  /** HTTP status, or 200 for an acknowledged envelope; null when there was no acknowledgement. */
  ackStatus: number | null;
  /** Real time from sending to the acknowledgement or its failure. */
  ackMs: number;
  /** Parsed when it is JSON, else text; undefined when empty. */
  ackBody: unknown;
  error?: DeliveryError;
  /** Empty for events. */
  responseUrl: string;
  /** Empty for events. */
  triggerId: string;
  envelopeId: string;
  retryNum: number;
  /** Further attempts, of events only; they arrive on the retry clock. */
  retries: Delivery[];
  /** Over HTTP: exactly what was sent. */
  rawRequest?: RawRequest;
}

/** A payload on its way out. */
export interface Outgoing {
  kind: DeliveryKind;
  payload: Json;
  envelopeId: string;
  retry?: { number: number; reason: string };
  /** Sent as it is, signature included: a replay. */
  rawRequest?: RawRequest;
  skewMs?: number;
}

export interface Acknowledgement {
  status: number | null;
  body: unknown;
  /** The app asked for no further attempts. */
  isFinal: boolean;
  error?: DeliveryError;
  rawRequest?: RawRequest;
}

export interface Transport {
  /** Never rejects. Gives up, by itself or not, after the signal is aborted. */
  send(outgoing: Outgoing, signal: AbortSignal): Promise<Acknowledgement>;
}
