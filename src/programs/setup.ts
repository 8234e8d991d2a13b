import { checkAppToken, checkBotToken, postLine, type SlackIdentity } from '../chat/check-slack.ts';
import type { Settings } from '../config/load-settings.ts';
import { manifestText } from '../config/manifest.ts';
import { botScopes, type ScopeReason } from '../config/slack-app.ts';
import { listed, visible } from '../shared/text.ts';
import { commands } from './assemble.ts';
import { reasonOf } from './checks.ts';

export interface SetupOptions {
  settings: Pick<Settings, 'slack'>;
  /** `https://…/slack/events` for HTTP mode; null for Socket Mode, or what the settings say. */
  requestUrl: string | null;
  /** Where the test message goes; none is sent without one. */
  channel: string | null;
  say: (text: string) => void;
}

type State = 'done' | 'to do' | 'wrong' | 'unknown';

interface Step {
  state: State;
  title: string;
  said: string[];
}

const TEST_LINE = 'Seawall can write here; this was a test. Type `/seawall help`.';

/**
 * What connects Seawall with Slack, step by step: what works is tried, for what is missing it is said what to
 * do. Prints the manifest while the app is missing or lacks a scope. True when nothing is left to do.
 */
export async function runSetup(options: SetupOptions): Promise<boolean> {
  const { settings, requestUrl, say } = options;
  const isHttp = isHttpMode(options);
  const bot = await tryBot(settings.slack);
  const scopes = scopesStep(bot);
  const steps: Step[] = [
    appStep(bot, isHttp),
    botStep(bot),
    scopes,
    isHttp ? signingStep(settings.slack) : await socketStep(settings.slack),
    await messageStep(options, bot),
  ];
  say(`Seawall in Slack, by ${isHttp ? 'HTTP' : 'Socket Mode'}\n\n`);
  steps.forEach(({ state, title, said }, index) => {
    say(
      `${index + 1}. ${title}: ${state}\n${said.map((line) => `   ${visible(line)}\n`).join('')}`,
    );
  });
  if (bot.state !== 'done' || scopes.state !== 'done') {
    const address = requestUrl ?? (isHttp ? 'https://seawall.example/slack/events' : null);
    say(`\nThe manifest, to be pasted:\n\n${manifestText({ commands, requestUrl: address })}`);
  }
  const left = steps.filter(({ state }) => state === 'to do' || state === 'wrong').length;
  say(
    left === 0
      ? '\nNothing is left to do: seawall serve\n'
      : `\n${left} of ${steps.length} left; run this again after each.\n`,
  );
  return left === 0;
}

const isHttpMode = ({ settings: { slack }, requestUrl }: SetupOptions): boolean =>
  requestUrl !== null || (slack.appToken === null && slack.signingSecret !== null);

type Bot =
  | { state: 'to do' }
  | { state: 'wrong'; reason: string }
  | { state: 'done'; identity: SlackIdentity };

async function tryBot({ botToken, apiUrl }: Settings['slack']): Promise<Bot> {
  if (botToken === null) return { state: 'to do' };
  try {
    const identity = await checkBotToken({ token: botToken.reveal(), slackApiUrl: apiUrl });
    return { state: 'done', identity };
  } catch (error) {
    return { state: 'wrong', reason: reasonOf(error) };
  }
}

function appStep(bot: Bot, isHttp: boolean): Step {
  const title = 'Create the app';
  if (bot.state === 'done') return { state: 'done', title, said: [] };
  const said = [
    'On api.slack.com, “Your apps”: “Create New App”, “From a manifest”, choose the workspace,',
    'paste the manifest below as JSON, and create it.',
    ...(isHttp ? ['Start Seawall before: Slack asks its address when the manifest is saved.'] : []),
  ];
  // A token that Slack refuses may be of an app that is there.
  return { state: bot.state === 'wrong' ? 'unknown' : 'to do', title, said };
}

function botStep(bot: Bot): Step {
  const title = 'Install it, and set SLACK_BOT_TOKEN';
  if (bot.state === 'wrong') return { state: 'wrong', title, said: [bot.reason] };
  if (bot.state === 'done') {
    const { user, team } = bot.identity;
    return { state: 'done', title, said: [`It works, as ${user} in ${team}.`] };
  }
  const said = ['“Install App”, “Install to Workspace”; the token begins with xoxb-.'];
  return { state: 'to do', title, said };
}

function scopesStep(bot: Bot): Step {
  const title = 'Grant the scopes';
  if (bot.state !== 'done')
    return { state: 'unknown', title, said: ['Slack tells them with the bot token.'] };
  const { scopes } = bot.identity;
  if (scopes === null) return { state: 'unknown', title, said: ['Slack did not name them.'] };
  const lacking = botScopes.filter(({ scope }) => !scopes.includes(scope));
  const required = lacking.filter(({ without }) => without === null).map(({ scope }) => scope);
  const optional = lacking.flatMap(({ scope, without }: ScopeReason) =>
    without === null ? [] : [`Without ${scope}: ${without}`],
  );
  if (required.length === 0) {
    return { state: 'done', title, said: optional.length === 0 ? ['All are granted.'] : optional };
  }
  const missing = `Missing: ${listed(required)}. Paste the manifest below under “App Manifest”, and install again.`;
  return { state: 'wrong', title, said: [missing, ...optional] };
}

function signingStep({ signingSecret }: Settings['slack']): Step {
  const title = 'Set SLACK_SIGNING_SECRET';
  return signingSecret === null
    ? { state: 'to do', title, said: ['“Basic Information”, “App Credentials”.'] }
    : {
        state: 'unknown',
        title,
        said: ['It is set; Slack has no call that tries it, its first request does.'],
      };
}

async function socketStep({ appToken, apiUrl }: Settings['slack']): Promise<Step> {
  const title = 'Set SLACK_APP_TOKEN';
  if (appToken === null) {
    const said = [
      '“Basic Information”, “App-Level Tokens”: one with the scope connections:write; it begins with xapp-.',
      'For HTTP instead of Socket Mode: seawall setup --url https://<your address>/slack/events',
    ];
    return { state: 'to do', title, said };
  }
  try {
    await checkAppToken({ token: appToken.reveal(), slackApiUrl: apiUrl });
    return { state: 'done', title, said: ['Slack gives it a connection.'] };
  } catch (error) {
    return { state: 'wrong', title, said: [reasonOf(error)] };
  }
}

async function messageStep({ settings, channel }: SetupOptions, bot: Bot): Promise<Step> {
  const title = 'Invite the bot, and send a test message';
  const { botToken, apiUrl } = settings.slack;
  if (channel === null || bot.state !== 'done' || botToken === null) {
    const said = ['Type /invite @seawall in a channel, then: seawall setup --channel <its id, C…>'];
    return { state: 'to do', title, said };
  }
  try {
    await postLine({ token: botToken.reveal(), slackApiUrl: apiUrl }, channel, TEST_LINE);
    return { state: 'done', title, said: [`It was sent to ${channel}.`] };
  } catch (error) {
    return { state: 'wrong', title, said: [reasonOf(error)] };
  }
}
