import type { IncomingMessage, ServerResponse } from 'node:http';
import { isJson, type Json } from '../../../src/blocks/walk.ts';
import type { Core } from '../core.ts';
import type { ApiCall, Violation } from '../journal.ts';
import { findMethod, isListedArgument, isListedError, type MethodReference } from '../methods.ts';
import { jsonReply, type Reply, replyWithFaults } from '../reply.ts';
import type { Token } from '../state.ts';
import { authorize, type Credentials } from './authorize.ts';
import { ApiError } from './call.ts';
import { handlers } from './handlers.ts';

function note(core: Core, kind: Violation['kind'], method: string, detail: string): void {
  core.journal.addViolation({ kind, method, detail, at: core.scheduler.now() });
}

function noteArguments(core: Core, method: string, reference: MethodReference, args: Json): void {
  for (const argument of Object.keys(args)) {
    if (!isListedArgument(reference, argument)) note(core, 'unlisted-argument', method, argument);
  }
}

function perform(core: Core, method: string, args: Json, credentials: Credentials): Reply {
  const reference = findMethod(method);
  const handler = handlers.get(method);
  if (!reference || !handler) {
    note(core, 'unknown-method', method, method);
    throw new ApiError('unknown_method', { req_method: method });
  }
  noteArguments(core, method, reference, args);
  const token = authorize(core.state, method, reference, args, credentials);
  const body = { ok: true, ...handler({ core, method, arguments: args, token }) };
  return jsonReply(body, 200, token ? scopeHeaders(token, reference) : {});
}

/** What the token has been granted, and what the method would take, as Slack names them. */
const scopeHeaders = (token: Token, { botScopes }: MethodReference): Reply['headers'] => ({
  'x-oauth-scopes': [...token.scopes].join(','),
  ...(botScopes.length > 0 && { 'x-accepted-oauth-scopes': botScopes.join(',') }),
});

function answer(core: Core, method: string, args: Json, credentials: Credentials): Reply {
  try {
    return perform(core, method, args, credentials);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (findMethod(method) && !isListedError(method, error.error) && method !== 'api.test') {
      note(core, 'unlisted-error', method, error.error);
    }
    return jsonReply({ ok: false, error: error.error, ...error.details });
  }
}

function limit(core: Core, method: string, channel: string | undefined): Reply | null {
  const reference = findMethod(method);
  const waitSeconds = reference ? (core.rateLimiter?.take(method, reference, channel) ?? 0) : 0;
  if (waitSeconds === 0) return null;
  const error = method === 'chat.postMessage' ? 'rate_limited' : 'ratelimited';
  return jsonReply({ ok: false, error }, 429, { 'retry-after': String(waitSeconds) });
}

function readBearer(request: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
}

/** The client of OAuth may send its id and secret in an Authorization header. */
function readBasic(request: IncomingMessage): Json {
  const encoded = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return {};
  const [id, secret] = Buffer.from(encoded, 'base64').toString().split(':');
  return { client_id: id, client_secret: secret };
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** Answers `POST /api/<method>` and writes it into the journal. */
export async function answerApiCall(
  core: Core,
  method: string,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const call: ApiCall = {
    method,
    arguments: {},
    answer: null,
    status: null,
    at: core.scheduler.now(),
  };
  core.journal.addCall(call, body.length);
  let args: Json;
  try {
    const parsed = await parseArguments(request.headers['content-type'] ?? '', body);
    args = { ...readBasic(request), ...parsed };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const reply = jsonReply({ ok: false, error: error.error });
    await replyWithFaults(response, contextOf(core, call, undefined, undefined), () => reply);
    return;
  }
  const { token: _, ...visible } = args;
  call.arguments = visible;
  core.journal.notifyChange();
  const credentials = { header: readBearer(request), argument: textOf(args.token) };
  const channel = textOf(args.channel) ?? textOf(args.channel_id);
  const context = contextOf(core, call, channel, credentials.header ?? credentials.argument);
  await replyWithFaults(
    response,
    context,
    () => limit(core, method, channel) ?? answer(core, method, args, credentials),
  );
  core.journal.notifyChange();
}

function contextOf(
  core: Core,
  call: ApiCall,
  channel: string | undefined,
  tokenValue: string | undefined,
) {
  const revokeToken = () => {
    const token = core.state.tokens.get(tokenValue ?? '');
    if (token) token.isRevoked = true;
  };
  return { faults: core.faults, scheduler: core.scheduler, call, channel, revokeToken };
}

/**
 * Arguments of a call from a form, multipart or JSON body. Throws `invalid_json` for a body that
 * says it is JSON and isn't an object, `invalid_arguments` for parts that are none.
 */
async function parseArguments(contentType: string, body: Buffer): Promise<Json> {
  if (contentType.startsWith('application/json')) {
    if (body.length === 0) return {};
    return parseObject(body.toString());
  }
  if (contentType.startsWith('multipart/form-data')) {
    const request = new Response(new Uint8Array(body), {
      headers: { 'content-type': contentType },
    });
    const form = await request.formData().catch(() => {
      throw new ApiError('invalid_arguments');
    });
    return Object.fromEntries(form);
  }
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value)) return value;
  } catch {
    throw new ApiError('invalid_json');
  }
  throw new ApiError('invalid_json');
}
