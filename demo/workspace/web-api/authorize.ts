import type { Json } from '../../../src/blocks/walk.ts';
import type { MethodReference } from '../methods.ts';
import {
  type ChannelKind,
  channelKindByType,
  findChannel,
  type State,
  type Token,
} from '../state.ts';
import { ApiError } from './call.ts';

const needNoToken: readonly string[] = ['api.test', 'oauth.v2.access', 'blocks.validate'];
const needAppToken: readonly string[] = ['apps.connections.open'];
const takeAnyToken: readonly string[] = ['auth.test', 'apps.manifest.validate'];

/** How the scope for a kind of channel begins, e.g. `channels:read`. */
const scopeByKind: Readonly<Record<ChannelKind, string>> = {
  channel: 'channels:',
  'private-channel': 'groups:',
  direct: 'im:',
  'group-direct': 'mpim:',
};

/** The kinds of channel that a conversations.* call is about. */
function findKinds(method: string, args: Json, state: State): ChannelKind[] {
  if (method === 'conversations.list') {
    const types = typeof args.types === 'string' ? args.types.split(',') : ['public_channel'];
    return types.flatMap((type) => channelKindByType.get(type.trim()) ?? []);
  }
  if (typeof args.users === 'string') {
    return [args.users.includes(',') ? 'group-direct' : 'direct'];
  }
  const channel = findChannel(state, typeof args.channel === 'string' ? args.channel : '');
  return channel ? [channel.kind] : [];
}

function findNeededScopes(
  method: string,
  reference: MethodReference,
  args: Json,
  state: State,
): readonly string[] {
  if (method === 'apps.connections.open') return ['connections:write'];
  const isPerKind = method.startsWith('conversations.') && reference.botScopes.length > 1;
  if (!isPerKind) return reference.botScopes;
  const prefixes = findKinds(method, args, state).map((kind) => scopeByKind[kind]);
  return reference.botScopes.filter((scope) => prefixes.some((prefix) => scope.startsWith(prefix)));
}

function findToken(state: State, value: string | undefined): Token {
  if (value === undefined || value === '') throw new ApiError('not_authed');
  const token = state.tokens.get(value);
  if (!token) throw new ApiError('invalid_auth');
  if (token.isRevoked) throw new ApiError('token_revoked');
  return token;
}

export interface Credentials {
  /** From the Authorization header. */
  header: string | undefined;
  /** From the `token` argument. */
  argument: string | undefined;
}

/**
 * The token of a call, after checking that it is known, of the right kind and holds the method's
 * scopes; undefined when the method needs none and none was sent.
 */
export function authorize(
  state: State,
  method: string,
  reference: MethodReference,
  args: Json,
  credentials: Credentials,
): Token | undefined {
  const isForApp = needAppToken.includes(method);
  const value = isForApp ? credentials.header : (credentials.header ?? credentials.argument);
  if (needNoToken.includes(method)) return undefined;
  const token = findToken(state, value);
  const isRightKind = takeAnyToken.includes(method) || (token.kind === 'app') === isForApp;
  if (!isRightKind) throw new ApiError('not_allowed_token_type');
  const needed = findNeededScopes(method, reference, args, state);
  const missing = needed.filter((scope) => !token.scopes.has(scope));
  if (missing.length > 0) {
    const provided = [...token.scopes].join(',');
    throw new ApiError('missing_scope', { needed: missing.join(','), provided });
  }
  return token;
}
