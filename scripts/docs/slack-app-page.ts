import {
  botEvents,
  botScopes,
  type EventReason,
  type ScopeReason,
} from '../../src/config/slack-app.ts';
import {
  type StepParameter,
  type WorkflowStep,
  workflowSteps,
} from '../../src/ports/workflow-steps.ts';
import { filled, table } from './page.ts';

/** The page about the Slack app: how to make it, and the reason of each scope and event. */
export const renderSlackAppPage = (): string =>
  filled('docs/slack-app.md', {
    scopes: table(
      ['Scope', 'Needed for', 'Without it'],
      botScopes.map(({ scope, neededFor, without }: ScopeReason) => [
        `\`${scope}\``,
        neededFor,
        without ?? 'required',
      ]),
    ),
    events: table(
      ['Event', 'Needed for', 'Slack sends it with'],
      botEvents.map(({ event, neededFor, scopes }: EventReason) => [
        `\`${event}\``,
        neededFor,
        scopes.length > 0 ? scopes.map((scope) => `\`${scope}\``).join(' or ') : 'no scope',
      ]),
    ),
    steps: Object.values(workflowSteps).map(stepPart).join('\n\n'),
  });

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
