import { checkAppToken, checkBotToken, postLine, type SlackIdentity } from '../chat/check-slack.ts';
import type { Settings } from '../config/load-settings.ts';
import { manifestText } from '../config/manifest.ts';
import { botScopes, type ScopeReason } from '../config/slack-app.ts';
import { safeJson } from '../exports/safe-json.ts';
import { listed, visible } from '../shared/text.ts';
import { isoTime } from '../shared/time.ts';
import { commands } from './assemble.ts';
import { reasonOf, slackIsAway } from './checks.ts';

export interface SetupOptions {
  settings: Pick<Settings, 'slack' | 'operators'>;
  /** `https://…/slack/events` for HTTP mode; null for Socket Mode, or what the settings say. */
  requestUrl: string | null;
  /** Where the test message goes; none is sent without one. */
  channel: string | null;
  /** One object in the end, `{answer, takenAt, isWell, mode, steps: [{title, state, said}]}`, instead of sentences. */
  isJson: boolean;
  say: (text: string) => void;
}

/** `not checked`: Slack was not reached. `unknown`: Slack was asked, or has no call that would tell. */
type State = 'done' | 'to do' | 'wrong' | 'unknown' | 'not checked';

interface Step {
  state: State;
  title: string;
  said: string[];
}

const TEST_LINE = 'Seawall can write here; this was a test. Type `/seawall help`.';

/**
 * Connects Seawall with Slack, step by step: tries what is set, says of what is missing what to
 * do, and what could not be checked because Slack was not reached. Prints the manifest while the app is
 * missing or lacks a scope. True when everything was checked and nothing is left to do.
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
  const isWell = steps.every(({ state }) => state === 'done' || state === 'unknown');
  if (options.isJson) {
    const common = { answer: 'setup', takenAt: isoTime(Date.now()), isWell };
    say(safeJson({ ...common, mode: isHttp ? 'http' : 'socket', steps }));
    return isWell;
  }
  say(`Seawall in Slack, by ${isHttp ? 'HTTP' : 'Socket Mode'}\n\n`);
  steps.forEach(({ state, title, said }, index) => {
    say(
      `${index + 1}. ${title}: ${state === 'not checked' ? 'unknown' : state}\n${said.map((line) => `   ${visible(line)}\n`).join('')}`,
    );
  });
  if (bot.state !== 'not checked' && (bot.state !== 'done' || scopes.state !== 'done')) {
    const address = requestUrl ?? (isHttp ? 'https://seawall.example/slack/events' : null);
    say(`\nThe manifest, to be pasted:\n\n${manifestText({ commands, requestUrl: address })}`);
  }
  say(ending(steps));
  return isWell;
}

function ending(steps: readonly Step[]): string {
  const count = (...states: State[]) => steps.filter(({ state }) => states.includes(state)).length;
  const left = count('to do', 'wrong');
  const unchecked = count('not checked');
  if (left + unchecked === 0) return '\nNothing is left to do. Start the bot: seawall serve\n';
  const said = [
    ...(left > 0 ? [`${left} of ${steps.length} steps left`] : []),
    ...(unchecked > 0 ? [`${unchecked} of ${steps.length} steps not checked`] : []),
  ];
  return `\n${said.join(', ')}. Run this again after each change.\n`;
}

const isHttpMode = ({ settings: { slack }, requestUrl }: SetupOptions): boolean =>
  requestUrl !== null || (slack.appToken === null && slack.signingSecret !== null);

type Bot =
  | { state: 'to do' }
  | { state: 'wrong' | 'not checked'; reason: string }
  | { state: 'done'; identity: SlackIdentity };

async function tryBot({ botToken, apiUrl }: Settings['slack']): Promise<Bot> {
  if (botToken === null) return { state: 'to do' };
  try {
    const identity = await checkBotToken({ token: botToken.reveal(), slackApiUrl: apiUrl });
    return { state: 'done', identity };
  } catch (error) {
    const { state, said } = failedStep('', error);
    return { state, reason: said.join() };
  }
}

/** A token that Slack refuses is wrong; what Slack could not be asked is not checked. */
function failedStep(
  title: string,
  error: unknown,
): Step & { state: 'wrong' | 'not checked'; said: string[] } {
  const away = slackIsAway(error);
  return away === null
    ? { state: 'wrong', title, said: [reasonOf(error)] }
    : { state: 'not checked', title, said: [`${away}: tokens not checked`] };
}

function appStep(bot: Bot, isHttp: boolean): Step {
  const title = 'Create the app';
  if (bot.state === 'done') return { state: 'done', title, said: [] };
  if (bot.state === 'not checked') return { state: bot.state, title, said: [] };
  const said = [
    'On api.slack.com, “Your apps”: “Create New App”, “From a manifest”, choose the workspace,',
    'paste the manifest below as JSON, and create it.',
    ...(isHttp ? ['Start Seawall first: Slack calls its address when you save the manifest.'] : []),
  ];
  // A token that Slack refuses may be of an app that is there.
  return { state: bot.state === 'wrong' ? 'unknown' : 'to do', title, said };
}

function botStep(bot: Bot): Step {
  const title = 'Install it, and set SLACK_BOT_TOKEN';
  if ('reason' in bot) return { state: bot.state, title, said: [bot.reason] };
  if (bot.state === 'done') {
    const { user, team } = bot.identity;
    return { state: 'done', title, said: [`It works, as ${user} in ${team}.`] };
  }
  const said = ['“Install App”, “Install to Workspace”; the token begins with xoxb-.'];
  return { state: 'to do', title, said };
}

function scopesStep(bot: Bot): Step {
  const title = 'Grant the scopes';
  if (bot.state === 'not checked') return { state: bot.state, title, said: [] };
  if (bot.state !== 'done')
    return { state: 'unknown', title, said: ['Slack names them once the bot token works.'] };
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
        said: ['It is set. Slack has no call to test it; the first request shows it.'],
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
    return { state: 'done', title, said: ['Slack accepts it for Socket Mode.'] };
  } catch (error) {
    return failedStep(title, error);
  }
}

async function messageStep({ settings, channel }: SetupOptions, bot: Bot): Promise<Step> {
  const title = 'Invite the bot, and send a test message';
  const { botToken, apiUrl } = settings.slack;
  if (bot.state === 'not checked') return { state: bot.state, title, said: [] };
  if (channel === null || bot.state !== 'done' || botToken === null) {
    const said = ['Type /invite @seawall in a channel, then: seawall setup --channel <its id, C…>'];
    return { state: 'to do', title, said };
  }
  try {
    await postLine({ token: botToken.reveal(), slackApiUrl: apiUrl }, channel, TEST_LINE);
    const hears =
      settings.operators === undefined
        ? 'If a channel refuses digests or alerts, who switched them on in Slack is told; operators in the settings names a channel for it.'
        : `If a channel refuses digests or alerts, ${settings.operators.channel} is told.`;
    return { state: 'done', title, said: [`It was sent to ${channel}.`, hears] };
  } catch (error) {
    return failedStep(title, error);
  }
}
