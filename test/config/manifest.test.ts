import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppsManifestValidateArguments, WebClient } from '@slack/web-api';
import { findMethod } from '../../demo/workspace/methods.ts';
import { manifestScopes, openWorkspace } from '../../demo/workspace/workspace.ts';
import { buildManifest, manifestLimits } from '../../src/config/manifest.ts';
import { botEvents, botScopes, type EventReason } from '../../src/config/slack-app.ts';
import { commands } from '../../src/programs/assemble.ts';

type Manifest = AppsManifestValidateArguments['manifest'];

/** Without what the library's lists of scopes and events lack, though its methods know of both. */
function knownTo(manifest: ReturnType<typeof buildManifest>): Manifest {
  const { bot, bot_optional: optional } = manifest.oauth_config.scopes;
  const known = (of: typeof bot) => of.filter((scope) => scope !== 'assistant:write');
  const { event_subscriptions: subscriptions, ...settings } = manifest.settings;
  const events = subscriptions.bot_events.filter((event) => event !== 'function_executed');
  // Slack's guide to steps of Bolt apps has the parameters by name; the library's type is that of another framework.
  const { functions: _steps, ...others } = manifest;
  return {
    ...others,
    oauth_config: { scopes: { bot: known(bot), bot_optional: known(optional) } },
    settings: { ...settings, event_subscriptions: { ...subscriptions, bot_events: events } },
  };
}

const scopes: readonly string[] = botScopes.map(({ scope }) => scope);
const requestUrl = 'https://seawall.example/slack/events';
const variants = [
  { name: 'Socket Mode', manifest: buildManifest({ commands, requestUrl: null }) },
  { name: 'HTTP mode', manifest: buildManifest({ commands, requestUrl }) },
  { name: 'workflows', manifest: buildManifest({ commands, requestUrl, hasSteps: true }) },
];

describe.each(variants)('the manifest for $name', ({ manifest }) => {
  test('has the types of Slack’s own library, and keeps the limits', () => {
    const typed = knownTo(manifest);
    const { name, description = '', long_description: long = '' } = typed.display_information;
    const [command] = manifest.features.slash_commands;

    expect(name.length).toBeLessThanOrEqual(manifestLimits.name);
    expect(description.length).toBeLessThanOrEqual(manifestLimits.description);
    expect(long.length).toBeLessThanOrEqual(manifestLimits.longDescription);
    expect(command?.description.length).toBeLessThanOrEqual(manifestLimits.commandDescription);
    expect(command?.usage_hint.length).toBeLessThanOrEqual(manifestLimits.usageHint);
    expect(command?.usage_hint.split(' | ')).toEqual(commands.map(({ name: verb }) => verb));
  });

  test('is accepted by the emulated workspace', async () => {
    const workspace = await openWorkspace({ delivery: { mode: 'socket' } });
    const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });

    const answer = await client.apiCall('apps.manifest.validate', {
      ...{ manifest: JSON.stringify(manifest), token: workspace.botToken },
    });
    await workspace.close();

    expect(answer.ok).toBe(true);
  });
});

test('one that Slack would refuse is refused by the emulated workspace', async () => {
  const workspace = await openWorkspace({ delivery: { mode: 'socket' } });
  const client = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
  const manifest = buildManifest({ commands, requestUrl: null });
  const { bot_optional: optional } = manifest.oauth_config.scopes;
  const oauth = { scopes: { bot: ['commands' as const], bot_optional: optional } };

  const answer = client.apiCall('apps.manifest.validate', {
    manifest: JSON.stringify({ ...manifest, oauth_config: oauth }),
    token: workspace.botToken,
  });

  await expect(answer).rejects.toThrow('invalid_manifest');
  await workspace.close();
});

test('optional scopes are among all, and each says what is lost', () => {
  const built = buildManifest({ commands, requestUrl: null });
  const { bot, bot_optional: optional } = built.oauth_config.scopes;

  expect(bot).toEqual(expect.arrayContaining(optional));
  expect(bot.filter((scope) => !optional.includes(scope))).toEqual([
    'commands',
    'chat:write',
    'app_mentions:read',
  ]);
});

test('the emulated workspace grants the same scopes, by its own list', () => {
  expect([...manifestScopes].sort()).toEqual([...scopes].sort());
});

test.each<EventReason>(botEvents)('$event can be sent with the scopes', ({ scopes: needed }) => {
  expect(scopes).toEqual(expect.arrayContaining([...needed]));
});

describe('what the chat calls', () => {
  const folder = join(import.meta.dirname, '../../src/chat');
  const source = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const called = [...source.matchAll(/client\s*\.((?:[a-z]+\.)+[a-zA-Z0-9]+)\(/g)].map(
    ([, method = '']) => method,
  );
  /** The helper of the library makes these two calls. */
  const methods = [...new Set(called)].flatMap((method) =>
    method === 'files.uploadV2'
      ? ['files.getUploadURLExternal', 'files.completeUploadExternal']
      : [method],
  );

  test('is found in the source', () => {
    expect(methods).toEqual(
      expect.arrayContaining(['auth.test', 'chat.postMessage', 'usergroups.users.list']),
    );
  });

  test.each(methods)('%s is documented, and its scopes are in the manifest', (method) => {
    const reference = findMethod(method);
    const needed = reference?.botScopes ?? [];
    // Of conversations.* one is needed for each kind of channel; direct and group ones are not read.
    const ofChannels = needed.filter((scope) => /^(channels|groups):/.test(scope));

    expect(reference).toBeDefined();
    expect(scopes).toEqual(
      expect.arrayContaining(method.startsWith('conversations.') ? ofChannels : [...needed]),
    );
  });
});
