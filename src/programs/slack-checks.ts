import {
  checkAppToken,
  checkBotToken,
  lacksScope,
  type SlackAccess,
  whyNoMessages,
} from '../chat/check-slack.ts';
import type { Settings } from '../config/load-settings.ts';
import { requireSlack } from '../config/require-slack.ts';
import { botScopes, type ScopeReason } from '../config/slack-app.ts';
import type { Reading } from '../shared/reading.ts';
import { listed } from '../shared/text.ts';
import { type Check, type Found, slackIsAway } from './checks.ts';

/** Without these Seawall does not work. */
const requiredScopes: readonly string[] = botScopes.flatMap(({ scope, without }: ScopeReason) =>
  without === null ? [scope] : [],
);

/** Channels with digests or alerts by command, with the id of the person who switched them on in Slack; null for none. */
export type ToldByCommand = ReadonlyMap<string, string | null>;

/**
 * What `serve` needs of Slack: its tokens, and each channel that it writes to by the settings or by what somebody
 * switched on by command, with who hears it when Slack refuses that. `told` is null without a database.
 */
export function slackChecks(settings: Settings, told: Reading<ToldByCommand | null>): Check[] {
  const { botToken, appToken, signingSecret, apiUrl } = settings.slack;
  if (botToken === null && appToken === null && signingSecret === null) {
    return [{ name: 'slack', run: async () => 'not set up; the terminal works without it' }];
  }
  let access: SlackAccess | null = null;
  const tokens: Check = {
    name: 'slack',
    run: () =>
      unlessAway('the tokens were not checked', async () => {
        if (botToken === null) return requireSlack(settings).mode;
        const tried = { token: botToken.reveal(), slackApiUrl: apiUrl };
        const { user, team, scopes } = await checkBotToken(tried);
        access = tried;
        const slack = requireSlack(settings);
        const lacking =
          scopes === null ? [] : requiredScopes.filter((one) => !scopes.includes(one));
        if (lacking.length > 0) {
          throw new Error(
            `the bot token works and lacks ${listed(lacking)}: seawall setup says how to grant ${lacking.length === 1 ? 'it' : 'them'}`,
          );
        }
        const said = `the bot token works, as ${user} in ${team}`;
        if (slack.mode === 'http') {
          return `${said}; whether the signing secret is right shows the first request`;
        }
        await checkAppToken({ token: slack.appToken.reveal(), slackApiUrl: apiUrl });
        return `${said}; Slack accepts the app token for Socket Mode`;
      }),
  };
  const byCommand = told.state === 'read' ? told.value : null;
  const channels = writtenTo(settings, byCommand).map(
    (channel): Check => ({
      name: `channel ${channel}`,
      run: async () =>
        access === null
          ? { unknown: 'not checked: the bot token was not seen to work' }
          : tryChannel(access, channel, whoHears(settings, byCommand, channel)),
    }),
  );
  if (told.state === 'read') return [tokens, ...channels];
  const { reason } = told;
  const others = {
    name: 'channels with digests or alerts by command',
    run: async () => ({ unknown: reason }),
  };
  return [tokens, ...channels, others];
}

/** Channels that are written to unasked, each once. */
function writtenTo({ channels, operators }: Settings, byCommand: ToldByCommand | null): string[] {
  const told = channels.filter(
    ({ digest, alerts }) => digest !== undefined || alerts !== undefined,
  );
  return [
    ...new Set([
      ...told.map(({ id }) => id),
      ...(operators ? [operators.channel] : []),
      ...(byCommand?.keys() ?? []),
    ]),
  ];
}

/** Who hears that Slack refuses the messages of a channel. */
function whoHears(
  { operators }: Settings,
  byCommand: ToldByCommand | null,
  channel: string,
): string {
  const told = operators?.channel ?? byCommand?.get(channel) ?? null;
  if (told === channel) return 'if it refuses messages, the log alone says so';
  return told === null
    ? 'if it refuses messages, the log and status alone say so: name a channel of operators in the settings'
    : `if it refuses messages, ${told} is told`;
}

function tryChannel(access: SlackAccess, channel: string, hears: string): Promise<Found> {
  return unlessAway('the channel was not looked at', async () => {
    try {
      const why = await whyNoMessages(access, channel);
      if (why !== null) throw new Error(why);
      return `the bot is in it; ${hears}`;
    } catch (error) {
      if (!lacksScope(error)) throw error;
      return { unknown: 'not checked: the app lacks the scope channels:read or groups:read' };
    }
  });
}

async function unlessAway(otherwise: string, look: () => Promise<Found>): Promise<Found> {
  try {
    return await look();
  } catch (error) {
    const reason = slackIsAway(error);
    if (reason === null) throw error;
    return { unknown: `${reason}: ${otherwise}` };
  }
}
