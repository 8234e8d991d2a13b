import { unread } from '../../../src/shared/reading.ts';
import type { Snapshot } from '../../../src/snapshot/snapshot.ts';
import type { AnswerKind } from '../../../src/views/answer.ts';
import { askFor, typeLine } from '../../support/asking.ts';
import { type ChatApp, openChatApp, readable } from '../../support/chat-app.ts';

const approver = 'bob';
const HOUR_MS = 3_600_000;
let app: ChatApp;
/** How far the app's clock is ahead of the real one. */
let aheadMs: number;
/** What the engine says differently from the recording. */
let alter: (snapshot: Snapshot) => Snapshot;

beforeEach(async () => {
  alter = (snapshot) => snapshot;
  aheadMs = 0;
  app = await openChatApp({
    access: { view: ['everyone'], operate: ['everyone'], approve: ['U0BOB0000'] },
    clock: () => Date.now() + aheadMs,
    change: ({ snapshots }) => ({
      snapshots: {
        takeSnapshot: async (host, onProgress) =>
          alter(await snapshots.takeSnapshot(host, onProgress)),
      },
    }),
  });
});
afterEach(() => app.close());

const type = (text: string, user?: string) => typeLine(app, text, user);
const ask = <K extends AnswerKind>(kind: K, text: string, user?: string) =>
  askFor(app, kind, text, user);
const privately = (user: string) =>
  app.workspace.ephemerals('security', user).map(readable).join('\n');

const changed =
  (change: (read: { name: string }[]) => unknown[]) =>
  (snapshot: Snapshot): Snapshot => {
    if (snapshot.containers.state !== 'read') throw new Error('the recording was not read');
    const { read, unread: missing } = snapshot.containers.value;
    const containers = { state: 'read' as const, value: { read: change(read), unread: missing } };
    return { ...snapshot, containers } as Snapshot;
  };

it('answers in Slack what ran at a time, and that nobody could look meanwhile', async () => {
  await ask('scan', 'scan on web-1');
  const [gone] = (await ask('containers', 'containers privileged on web-1')).containers;
  if (gone === undefined) throw new Error('the recording has no privileged container');
  aheadMs += 2 * HOUR_MS;
  alter = (snapshot) => ({
    ...snapshot,
    engine: unread('connection refused'),
    containers: unread('connection refused'),
  });
  await ask('scan', 'scan on web-1');
  aheadMs += HOUR_MS;
  alter = changed((read) => read.filter(({ name }) => name !== gone.facts.name));
  await ask('scan', 'scan on web-1');
  aheadMs += HOUR_MS;

  const then = await ask('containers', 'containers privileged at 90m on web-1');
  expect(then.containers.map(({ facts }) => facts.name)).toContain(gone.facts.name);
  expect(then.blind).toMatchObject([{ host: 'web-1', cause: 'connection refused' }]);
  expect((await ask('containers', 'containers gone since 2h on web-1')).containers).toHaveLength(1);
  await ask('inspect', `inspect ${gone.facts.name} on web-1`);

  const shown = privately('alice');
  expect(shown).toMatch(
    /could not be read from [\d: -]{16} UTC to [\d: -]{16} UTC: connection refused/,
  );
  expect(shown).toContain('When it was last seen:');
  expect(app.workspace.violations).toEqual([]);
});

it('lets those who may approve a baseline, and shows what drifted from it', async () => {
  await ask('scan', 'scan on web-1');
  const [container] = (await ask('containers', 'containers on web-1')).containers;
  const name = container?.facts.name ?? '';
  expect(await type(`baseline approve ${name} on web-1`)).toMatchObject({ cause: 'refused' });
  await ask('baseline', `baseline approve ${name} on web-1 —reason “as reviewed”`, approver);
  aheadMs += HOUR_MS;
  alter = changed((read) =>
    read.map((one) => (one.name === name ? { ...one, isPrivileged: true, pidsLimit: 7 } : one)),
  );
  await ask('scan', 'scan on web-1');

  await ask('inspect', `inspect ${name} on web-1`);

  expect(privately('alice')).toContain('Drift from its baseline, ');
  expect(privately('alice')).toMatch(/process limit\s*: \+ 7; − /);
  const { drifted } = await ask('status', 'status');
  expect(drifted.map((one) => one.name)).toEqual([name]);
  await ask('baseline', `baseline withdraw ${name} on web-1`, approver);
  expect((await ask('status', 'status')).drifted).toEqual([]);
  expect(app.workspace.violations).toEqual([]);
});
