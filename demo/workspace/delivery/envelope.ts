import { isJson } from '../../../src/blocks/walk.ts';
import type { DeliveryKind, Outgoing } from './delivery.ts';

const envelopeTypes: Readonly<Record<DeliveryKind, string>> = {
  command: 'slash_commands',
  interactivity: 'interactive',
  event: 'events_api',
};

/** A payload as it goes over a socket. */
export function toEnvelope({ kind, payload, envelopeId, retry }: Outgoing): string {
  // Over a socket the reason has no `http_` in front.
  const reason = retry?.reason.replace(/^http_/, '') ?? '';
  const forEvents = { retry_attempt: retry?.number ?? 0, retry_reason: reason };
  return JSON.stringify({
    envelope_id: envelopeId,
    type: envelopeTypes[kind],
    payload,
    accepts_response_payload: kind !== 'event',
    ...(kind === 'event' ? forEvents : {}),
  });
}

const isEmpty = (value: unknown) => !isJson(value) || Object.keys(value).length === 0;

/** What the app sent back for an envelope; undefined for anything else. */
export function parseAcknowledgement(
  text: string,
): { envelopeId: string; payload: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJson(value) || typeof value.envelope_id !== 'string') return undefined;
    const payload = isEmpty(value.payload) ? undefined : value.payload;
    return { envelopeId: value.envelope_id, payload };
  } catch {
    return undefined;
  }
}
