import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { createLook } from '../../../src/alerts/open-alerts.ts';
import type { Chat } from '../../../src/chat/open-chat.ts';
import type { Core } from '../../../src/programs/assemble.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import type { Answer } from '../../../src/views/answer.ts';
import { createWorld, scanOf, type WorldFinding } from '../../support/alert-world.ts';
import { press, pressable } from '../../support/pressing.ts';
import { openRecordedEngine, type RecordedEngine } from '../../support/recorded-engine.ts';
import { startChat } from '../../support/start-chat.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

const DAY_MS = 86_400_000;
const channel = 'C0SECURIT';
let now: number;
let place: TemporaryDatabase;
let engine: RecordedEngine;
let workspace: Workspace;
let chat: Chat;
let core: Core;
let answers: Answer[];
let look: () => Promise<void>;
let world: WorldFinding[];

beforeEach(async () => {
  now = Date.parse('2026-03-02T06:00:00.000Z');
  place = temporaryDatabase();
  engine = await openRecordedEngine();
  workspace = await openWorkspace({
    delivery: { mode: 'socket' },
    rateLimits: false,
    now: () => now,
  });
  answers = [];
  ({ chat, core } = await startChat({
    ...{ kind: 'socket', workspace, database: place, engineUrl: engine.url, port: 0 },
    ...{ log: silentLogger, snapshots: [], answers, clock: () => now },
    access: { view: ['everyone'], operate: ['everyone'], approve: ['everyone'] },
  }));
  await workspace.waitUntil(() => workspace.sockets.count() === 2, 60_000);
  const { outbox, render, isInGroup } = chat;
  const context = { ...core.context, owners: null };
  look = createLook({
    ...{ context, alerts: core.store.alerts, outbox, render, isInGroup, log: silentLogger },
  });
  world = createWorld();
  await scan();
  await said(() => workspace.sendCommand({ text: 'alerts on high' }));
  await look();
  if (world[0]) world[0].severity = 'critical';
  await scan();
  await told();
});
afterEach(async () => {
  await chat.close();
  await core.store.close();
  await workspace.close();
  await engine.close();
  place.remove();
  expect(workspace.violations).toEqual([]);
});

async function scan(): Promise<void> {
  now += 2_000;
  await core.store.scans.saveScan(scanOf(world, now));
}

/** Lets the job of the alerts look, and Slack take what came of it. */
async function told(): Promise<void> {
  now += 2_000;
  await look();
  await chat.outbox.put([]);
  const owed = () => place.values<number>("select count(*) from outbox where state = 'pending'")[0];
  await until(() => Number(owed()) === 0);
}

async function said(work: () => Promise<unknown>): Promise<Answer | undefined> {
  const count = answers.length + 1;
  await work();
  await until(() => answers.length >= count);
  return answers.at(-1);
}

const message = () => workspace.messages(channel).findLast(({ text }) => /critical/.test(text));
const shown = () => JSON.stringify(message()?.blocks);

test.each([8, 60])(
  'after %i days a press on an open alert draws it anew, and the next one counts',
  async (days) => {
    now += days * DAY_MS;
    // A host that is looked at: a clock far beyond all that is stored tidies nothing.
    await scan();
    await core.store.tidy({ historyDays: 400, auditDays: 400, auditFile: `${place.url}.jsonl` });

    const first = await said(() => press({ workspace }, message(), 'Acknowledge'));
    expect(JSON.stringify(first)).toContain('Press it again');
    expect(shown()).not.toContain('Acknowledged by');
    await told();
    await said(() => press({ workspace }, message(), 'Acknowledge'));
    await told();

    expect(shown()).toContain('Acknowledged by');
  },
);

test('a form opens from the message that was drawn anew', async () => {
  now += 8 * DAY_MS;
  const before = pressable(message()?.blocks ?? []);
  await press({ workspace }, message(), 'Assign …');
  await until(() =>
    JSON.stringify(workspace.ephemerals(channel, 'alice')).includes('Press it again'),
  );
  await told();
  expect(pressable(message()?.blocks ?? [])).not.toEqual(before);
  await press({ workspace }, message(), 'Assign …');

  await until(() => workspace.modals('alice').at(-1)?.content.callback_id === 'assign');
});

test('what is no alert says that its button has expired', async () => {
  await said(() => workspace.sendMention({ text: 'findings' }));
  const list = workspace.messages(channel).findLast(({ blocks }) => pressable(blocks).length > 0);
  expect(list?.ts).not.toBe(message()?.ts);
  now += 8 * DAY_MS;

  const [button] = pressable(list?.blocks ?? []);
  const answer = JSON.stringify(
    await said(() => press({ workspace }, list, button?.label ?? 'none')),
  );
  expect(answer).toContain('expired');
  expect(answer).not.toContain('Press it again');
});
