import { readable } from '../../support/chat-app.ts';
import { untilTrue } from '../../support/engine-door.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { runs } from '../../support/long-run.ts';
import { openSeawall, type RunningSeawall } from '../../support/seawall.ts';

const channel = 'C0SECURIT';
const PER_HOUR = 5;
/** Two events of each: more than are remembered to have been heard. */
const MANY = runs(300, 1_000);
let engine: EventEngine;
let bot: RunningSeawall;

beforeEach(async () => {
  engine = await openEventEngine();
  bot = await openSeawall({
    hosts: [{ name: 'web-1', url: engine.url }],
    mode: 'http',
    channels: [{ id: channel, alerts: { severity: 'critical', perHour: PER_HOUR } }],
    workspaceOptions: { rateLimits: false },
  });
  await bot.workspace.sendCommand({ text: 'scan' });
  await untilTrue(() => bot.answers.length > 0);
  await untilTrue(() => engine.streams() > 0);
});
afterEach(async () => {
  await bot.close();
  await engine.close();
});

/** As `docker run --privileged`: the engine knows the configuration when it tells of the creation. */
function runPrivileged(name: string): string {
  const id = engine.create(name);
  engine.change(id, { host: { Privileged: true } });
  engine.start(id);
  return id;
}

const alerts = () =>
  bot.workspace
    .messages(channel)
    .filter(({ text }) => /^(critical|high|resolved): |^Again at/.test(text));
const shown = () => alerts().map(readable).join('\n');

test('a container that comes and goes between two scans is told, and that it is gone', async () => {
  const id = runPrivileged('debug');
  await untilTrue(() => shown().includes('debug on web-1 was started privileged'));
  engine.die(id, 0);
  engine.destroy(id);
  await untilTrue(() => shown().includes('Resolved: debug on web-1 was started privileged'));

  expect(alerts()).toHaveLength(1);
  expect(bot.workspace.violations).toEqual([]);
});

test('hundreds of them are as many messages as the setting says, and none is uncounted', async () => {
  for (let index = 0; index < MANY; index += 1) {
    runPrivileged(`debug-${index}`);
    if (index % 50 === 49) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await untilTrue(() => shown().includes(`${MANY - (PER_HOUR - 1)} critical`));

  expect(alerts()).toHaveLength(PER_HOUR);
  expect(bot.workspace.violations).toEqual([]);
}, 900_000);
