import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { readable } from '../../support/chat-app.ts';
import type { Places } from '../../support/chat-process.ts';
import { joinedProgram } from '../../support/joined-programs.ts';
import { openRecordedEngine, type RecordedEngine } from '../../support/recorded-engine.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';
import { until } from '../../support/until.ts';

const program = joinedProgram('chat');
const WAIT_MS = 240_000;
let place: TemporaryDatabase;
let workspace: Workspace;
let engine: RecordedEngine;
let gate: Gate;
const running = new Set<ChildProcess>();
/** What was there before this test. */
let before = { calls: 0, messages: 0, ephemerals: 0 };

beforeAll(async () => {
  place = temporaryDatabase();
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
  engine = await openRecordedEngine({ containers: 3 });
  gate = await openGate(engine.url);
});
afterAll(async () => {
  await Promise.all([...running].map(kill));
  await gate.close();
  await engine.close();
  await workspace.close();
  place.remove();
});
beforeEach(() => {
  workspace.faults.clear();
  place.run('delete from delivery');
  before = {
    calls: workspace.calls.length,
    messages: workspace.messages('security').length,
    ephemerals: workspace.ephemerals('security', 'alice').length,
  };
});

interface Gate {
  url: string;
  /** Calls of the engine that were held up. */
  held(): number;
  open(): void;
  close(): Promise<void>;
}

