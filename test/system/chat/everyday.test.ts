import type { Message } from '../../../demo/workspace/message.ts';
import { shortFingerprint } from '../../../src/inspections/find-finding.ts';
import type { Answer, AnswerKind, AnswerOf } from '../../../src/views/answer.ts';
import { readable } from '../../support/chat-app.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { press } from '../../support/pressing.ts';
import { openSeawall, type RunningSeawall } from '../../support/seawall.ts';
import { until } from '../../support/until.ts';

// What a team does with the whole bot every day, each through Slack and the database and back.

const channel = 'C0SECURIT';
let engine: EventEngine;
let api: string;
let bot: RunningSeawall;

beforeAll(async () => {
  engine = await openEventEngine();
  api = engine.create('api');
  engine.start(api);
  const debug = engine.create('debug');
  engine.change(debug, { host: { Privileged: true } });
  engine.start(debug);
  bot = await openSeawall({
    hosts: [{ name: 'web-1', url: engine.url }],
    mode: 'http',
    access: { view: ['everyone'], operate: ['everyone'], approve: ['U0BOB0000'] },
    channels: [{ id: channel, alerts: { severity: 'high', perHour: 20 } }],
    workspaceOptions: { rateLimits: false },
  });
});
afterAll(async () => {
  await bot.close();
  await engine.close();
  expect(bot.workspace.violations).toEqual([]);
});

const posts = () => bot.workspace.messages(channel).filter(({ isFromApp }) => isFromApp);
const shown = () => posts().map(readable).join('\n');
async function ask<K extends AnswerKind>(
  kind: K,
  text: string,
  user = 'alice',
): Promise<AnswerOf<K>> {
  const before = bot.answers.length;
  await bot.workspace.sendCommand({ text, user });
  await until(() => bot.answers.length > before);
  const answer = bot.answers[before] as Answer;
  if (answer.kind !== kind) throw new Error(`${text}: ${JSON.stringify(answer)}`);
  return answer as AnswerOf<K>;
}

test('a question is answered, by the newest scan', async () => {
  const { scans } = await ask('scan', 'scan');
  const { findings } = await ask('findings', 'findings');

  expect(scans).toMatchObject([{ host: 'web-1', storeProblem: null }]);
  expect(findings.map(({ rule }) => rule)).toContain('no-privileged-container');
});

test('a decision is kept with who took it, and taken back by a button', async () => {
  await ask('scan', 'scan');
  const { findings } = await ask('findings', 'findings');
  const worst = findings.find(({ rule }) => rule === 'no-privileged-container');
  const code = shortFingerprint(worst?.fingerprint ?? '');
  await ask('accepted', `accept ${code} --reason needed --until 30d`, 'bob');
  const accepted = posts().at(-1);
  const hidden = await ask('findings', 'findings');
  const before = bot.answers.length;
  await press(bot, accepted, 'unaccept', 'bob');
  await until(() => bot.answers.length > before);
  const open = await ask('findings', 'findings');

  expect(readable(accepted ?? { text: '', blocks: [] })).toContain('needed');
  expect(hidden.acceptedCount).toBe(1);
  expect(open.acceptedCount).toBe(0);
});

test('an alert is told, and that it is over', async () => {
  const title = 'a command in api on web-1 has more power than the container';
  await until(() => engine.streams() > 0);
  const command = engine.exec(api, { isPrivileged: true });
  await until(() => shown().includes(`Alert: ${title}`));
  engine.endExec(api, command);

  await until(() => shown().includes(`Resolved: ${title}`));
});

test('a digest is posted with its thread, once', async () => {
  await ask('digest-now', 'digest now');
  await ask('digest-now', 'digest now');
  const keys = () => posts().flatMap(({ metadata }) => keyOf(metadata) ?? []);
  await until(() => keys().some((key) => key.endsWith(':reply:1')));

  expect(keys().filter((key) => key.endsWith(':parent'))).toHaveLength(1);
  expect(shown()).toContain('first digest');
});

const keyOf = (metadata: Message['metadata']): string | undefined => {
  const { key } = (metadata?.event_payload ?? {}) as { key?: string };
  return key?.startsWith('digest:') ? key : undefined;
};
