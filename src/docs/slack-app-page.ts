import { botEvents, botScopes, type EventReason, type ScopeReason } from '../config/slack-app.ts';
import { type StepParameter, type WorkflowStep, workflowSteps } from '../ports/workflow-steps.ts';
import { page } from './page.ts';

/** The page about the Slack app: how to make it, and the reason of each scope and event. */
export function renderSlackAppPage(): string {
  return page(
    'The Slack app',
    INSTALL,
    '## Scopes',
    'Optional scopes may be refused when the app is installed, and given later by installing it again.',
    table(
      ['Scope', 'Needed for', 'Without it'],
      botScopes.map(({ scope, neededFor, without }: ScopeReason) => [
        `\`${scope}\``,
        neededFor,
        without ?? 'required',
      ]),
    ),
    'The app-level token of Socket Mode has one scope of its own, `connections:write`.',
    '## Events',
    table(
      ['Event', 'Needed for', 'Slack sends it with'],
      botEvents.map(({ event, neededFor, scopes }: EventReason) => [
        `\`${event}\``,
        neededFor,
        scopes.length > 0 ? scopes.map((scope) => `\`${scope}\``).join(' or ') : 'no scope',
      ]),
    ),
    STEPS,
    ...Object.values(workflowSteps).map(stepPart),
    LOST,
  );
}

const INSTALL = [
  '`seawall setup` goes through these steps with you: it prints the manifest, tries the tokens and scopes that are set,',
  'sends a test message with `--channel C…`, and says what is missing. Run it again after each step.',
  '',
  '[manifest.json](../manifest.json) holds all that Slack must know of the app. `seawall manifest` prints it.',
  '',
  '1. On <https://api.slack.com/apps> choose “Create New App”, “From a manifest”, your workspace, and paste it.',
  '2. For Socket Mode make an app-level token with the scope `connections:write`: `SLACK_APP_TOKEN`.',
  '3. Install the app; the bot token is `SLACK_BOT_TOKEN`.',
  '4. Invite the bot to the channels where it should answer: `/invite @seawall`.',
  '',
  'For HTTP mode paste what `seawall manifest --url https://<your address>/slack/events` prints instead, and set',
  '`SLACK_SIGNING_SECRET`. Seawall must run when you save it: Slack asks that address at once.',
].join('\n');

const STEPS = [
  '## Steps of workflows',
  '',
  'Who builds a workflow in Slack can put a question to Seawall into it. Slack gives steps to paid plans alone, so the',
  'manifest has them only when `seawall manifest --workflow-steps` prints it. Slack does not say for whom a step runs:',
  'it may do what `access` grants to `everyone`, and sees every host. A step that may not, or cannot, ends with a sentence.',
].join('\n');

const stepPart = ({ title, description, inputs, outputs }: WorkflowStep): string =>
  [
    `### ${title}`,
    '',
    description,
    '',
    table(
      ['', 'Name', 'Type', 'What it is'],
      [
        ...inputs.map((one) => parameterRow('in', one)),
        ...outputs.map((one) => parameterRow('out', one)),
      ],
    ),
  ].join('\n');

const parameterRow = (way: string, { name, type, description, isRequired }: StepParameter) => [
  way,
  `\`${name}\``,
  isRequired ? type : `${type}, may be left out`,
  description,
];

const LOST = [
  '## When the app is removed',
  '',
  'After `app_uninstalled`, or `tokens_revoked` for the bot, Seawall posts nothing and answers nobody any more,',
  'says so in its log, and `status` in the terminal says since when. Scans and findings stay; what only made sense in',
  'that workspace is deleted. To come back, install the app again and start Seawall with the new token.',
].join('\n');

function table(columns: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), `|${'---|'.repeat(columns.length)}`, ...rows.map(line)].join('\n');
}
