import { UserError } from '../shared/errors.ts';
import type { Settings } from './load-settings.ts';
import type { Secret } from './secret.ts';

/** How Slack reaches Seawall, with what that needs. */
export type SlackMode =
  | { mode: 'socket'; botToken: Secret; appToken: Secret }
  | { mode: 'http'; botToken: Secret; signingSecret: Secret };

/**
 * The mode that the settings ask for. With both, Socket Mode: every app has a signing secret, an
 * app token only who turned Socket Mode on. Throws `UserError` naming what is missing.
 */
export function requireSlack({ slack }: Settings): SlackMode {
  const { botToken, appToken, signingSecret } = slack;
  if (botToken !== null && appToken !== null) return { mode: 'socket', botToken, appToken };
  if (botToken !== null && signingSecret !== null) return { mode: 'http', botToken, signingSecret };
  const missing = [
    ...(botToken === null ? ['SLACK_BOT_TOKEN'] : []),
    ...(appToken === null && signingSecret === null
      ? ['SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP mode)']
      : []),
  ];
  throw new UserError(`Slack is not set up: ${missing.join(' and ')} must be set`, {
    hint: 'See docs/settings.md; `seawall demo` runs without Slack.',
  });
}
