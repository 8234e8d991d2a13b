import { WebClient } from '@slack/web-api';
import type { GrantedScopes } from '../ports/power.ts';
import { clamp } from '../shared/text.ts';
import { slackFailure } from './slack-failure.ts';

const TIMEOUT_MS = 10_000;
/** An app may have 255; a longer list is not Slack's. */
const SCOPES_MAX = 255;
const SCOPE_CHARACTERS_MAX = 80;

/**
 * The scopes that Slack has granted to a bot token: it names them in the header `x-oauth-scopes` of
 * every answer, also in that of `auth.test`, which needs none. Never rejects for Slack.
 */
export async function readScopes({
  botToken,
  slackApiUrl,
}: {
  botToken: string;
  slackApiUrl: string;
}): Promise<GrantedScopes> {
  const client = new WebClient(botToken, {
    slackApiUrl,
    timeout: TIMEOUT_MS,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
  try {
    const { response_metadata: metadata } = await client.auth.test();
    const scopes = metadata?.scopes?.filter((scope) => scope !== '');
    if (scopes === undefined) return { unknownReason: 'Slack did not name the scopes' };
    return {
      scopes: scopes.slice(0, SCOPES_MAX).map((scope) => clamp(scope, SCOPE_CHARACTERS_MAX)),
    };
  } catch (error) {
    return { unknownReason: `auth.test: ${clamp(slackFailure(error).reason, 200)}` };
  }
}
