import type { IncomingMessage } from 'node:http';
import { isValidSlackRequest } from '@slack/bolt';
import { isDelivery, isFields } from './delivery-shape.ts';

/** As Bolt's receiver: Slack's own requests are far smaller. */
const BODY_BYTES_MAX = 4_000_000;

/** The body of a request with at most so many bytes; null for a longer one. */
export async function readRequestBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection stays for the answer that says so.
  const parts = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  for await (const chunk of parts) {
    size += chunk.length;
    if (size > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * True for a request that Slack signed and that is nothing a listener could take. One without a valid
 * signature is Bolt's to judge, which refuses all but the check of the certificate.
 */
export function isSignedNonsense(
  { headers }: IncomingMessage,
  body: string,
  { signingSecret, now }: { signingSecret: string; now: () => number },
): boolean {
  const isSigned = isValidSlackRequest({
    signingSecret,
    body,
    headers: {
      'x-slack-signature': String(headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
    nowMilliseconds: now(),
  });
  return isSigned && !isKnown(parseBody(headers['content-type'] ?? '', body));
}

function isKnown(body: unknown): boolean {
  // Slack asks whether the address and its certificate are right; Bolt answers both.
  const isCheck = isFields(body) && (body.ssl_check === '1' || typeof body.challenge === 'string');
  return isCheck || isDelivery(body);
}

/** What Bolt makes of it; undefined for what is no JSON. */
function parseBody(contentType: string, body: string): unknown {
  try {
    if (contentType.startsWith('application/json')) return JSON.parse(body) as unknown;
    const fields = Object.fromEntries(new URLSearchParams(body));
    return fields.payload === undefined ? fields : (JSON.parse(fields.payload) as unknown);
  } catch {
    return undefined;
  }
}
