import { readable } from '../../support/chat-app.ts';
import { untilTrue } from '../../support/engine-door.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { openSeawall, type RunningSeawall } from '../../support/seawall.ts';

const channel = 'C0SECURIT';
const title = 'a command in api on web-1 has more power than the container';
let engine: EventEngine;
let bot: RunningSeawall;
let id: string;

beforeEach(async () => {
  engine = await openEventEngine();
  id = engine.create('api');
  engine.start(id);
  bot = await openSeawall({
    hosts: [{ name: 'web-1', url: engine.url }],
    mode: 'http',
    channels: [{ id: channel, alerts: { severity: 'high', perHour: 20 } }],
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

const shown = () => bot.workspace.messages(channel).map(readable).join('\n');

test('a command with more power is told, and that it ended', async () => {
  const strong = engine.exec(id, { isPrivileged: true });
  await untilTrue(() => shown().includes(`Alert: ${title}`));
  const weak = engine.exec(id);
  engine.endExec(id, weak);
  engine.endExec(id, strong);
  await untilTrue(() => shown().includes(`Resolved: ${title}`));

  expect(shown()).toContain('the command ended');
  expect(shown()).not.toContain(`Alert: ${title}`);
  expect(bot.workspace.violations).toEqual([]);
});

test('one that ends at once is told and resolved', async () => {
  engine.endExec(id, engine.exec(id, { isPrivileged: true }));
  // The engine forgot it before it could be asked for its power.
  const strong = engine.exec(id, { isPrivileged: true });
  await untilTrue(() => shown().includes(title));
  engine.die(id, 137);
  engine.endExec(id, strong);
  await untilTrue(() => shown().includes(`Resolved: ${title}`));

  expect(bot.workspace.violations).toEqual([]);
});
