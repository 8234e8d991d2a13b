import { setTimeout as sleep } from 'node:timers/promises';
import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { readable } from '../../support/chat-app.ts';
import { type EventEngine, openEventEngine } from '../../support/event-engine.ts';
import { type SharedProcess, startShared, writeSettings } from '../../support/shared-processes.ts';
import { temporaryPostgres } from '../../support/temporary-database.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

// Two bots, each a process of its own, on one database and in one workspace: one of them looks after alerts.

const channel = 'C0SECURIT';
const folder = makeTemporaryFolder();
const database = temporaryPostgres();
let workspace: Workspace;
let engine: EventEngine;
let bots: SharedProcess[];

beforeAll(async () => {
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
  engine = await openEventEngine();
  const hosts = [{ name: 'web-1', url: engine.url }];
  const more = { channels: [{ id: channel, alerts: { severity: 'high' } }] };
  const place = { folder, databaseUrl: database.url, workspace, hosts, more };
  writeSettings(place);
  bots = [await startShared('serve', place), await startShared('serve', place)];
});
afterAll(async () => {
  await Promise.all(bots.map((bot) => bot.end('SIGKILL')));
  await engine.close();
  await workspace.close();
  database.remove();
});

const told = (title: string) =>
  workspace.messages(channel).filter((one) => readable(one).includes(title)).length;
const titleOf = (name: string) => `a command in ${name} on web-1 has more power than the container`;

/** Starts a container and, once somebody looked at it, a command in it that has more power. */
async function startStrong(name: string): Promise<void> {
  const id = engine.create(name);
  engine.start(id);
  await until(() => engine.requests.some(({ path }) => path.includes(id)));
  engine.exec(id, { isPrivileged: true });
}

test('what happens is told once, also after the bot that looks after alerts was killed', async () => {
  await workspace.sendCommand({ text: 'scan' });
  await until(() => engine.streams() > 0);
  // What is before the first look is not told.
  await until(async () => {
    await sleep(500);
    return database.values('select 1 from alert_cursor').length > 0;
  });
  await startStrong('api');
  await until(() => told(titleOf('api')) === 1);

  // The one that started first looks; it may be the one that watches the host as well.
  await bots[0]?.end('SIGKILL');
  await startStrong('web');
  await until(() => told(titleOf('web')) === 1);

  expect(told(titleOf('api'))).toBe(1);
  expect(database.values('select count(*) from alert')).toEqual([2]);
  expect(workspace.violations).toEqual([]);
});
