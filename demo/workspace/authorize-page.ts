import type { ServerResponse } from 'node:http';
import type { Core } from './core.ts';
import { issueCode } from './web-api/oauth.ts';

/**
 * The page `/oauth/v2/authorize`, where the person has already said yes: it goes straight back to
 * the redirect address with a code and the state. Answers 400 for an address that the app did not
 * register.
 */
export function authorizeInstall(
  core: Core,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  const redirectUri = query.get('redirect_uri') ?? '';
  const isKnown = query.get('client_id') === core.state.app.clientId;
  if (!isKnown || !core.state.app.redirectUrls.includes(redirectUri)) {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('invalid client or redirect_uri');
    return;
  }
  const scopes = (query.get('scope') ?? '').split(',').filter((scope) => scope !== '');
  const target = new URL(redirectUri);
  target.searchParams.set('code', issueCode(core, redirectUri, scopes));
  target.searchParams.set('state', query.get('state') ?? '');
  response.writeHead(302, { location: target.href }).end();
}
