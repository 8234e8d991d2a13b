import type { Answer } from '../../src/views/answer.ts';
import { readable } from '../support/chat-app.ts';
import { untilTrue } from '../support/engine-door.ts';
import { press } from '../support/pressing.ts';
import type { RealEngine } from '../support/real-engine.ts';
import { startSleeper } from '../support/run-options.ts';
import { openSeawall, type RunningSeawall } from '../support/seawall.ts';
import { workerEngine } from '../support/worker-engine.ts';

const channel = 'C0SECURIT';
let engine: RealEngine;
let bot: RunningSeawall;
beforeAll(async () => {
  engine = await workerEngine();
  engine.importBaseImage();
  bot = await openSeawall({
    hosts: [{ name: 'prod', url: engine.url }],
    mode: 'http',
    access: { view: ['everyone'], operate: ['everyone'], approve: ['U0BOB0000'] },
  });
  await scan();
});
afterAll(async () => {
  await bot?.close();
  await engine?.close();
});

const scan = () => type('scan', 'scan');

/** What a button or a form began may be answered after this: only an answer of this kind counts. */
async function type<K extends Answer['kind']>(text: string, kind: K, user = 'alice') {
  const count = bot.answers.length;
  const found = () => bot.answers.slice(count).find((answer) => answer.kind === kind);
  await bot.workspace.sendCommand({ text, user });
  await untilTrue(() => found() !== undefined);
  return found();
}

const alerts = () =>
  bot.workspace
    .messages(channel)
    .filter(({ text }) => /^(critical|high|resolved|accepted):/.test(text));
const shown = () => alerts().map(readable).join('\n');

test('a container that starts privileged is told where a channel wants it, and its message stays true', async () => {
  expect(await type('alerts on critical', 'problem')).toMatchObject({ cause: 'refused' });
  expect(await type('alerts on critical', 'alert-setting', 'bob')).toMatchObject({
    undo: 'alerts off',
  });
  expect(alerts()).toEqual([]);

  await startSleeper(engine, 'debug', '--privileged');
  await scan();
  await untilTrue(() => shown().includes('Alert: debug on prod: runs privileged'));
  const told = alerts().filter(({ text }) => text.includes('debug on prod'));
  expect(told).toHaveLength(1);
  const message = () => alerts().find(({ ts }) => ts === told[0]?.ts);
  expect(shown()).toContain('Fix: Run debug without --privileged');

  for (const [label, words, undo] of [
    ['Snooze 1 h', 'Snoozed until', 'End snooze'],
    ['Acknowledge', 'Acknowledged by', 'Take acknowledgement back'],
    ['Assign to me', 'Assigned to', 'Unassign'],
  ] as const) {
    await press(bot, message(), label);
    await untilTrue(() => shown().includes(words));
    await press(bot, message(), undo);
    await untilTrue(() => !shown().includes(words));
  }

  // To somebody else, by the form: that is said to them in the thread.
  await press(bot, message(), 'Assign …');
  await untilTrue(() => bot.workspace.modals('alice').length > 0);
  const values = { assignee: { assignee: { selected_user: 'U0BOB0000' } } };
  await bot.workspace.submitView({ user: 'alice', values });
  await untilTrue(() => JSON.stringify(inThread(told[0]?.ts)).includes('"user_id":"U0BOB0000"'));

  const hand = { who: 'U0BOB0000', how: 'assigned' };
  expect(await type('findings critical', 'findings')).toMatchObject({ hands: [hand, hand] });
  expect(JSON.stringify(bot.workspace.ephemerals('security', 'alice').at(-1))).toContain(
    'has it since',
  );

  await press(bot, message(), 'Accept …', 'bob');
  await untilTrue(() => bot.workspace.modals('bob').length > 0);
  const reason = { reason: { reason: { value: 'for an hour' } } };
  await bot.workspace.submitView({ user: 'bob', values: reason });
  await untilTrue(() => shown().includes('Accepted by '));

  engine.docker('rm', '--force', 'debug');
  await scan();
  await untilTrue(() => shown().includes('Resolved: debug on prod: runs privileged'));
  expect(alerts().map(({ ts }) => ts)).toContain(told[0]?.ts);

  expect(await type('alerts off', 'alert-setting', 'bob')).toMatchObject({
    undo: 'alerts on critical',
    inForce: { isOff: true },
  });
  expect(bot.workspace.violations).toEqual([]);
});

const inThread = (ts: string | undefined) =>
  bot.workspace.messages(channel).filter((one) => one.thread_ts === ts && one.ts !== ts);
