import type { ServerResponse } from 'node:http';
import { pause, type Scheduler } from './clock.ts';
import type { AnswerFault, Faults } from './faults.ts';
import type { ApiCall } from './journal.ts';

/** An HTTP answer before faults have been at it. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const jsonReply = (body: unknown, status = 200, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const textReply = (body: string, status = 200): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
});

/** Sends the whole answer and ends it. */
export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}

type Spoiler = Exclude<AnswerFault, { kind: 'latency' }>;

/** What a struck call answers instead; null when it is never answered in full. */
function spoil(fault: Spoiler, genuine: Reply | null): Reply | null {
  switch (fault.kind) {
    case 'rate-limit': {
      const seconds = fault.retryAfterSeconds;
      const headers = seconds === null ? undefined : { 'retry-after': String(seconds) };
      return jsonReply({ ok: false, error: 'ratelimited' }, 429, headers);
    }
    case 'status':
      return textReply('upstream error', fault.status);
    case 'error':
      return jsonReply({ ok: false, error: fault.error });
    case 'revoke-token':
      return jsonReply({ ok: false, error: 'token_revoked' });
    case 'malformed-json':
      return { ...jsonReply({}), body: genuine ? genuine.body.slice(0, -1) : '{"ok":tr' };
    case 'drop':
    case 'hang':
    case 'reset':
      return null;
  }
}

/** A refused or limited call does not take effect by then; a cut or garbled answer follows a real one. */
function takesEffect(fault: Spoiler): boolean {
  if (fault.kind === 'reset' || fault.kind === 'malformed-json') return fault.isApplied ?? true;
  if (fault.kind === 'status' || fault.kind === 'hang' || fault.kind === 'drop') {
    return fault.isApplied ?? false;
  }
  return false;
}

function cut(response: ServerResponse, genuine: Reply | null): void {
  const body = genuine?.body ?? '{"ok":true}';
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
  });
  response.write(body.slice(0, Math.ceil(body.length / 2)), () => response.destroy());
}

export interface ReplyContext {
  faults: Faults;
  scheduler: Scheduler;
  call: ApiCall;
  channel: string | undefined;
  revokeToken: () => void;
}

/** Answers one call, with every fault that strikes it, and completes its journal entry. */
export async function replyWithFaults(
  response: ServerResponse,
  context: ReplyContext,
  perform: () => Reply | Promise<Reply>,
): Promise<void> {
  const { call, faults, scheduler } = context;
  const struck = faults.strikeAnswer(call.method, context.channel);
  for (const fault of struck) {
    if (fault.kind === 'latency') await pause(scheduler, fault.delayMs);
  }
  const spoiler = struck.find((fault): fault is Spoiler => fault.kind !== 'latency');
  if (spoiler?.kind === 'revoke-token') context.revokeToken();
  const genuine = !spoiler || takesEffect(spoiler) ? await perform() : null;
  const reply = spoiler ? spoil(spoiler, genuine) : genuine;
  if (reply) {
    call.status = reply.status;
    call.answer = parseBody(reply);
    send(response, reply);
  } else if (spoiler?.kind === 'reset') {
    cut(response, genuine);
  } else if (spoiler?.kind === 'drop') {
    response.destroy();
  }
  if (spoiler?.kind === 'error' && spoiler.takenAfterMs !== undefined) {
    await pause(scheduler, spoiler.takenAfterMs);
    await perform();
  }
}

function parseBody(reply: Reply): unknown {
  if (!reply.headers['content-type']?.startsWith('application/json')) return reply.body;
  try {
    return JSON.parse(reply.body) as unknown;
  } catch {
    return reply.body;
  }
}
