import { type StepParameter, workflowSteps } from '../ports/workflow-steps.ts';
import { clamp } from '../shared/text.ts';
import { botEvents, botScopes, messageShortcut } from './slack-app.ts';

/** Slack's limits. Source: docs.slack.dev/reference/app-manifest. */
export const manifestLimits = {
  name: 35,
  description: 140,
  longDescription: 4_000,
  commandDescription: 2_000,
  usageHint: 1_000,
} as const;

export interface ManifestOptions {
  /** Names of the commands, in the order of the help. */
  commands: readonly { name: string }[];
  /** `https://…/slack/events` for HTTP mode; null for Socket Mode. */
  requestUrl: string | null;
  /** With the steps for workflows, which need a paid plan and an app that a whole organisation may install. */
  hasSteps?: boolean;
}

const DESCRIPTION = 'Says how secure the containers on your Docker hosts are, with evidence.';
const LONG_DESCRIPTION = [
  'Seawall reads Docker engines, judges what it read by the CIS Docker Benchmark and more, and shows the',
  'facts that every verdict rests on. What could not be read is “unknown”, never fine.',
  'Ask with /seawall, in a direct message, or by mentioning it in a channel that it was invited to.',
  'It only looks: it starts, stops and changes no container.',
].join(' ');

/**
 * The manifest that creates the Slack app. Optional scopes stand in both lists, as Slack demands: who
 * installs the app may refuse them.
 */
export function buildManifest({ commands, requestUrl, hasSteps = false }: ManifestOptions) {
  const url = requestUrl === null ? {} : { url: requestUrl };
  const request = requestUrl === null ? {} : { request_url: requestUrl };
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name: 'Seawall',
      description: DESCRIPTION,
      long_description: LONG_DESCRIPTION,
      background_color: '#0b3d2e',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      // Suggestions are made when the conversation is opened, by what is known then.
      agent_view: { agent_description: DESCRIPTION },
      bot_user: { display_name: 'seawall', always_online: true },
      shortcuts: [messageShortcut],
      slash_commands: [
        {
          command: '/seawall',
          description: 'Ask how secure your containers are',
          usage_hint: clamp(commands.map(({ name }) => name).join(' | '), manifestLimits.usageHint),
          should_escape: true,
          ...url,
        },
      ],
    },
    oauth_config: {
      scopes: {
        bot: botScopes.map(({ scope }) => scope),
        bot_optional: botScopes.filter(({ without }) => without !== null).map(({ scope }) => scope),
      },
    },
    settings: {
      event_subscriptions: {
        bot_events: [
          ...botEvents.map(({ event }) => event),
          ...(hasSteps ? (['function_executed'] as const) : []),
        ],
        ...request,
      },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: hasSteps,
      socket_mode_enabled: requestUrl === null,
      token_rotation_enabled: false,
    },
    ...(hasSteps && { functions: stepDefinitions() }),
  };
}

const stepDefinitions = () =>
  Object.fromEntries(
    Object.values(workflowSteps).map(({ callbackId, title, description, inputs, outputs }) => [
      callbackId,
      {
        ...{ title, description },
        input_parameters: parametersOf(inputs),
        output_parameters: parametersOf(outputs),
      },
    ]),
  );

const parametersOf = (parameters: readonly StepParameter[]) =>
  Object.fromEntries(
    parameters.map(({ name, type, title, description, isRequired }) => [
      name,
      { type, title, description, is_required: isRequired, name },
    ]),
  );

/** The manifest as text, as it is pasted into Slack. */
export const manifestText = (options: ManifestOptions): string =>
  `${JSON.stringify(buildManifest(options), null, 2)}\n`;
