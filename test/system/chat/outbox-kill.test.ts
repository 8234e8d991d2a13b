import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openWorkspace, type Workspace } from '../../../demo/workspace/workspace.ts';
import { joinedProgram } from '../../support/joined-programs.ts';
import { isLongRun } from '../../support/long-run.ts';
import { numberedChannels, numberedMessages } from '../../support/numbered-messages.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../../support/temporary-database.ts';

/** Kills at each of the steps below, once; in the long run at any moment, often. */
const ROUNDS = isLongRun ? 40 : 4;
const PER_ROUND = 3;
const program = joinedProgram('outbox');
let place: TemporaryDatabase;
let workspace: Workspace;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  place = temporaryDatabase();
  workspace = await openWorkspace({ delivery: { mode: 'socket' }, rateLimits: false });
  workspace.channels.create({ name: 'third', id: 'C0THIRD00' });
});
afterEach(async () => {
  await Promise.all([...running].map(kill));
  await workspace.close();
  place.remove();
});

/** A process on the database; resolves once it sends. */
async function start(count: number): Promise<ChildProcess> {
  const words = [program, place.url, workspace.apiUrl, workspace.botToken, String(count)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  await once(child.stdout ?? child, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  running.delete(child);
  child.kill('SIGKILL');
  await ended;
  // What it sent to the last has arrived, and had its effect, before another may look for it.
  await fetch(`${workspace.apiUrl}auth.test`, { method: 'POST' });
  await pause(100);
  place.run(`update outbox_channel set lease_until = 0 where lease_owner = 'process ${child.pid}'`);
}

const replies = () =>
  numberedChannels
    .flatMap((channel) => workspace.messages(channel))
    .filter(({ thread_ts }) => thread_ts !== undefined);

/** Waits until that many more calls were asked, or messages taken; whichever is first. */
const after = (calls: number, messages: number) => {
  const asked = workspace.calls.length + calls;
  const taken = replies().length + messages;
  return workspace.waitUntil(
    () => workspace.calls.length >= asked || replies().length >= taken,
    240_000,
  );
};
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Steps of the outbox: nothing asked yet, a call under way, taken but not answered, answered. */
const steps = [
  () => Promise.resolve(),
  () => after(1, Number.POSITIVE_INFINITY),
  () => after(Number.POSITIVE_INFINITY, 1),
  () => after(Number.POSITIVE_INFINITY, 2).then(() => pause(10)),
];

/** Any moment of a call: asked, taken, answered, and in between. */
async function someMoment(): Promise<void> {
  await after(1 + Math.floor(Math.random() * 12), 1 + Math.floor(Math.random() * 4));
  await pause(Math.random() * 15);
}

test('whenever it is killed, and with two at work, each message is there once and in order', async () => {
  const often = { count: 10_000, chance: 0.05, method: 'chat.postMessage' };
  workspace.faults.add({ kind: 'latency', delayMs: 8, ...often, chance: 0.5, seed: 1 });
  workspace.faults.add({ kind: 'drop', isApplied: true, ...often, seed: 2 });
  workspace.faults.add({ kind: 'status', status: 503, isApplied: true, ...often, seed: 3 });
  workspace.faults.add({ kind: 'hang', isApplied: false, ...often, chance: 0.01, seed: 4 });
  let helper = await start(0);

  for (let round = 1; round <= ROUNDS; round++) {
    const child = await start(round * PER_ROUND);
    await (isLongRun ? someMoment() : steps[round % steps.length]?.());
    await kill(child);
    if (round % 3 !== 0) continue;
    await kill(helper);
    helper = await start(0);
  }
  const total = ROUNDS * PER_ROUND;
  await start(total);
  const all = numberedMessages(total).flat();
  await workspace.waitUntil(() => replies().length >= total * numberedChannels.length, 600_000);

  for (const channel of numberedChannels) {
    const wanted = all.filter((message) => message.channel === channel).map(({ key }) => key);
    expect(workspace.messages(channel).map(({ text }) => text)).toEqual(wanted);
  }
  const rootOf = new Map(replies().map(({ text, thread_ts }) => [text, thread_ts]));
  for (const { channel, key } of all.filter((message) => !message.key.endsWith('reply'))) {
    const root = workspace.messages(channel).find(({ text }) => text === key);
    expect(rootOf.get(`${key} reply`)).toBe(root?.ts);
  }
}, 900_000);
