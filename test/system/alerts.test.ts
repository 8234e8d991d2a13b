import { readable } from '../support/chat-app.ts';
import { untilTrue } from '../support/engine-door.ts';
import { press } from '../support/pressing.ts';
import { baseImage, type RealEngine } from '../support/real-engine.ts';
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
    access: { view: ['everyone'], operate: ['everyone'] },
    channels: [{ id: channel, alerts: { severity: 'critical' } }],
  });
  await scan();
}, 60_000);
afterAll(async () => {
  await bot?.close();
  await engine?.close();
}, 60_000);

async function scan(): Promise<void> {
  const count = bot.answers.length;
  await bot.workspace.sendCommand({ text: 'scan' });
  await untilTrue(() => bot.answers.length > count);
}

const alerts = () =>
  bot.workspace.messages(channel).filter(({ text }) => /^(critical|high|resolved):/.test(text));
const shown = () => alerts().map(readable).join('\n');

test('a container that starts privileged is told, snoozed, told again, and resolved', async () => {
  expect(alerts()).toEqual([]);

  engine.docker('run', '--detach', '--privileged', '--name', 'debug', baseImage, 'sleep', '3600');
  await scan();
  await untilTrue(() => shown().includes('debug on prod runs privileged'));
  const told = alerts().filter(({ text }) => text.includes('debug on prod runs privileged'));
  expect(told).toHaveLength(1);
  const message = () => alerts().find(({ ts }) => ts === told[0]?.ts);

  await press(bot, message(), 'Snooze 1 h');
  await untilTrue(() => shown().includes('Snoozed until'));
  await press(bot, message(), 'End snooze');
  await untilTrue(() => !shown().includes('Snoozed until'));

  engine.docker('rm', '--force', 'debug');
  await scan();
  await untilTrue(() => shown().includes('Resolved: debug on prod runs privileged'));
  expect(alerts().map(({ ts }) => ts)).toContain(told[0]?.ts);
  expect(bot.workspace.violations).toEqual([]);
}, 60_000);
