import { createHmac } from 'node:crypto';
import type {
  Acknowledgement,
  DeliveryError,
  Outgoing,
  RawRequest,
  Transport,
} from './delivery.ts';

/** Slack's v0 signature over timestamp and body. */
export function sign(secret: string, timestamp: string, body: string): string {
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return `v0=${digest}`;
}

const formType = 'application/x-www-form-urlencoded';

function encode({ kind, payload }: Outgoing): { contentType: string; body: string } {
  if (kind === 'event') return { contentType: 'application/json', body: JSON.stringify(payload) };
  const fields =
    kind === 'command'
      ? Object.entries(payload).map(([key, value]): [string, string] => [key, String(value)])
      : [['payload', JSON.stringify(payload)] satisfies [string, string]];
  return { contentType: formType, body: new URLSearchParams(fields).toString() };
}

export interface HttpTransportOptions {
  requestUrl: () => string;
  signingSecret: string;
  now: () => number;
}

function buildRequest(options: HttpTransportOptions, outgoing: Outgoing): RawRequest {
  const { contentType, body } = encode(outgoing);
  const timestamp = String(Math.floor((options.now() + (outgoing.skewMs ?? 0)) / 1000));
  const { retry } = outgoing;
  return {
    url: options.requestUrl(),
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': sign(options.signingSecret, timestamp, body),
      ...(retry
        ? { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }
        : {}),
    },
    body,
  };
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function judgeStatus(status: number): DeliveryError | undefined {
  if (status >= 500) return 'http_service_error';
  if (status >= 300) return 'http_client_error';
  return undefined;
}

/** Posts signed requests to the app's request URL. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  return {
    async send(outgoing, signal): Promise<Acknowledgement> {
      const rawRequest = outgoing.rawRequest ?? buildRequest(options, outgoing);
      const { url, headers, body } = rawRequest;
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers,
          body,
          redirect: 'manual',
          signal,
        });
        const error = judgeStatus(answer.status);
        return {
          status: answer.status,
          body: parseBody(await answer.text()),
          isFinal: answer.headers.get('x-slack-no-retry') === '1',
          ...(error ? { error } : {}),
          rawRequest,
        };
      } catch {
        const error = signal.aborted ? 'operation_timeout' : 'dispatch_failed';
        return { status: null, body: undefined, isFinal: false, error, rawRequest };
      }
    },
  };
}
