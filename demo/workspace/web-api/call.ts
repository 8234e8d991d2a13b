import type { Json } from '../../../src/blocks/walk.ts';
import type { Core } from '../core.ts';
import { isListedError } from '../methods.ts';
import { type Channel, findChannel, getDirectChannel, type Token, type User } from '../state.ts';

/** One authorised call of a Web API method. */
export interface Call {
  core: Core;
  method: string;
  arguments: Json;
  /** Undefined for the few methods that need none. */
  token: Token | undefined;
}

/** Gives the answer without `ok`, or throws an `ApiError`. */
export type Handler = (call: Call) => Json;

/** A refusal: becomes `ok: false` with this error. */
export class ApiError extends Error {
  readonly error: string;
  readonly details: Json;

  constructor(error: string, details: Json = {}) {
    super(error);
    this.error = error;
    this.details = details;
  }
}

/** The first of these errors that the method's reference lists, else `invalid_arguments`. */
export function refuse(call: Call, ...errors: string[]): ApiError {
  const listed = errors.find((error) => isListedError(call.method, error));
  return new ApiError(listed ?? 'invalid_arguments');
}

const invalidArguments = (message: string) =>
  new ApiError('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${message}`] } });

/** Undefined when the argument is absent. Numbers and booleans are taken as their text. */
export function findText(call: Call, name: string): string | undefined {
  const value = call.arguments[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalidArguments(`must be a string [json-pointer:/${name}]`);
}

/** Throws `invalid_arguments` when the argument is absent or empty. */
export function getText(call: Call, name: string): string {
  const value = findText(call, name);
  if (value === undefined || value === '')
    throw invalidArguments(`missing required field: ${name}`);
  return value;
}

export function isTrue(call: Call, name: string): boolean {
  return ['true', '1'].includes(findText(call, name) ?? '');
}

/** An argument that is JSON text in a form body; throws one of `errors` when it is not JSON. */
export function findJson(call: Call, name: string, ...errors: string[]): unknown {
  const value = call.arguments[name];
  if (typeof value !== 'string') return value ?? undefined;
  if (value === '') return undefined;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw refuse(call, ...errors);
  }
}

/** Throws `channel_not_found`, also for a private channel that the app is not in. */
export function getChannel(call: Call, name = 'channel'): Channel {
  const { state } = call.core;
  const reference = findText(call, name) ?? '';
  const channel = findChannel(state, reference);
  const isHidden =
    channel !== undefined &&
    channel.kind !== 'channel' &&
    !channel.members.has(state.app.botUserId);
  if (!channel || isHidden) throw new ApiError('channel_not_found');
  return channel;
}

/** A channel the app may post to. A user id stands for the direct messages with that user. */
export function getPostableChannel(call: Call): Channel {
  const { state } = call.core;
  const user = state.users.get(findText(call, 'channel') ?? '');
  const channel = user ? getDirectChannel(state, user.id) : getChannel(call);
  if (!channel.members.has(state.app.botUserId)) throw new ApiError('not_in_channel');
  if (channel.isArchived) throw refuse(call, 'is_archived', 'posting_to_channel_denied');
  return channel;
}

/** Throws `error` for an unknown user id. */
export function getUser(call: Call, name: string, error = 'user_not_found'): User {
  const user = call.core.state.users.get(getText(call, name));
  if (!user) throw new ApiError(error);
  return user;
}

/**
 * One page of a list by Slack's cursors. Throws `invalid_cursor` for a cursor it did not give, and
 * takes 100 when `limit` is absent.
 */
export function paginate<T>(call: Call, items: readonly T[]): { page: T[]; nextCursor: string } {
  const limit = Number(findText(call, 'limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1) throw invalidArguments('limit must be above 0');
  const cursor = findText(call, 'cursor') ?? '';
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString());
  if (!Number.isInteger(start) || start < 0) throw new ApiError('invalid_cursor');
  const end = start + limit;
  const nextCursor = end < items.length ? Buffer.from(String(end)).toString('base64') : '';
  return { page: items.slice(start, end), nextCursor };
}
