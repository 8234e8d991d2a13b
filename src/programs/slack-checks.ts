import {
  checkAppToken,
  checkBotToken,
  lacksScope,
  type SlackAccess,
  whyNoMessages,
} from '../chat/check-slack.ts';
import type { Settings } from '../config/load-settings.ts';
import { requireSlack } from '../config/require-slack.ts';
import type { StoredDigestSchedule } from '../ports/digest-store.ts';
import type { Reading } from '../shared/reading.ts';
import { type Check, type Found, slackIsAway } from './checks.ts';

/**
 * What `serve` needs of Slack: its tokens, and each channel that it writes to by the settings or by what somebody
 * `scheduled` by command, which is null without a database.
 */
export function slackChecks(
  settings: Settings,
  scheduled: Reading<StoredDigestSchedule[] | null>,
): Check[] {
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
        const { user, team } = await checkBotToken(tried);
        access = tried;
        const slack = requireSlack(settings);
        const said = `the bot token works, as ${user} in ${team}`;
        if (slack.mode === 'http') {
          return `${said}; whether the signing secret is right shows the first request`;
        }
        await checkAppToken({ token: slack.appToken.reveal(), slackApiUrl: apiUrl });
        return `${said}; Slack accepts the app token for Socket Mode`;
      }),
  };
  const byCommand = scheduled.state === 'read' ? (scheduled.value ?? []) : [];
  const channels = writtenTo(settings, byCommand).map(
    (channel): Check => ({
      name: `channel ${channel}`,
      run: async () =>
        access === null
          ? { unknown: 'not checked: the bot token was not seen to work' }
          : tryChannel(access, channel),
    }),
  );
  if (scheduled.state === 'read') return [tokens, ...channels];
  const { reason } = scheduled;
  const others = {
    name: 'channels with a digest by command',
    run: async () => ({ unknown: reason }),
  };
  return [tokens, ...channels, others];
}

/** Channels that are written to unasked, each once. */
function writtenTo(
  { channels, operators }: Settings,
  scheduled: readonly StoredDigestSchedule[],
): string[] {
  const told = channels.filter(
    ({ digest, alerts }) => digest !== undefined || alerts !== undefined,
  );
  const byCommand = scheduled.filter(({ isOff }) => !isOff);
  return [
    ...new Set([
      ...told.map(({ id }) => id),
      ...(operators ? [operators.channel] : []),
      ...byCommand.map(({ channel }) => channel),
    ]),
  ];
}

function tryChannel(access: SlackAccess, channel: string): Promise<Found> {
  return unlessAway('the channel was not looked at', async () => {
    try {
      const why = await whyNoMessages(access, channel);
      if (why !== null) throw new Error(why);
      return 'the bot is in it';
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