/** The engine behind a door that is shut at first: who calls waits. */
async function openGate(target: string): Promise<Gate> {
  let isOpen = false;
  let held = 0;
  const server: Server = createServer((asked, answer) => {
    if (!isOpen && asked.url?.includes('/containers')) {
      held += 1;
      return;
    }
    const { hostname, port } = new URL(target.replace('tcp:', 'http:'));
    const { method, url: path, headers } = asked;
    asked.pipe(
      request({ hostname, port, method, path, headers }, (said) => {
        answer.writeHead(said.statusCode ?? 500, said.headers);
        said.pipe(answer);
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: () => held,
    open() {
      isOpen = true;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function start(): Promise<ChildProcess> {
  const { apiUrl, botToken, appToken } = workspace;
  const places: Places = { url: place.url, engineUrl: gate.url, apiUrl, botToken, appToken };
  const words = [program, JSON.stringify(places)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  await once(child.stdout ?? child, 'data');
  return child;
}

/** To start one takes most of what a test does: that which is left of the test before will do. */
async function oneThatRuns(): Promise<ChildProcess> {
  const [left] = running;
  return left ?? start();
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  running.delete(child);
  child.kill('SIGKILL');
  await ended;
  endLeases();
}

/** Whoever has any has stopped for good, or for now: no other has to be waited for until it is taken for dead. */
function endLeases(): void {
  for (const table of ['delivery', 'outbox_channel']) {
    place.run(`update ${table} set lease_until = 0 where lease_owner is not null`);
  }
}

const asked = (method: string) =>
  workspace.calls.slice(before.calls).filter((call) => call.method === method).length;
const posts = () =>
  workspace
    .messages('security')
    .slice(before.messages)
    .filter(({ isFromApp }) => isFromApp);
const topLevel = () => posts().filter(({ thread_ts }) => thread_ts === undefined);
const privately = () =>
  workspace
    .ephemerals('security', 'alice')
    .slice(before.ephemerals)
    .filter(({ isFromApp }) => isFromApp);
const left = () =>
  place.rows<{ tries: number; body_json: string | null; lease_owner: string | null }>(
    'select tries, body_json, lease_owner from delivery order by seen_at',
  );
const allFinished = async () => left().every(({ lease_owner }) => lease_owner === null);

const progressIsNoted = () =>
  place.values<string | null>('select progress_ts from delivery').every((ts) => ts !== null);

test('a scan whose process is killed is answered by another, in the same message', async () => {
  const first = await oneThatRuns();
  await workspace.sendCommand({ text: 'scan' });
  await workspace.waitUntil(() => topLevel().length === 1, WAIT_MS);
  await until(async () => gate.held() > 0 && progressIsNoted());
  const [progress] = topLevel();
  await kill(first);
  gate.open();
  await start();

  await workspace.waitUntil(() => topLevel().some(({ text }) => /grade/i.test(text)), WAIT_MS);
  await until(allFinished);
  expect(topLevel().map(({ ts }) => ts)).toEqual([progress?.ts]);
  expect(left()).toEqual([{ tries: 2, body_json: null, lease_owner: null }]);
});

test('the same process answers after it was started again', async () => {
  await kill(await interrupted('help'));
  workspace.faults.clear();
  await start();

  await workspace.waitUntil(() => privately().length === 1, WAIT_MS);
  await until(allFinished);
  expect(privately()).toHaveLength(1);
  expect(readable(privately()[0] ?? { text: '', blocks: [] })).toContain('you may see it twice');
});

test('a private answer that Slack took before its process died is given again and says so', async () => {
  workspace.faults.add({ kind: 'hang', isApplied: true, method: 'response_url' });
  const first = await oneThatRuns();
  await workspace.sendCommand({ text: 'help' });
  await workspace.waitUntil(() => privately().length === 1, WAIT_MS);
  await kill(first);
  await start();

  await workspace.waitUntil(() => privately().length === 2, WAIT_MS);
  await until(allFinished);
  const [once, again] = privately().map(readable);
  expect(once).not.toContain('you may see it twice');
  expect(again).toContain('you may see it twice');
});

test.each([false, true])(
  'a public answer is there once (Slack took it before its process died: %s)',
  async (isApplied) => {
    workspace.faults.add({ kind: 'hang', isApplied, method: 'chat.postMessage' });
    const first = await oneThatRuns();
    await workspace.sendMention({ text: 'help' });
    await workspace.waitUntil(() => asked('chat.postMessage') === 1, WAIT_MS);
    await kill(first);
    await start();

    await until(allFinished);
    await workspace.waitUntil(() => posts().length === 1, WAIT_MS);
    expect(posts()).toHaveLength(1);
  },
);

test('what ended three processes is not tried by a fourth, which says so', async () => {
  await kill(await interrupted('help'));
  workspace.faults.clear();
  place.run('update delivery set tries = 3');
  await start();

  await workspace.waitUntil(() => privately().length > 0, WAIT_MS);
  await until(allFinished);
  const [said] = privately().map(readable);
  expect(said).toContain('Something went wrong in Seawall itself');
});

test('a process that stands still is taken over from, and does not answer when it goes on', async () => {
  const first = await interrupted('help');
  first.kill('SIGSTOP');
  endLeases();
  workspace.faults.clear();
  await start();
  await workspace.waitUntil(() => privately().length === 1, WAIT_MS);
  await until(allFinished);
  const [taken] = left();
  expect(taken?.tries).toBeGreaterThan(1);
  first.kill('SIGCONT');

  // Each of both processes gets one; whatever it still sends of an earlier one comes first.
  for (const _process of running) await workspace.sendCommand({ text: 'help' });
  await workspace.waitUntil(() => privately().length > running.size, WAIT_MS);
  await until(allFinished);
  expect(privately()).toHaveLength(1 + running.size);
});

test('every process ends its connections when one is told that the app was removed', async () => {
  while (running.size < 2) await start();
  await workspace.waitUntil(() => workspace.sockets.count() === 4, WAIT_MS);

  await workspace.uninstallApp();

  await workspace.waitUntil(() => workspace.sockets.count() === 0, WAIT_MS);
});

/** A process that was asked and whose answer Slack does not take: it hangs. */
async function interrupted(text: string): Promise<ChildProcess> {
  workspace.faults.add({ kind: 'hang', isApplied: false, method: 'response_url', count: 9 });
  const child = await oneThatRuns();
  await workspace.sendCommand({ text });
  await workspace.waitUntil(() => asked('response_url') > 0, WAIT_MS);
  return child;
}
