import { ErrorCode, LogLevel, WebClient } from '@slack/web-api';
import type { GrantedScopes } from '../ports/power.ts';
import { OutsideError } from '../shared/errors.ts';
import { table } from '../shared/table.ts';
import { clamp } from '../shared/text.ts';
import { slackFailure } from './slack-failure.ts';

const TIMEOUT_MS = 10_000;
const REASON_LENGTH = 200;
/** An app may have 255; a longer list is not Slack's. */
const SCOPES_MAX = 255;
const SCOPE_CHARACTERS_MAX = 80;

/** A token and the address of the Web API. */
export interface SlackAccess {
  token: string;
  slackApiUrl: string;
}

/** True where Slack refused a call for a scope that the app lacks. */
export const lacksScope = (error: unknown): boolean =>
  error instanceof OutsideError &&
  (error.cause as { data?: { error?: unknown } } | undefined)?.data?.error === 'missing_scope';

/** Whom a bot token speaks for, and what it may; scopes are null where Slack did not name them. */
export interface SlackIdentity {
  user: string;
  team: string;
  scopes: readonly string[] | null;
}

const REMOVED =
  'the app was removed or its token revoked. Install it again and set SLACK_BOT_TOKEN';
const OPENED = 'apps.connections.open';
const APP_TOKEN =
  'the app was removed or this token revoked. Make one under “App-Level Tokens” and set SLACK_APP_TOKEN';
const advice = table<string>({
  account_inactive: REMOVED,
  token_revoked: REMOVED,
  token_expired: REMOVED,
  invalid_auth: REMOVED,
  not_allowed_token_type: 'it is a token of the wrong kind',
  not_in_channel: 'the bot is not in that channel. Type /invite @seawall there',
  channel_not_found:
    'there is no such channel, or it is private and the bot is not in it. Give its id (C…)',
  is_archived: 'that channel is archived',
  missing_scope: 'the app lacks a scope. Add it and install the app again',
});

/** Asks who a bot token is. Rejects with `OutsideError` 'slack-failed', saying what to do. */
export const checkBotToken = (access: SlackAccess): Promise<SlackIdentity> =>
  asked(access, 'auth.test', () => identify(access));

/** The scopes that Slack has granted to a bot token. Never rejects for Slack. */
export async function readScopes(access: SlackAccess): Promise<GrantedScopes> {
  try {
    const { scopes } = await identify(access);
    if (scopes === null) return { unknownReason: 'Slack did not name the scopes' };
    return {
      scopes: scopes.slice(0, SCOPES_MAX).map((scope) => clamp(scope, SCOPE_CHARACTERS_MAX)),
    };
  } catch (error) {
    return { unknownReason: `auth.test: ${clamp(slackFailure(error).reason, REASON_LENGTH)}` };
  }
}

/** Slack names the scopes in the header `x-oauth-scopes` of every answer, also where none is needed. */
async function identify(access: SlackAccess): Promise<SlackIdentity> {
  const { user = '', team = '', response_metadata: more } = await open(access).auth.test();
  return { user, team, scopes: more?.scopes?.filter((scope) => scope !== '') ?? null };
}

/**
 * Asks for an address of Socket Mode, and does not use it. Rejects with `OutsideError` 'slack-failed'
 * when the app-level token does not get one.
 */
export async function checkAppToken(access: SlackAccess): Promise<void> {
  await asked(access, OPENED, () => open(access).apps.connections.open());
}

/** Why a channel takes no message of the bot, in words; null where it does. Rejects as `checkBotToken` does. */
export async function whyNoMessages(access: SlackAccess, channel: string): Promise<string | null> {
  const { channel: found } = await asked(access, 'conversations.info', () =>
    open(access).conversations.info({ channel }),
  );
  if (found?.is_archived === true) return advice.get('is_archived') ?? null;
  // The conversation with one person knows no members.
  if (found?.is_member === false && found.is_im !== true)
    return advice.get('not_in_channel') ?? null;
  return null;
}

/** Posts a line into a channel. Rejects with `OutsideError` 'slack-failed', saying what to do. */
export async function postLine(access: SlackAccess, channel: string, text: string): Promise<void> {
  await asked(access, 'chat.postMessage', () => open(access).chat.postMessage({ channel, text }));
}

const open = ({ token, slackApiUrl }: SlackAccess): WebClient =>
  new WebClient(token, {
    slackApiUrl,
    timeout: TIMEOUT_MS,
    // What went wrong is told by who asked.
    logLevel: LogLevel.ERROR,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });

/** Retryable means that Slack has not judged the token: it was away, or asked us to wait. */
async function asked<T>(
  { slackApiUrl }: SlackAccess,
  method: string,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const failure = slackFailure(error);
    const reason = clamp(failure.reason, REASON_LENGTH);
    const isRetryable = failure.kind !== 'refused';
    throw new OutsideError('slack-failed', sayWhy(error, { method, reason, slackApiUrl }), {
      ...{ cause: error, isRetryable },
    });
  }
}

/** That Slack was not reached, and why, as a clause; null for what Slack itself answered. */
export function unreachedText(error: unknown, slackApiUrl: string): string | null {
  const { code, original } = error as { code?: string; original?: { cause?: unknown } };
  if (code !== ErrorCode.RequestError) return null;
  const cause = (original?.cause ?? {}) as { code?: unknown; message?: unknown };
  const told = [cause.code, cause.message].find((one) => typeof one === 'string');
  const why = clamp(told || slackFailure(error).reason, REASON_LENGTH);
  return `could not reach ${new URL(slackApiUrl).host} (${why})`;
}

function sayWhy(
  error: unknown,
  { method, reason, slackApiUrl }: { method: string; reason: string; slackApiUrl: string },
): string {
  const away = unreachedText(error, slackApiUrl);
  if (away !== null) return away;
  const found = advice.get(reason);
  const known = found === REMOVED && method === OPENED ? APP_TOKEN : found;
  return known === undefined ? `${method}: ${reason}` : `Slack says ${reason}: ${known}`;
}
