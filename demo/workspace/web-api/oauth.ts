import { randomBytes } from 'node:crypto';
import type { Core } from '../core.ts';
import { ApiError, findText, type Handler } from './call.ts';

const codeLifeMs = 10 * 60_000;

/** A code as the install page hands out: works once, within ten minutes. */
export function issueCode(core: Core, redirectUri: string, scopes: string[]): string {
  const code = randomBytes(12).toString('hex');
  core.state.oauthCodes.set(code, { redirectUri, scopes, at: core.scheduler.now() });
  return code;
}

const exchangeCode: Handler = (call) => {
  const { core } = call;
  const { app, team, tokens } = core.state;
  if (findText(call, 'client_id') !== app.clientId) throw new ApiError('invalid_client_id');
  if (findText(call, 'client_secret') !== app.clientSecret) throw new ApiError('bad_client_secret');
  const code = findText(call, 'code') ?? '';
  const grant = core.state.oauthCodes.get(code);
  if (!grant || core.scheduler.now() - grant.at > codeLifeMs) throw new ApiError('invalid_code');
  const redirectUri = findText(call, 'redirect_uri') ?? grant.redirectUri;
  if (redirectUri !== grant.redirectUri) throw new ApiError('bad_redirect_uri');
  core.state.oauthCodes.delete(code);
  const value = `xoxb-${randomBytes(12).toString('hex')}`;
  tokens.set(value, { value, kind: 'bot', scopes: new Set(grant.scopes), isRevoked: false });
  return {
    access_token: value,
    token_type: 'bot',
    scope: grant.scopes.join(','),
    bot_user_id: app.botUserId,
    app_id: app.id,
    team: { id: team.id, name: team.name },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: 'U0ALICE00' },
  };
};

export const oauthHandlers: Record<string, Handler> = { 'oauth.v2.access': exchangeCode };
