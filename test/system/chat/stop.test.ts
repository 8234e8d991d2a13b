import {
  type ChatApp,
  type ChatAppOptions,
  openChatApp,
  readable,
} from '../../support/chat-app.ts';
import { countedQueue } from '../../support/counted-queue.ts';
import { press } from '../../support/pressing.ts';
import { until } from '../../support/until.ts';

const security = 'C0SECURIT';
const access = { view: ['everyone'], operate: ['U0ALICE00', 'U0BOB0000'], approve: ['U0BOB0000'] };
let app: ChatApp;
/** Hosts whose engine answers only when the scan is given up. */
let hung: Set<string>;
let givenUp: string[];
/** How many asked for a scan of a host. */
let askers: number;
let ended: PromiseWithResolvers<void>;

async function open(options: ChatAppOptions = {}): Promise<void> {
  hung = new Set(['web-2']);
  givenUp = [];
  askers = 0;
  ended = Promise.withResolvers();
  app = await openChatApp({
    rateLimits: false,
    containers: 1,
    access,
    ...options,
    change: ({ snapshots, scanQueue }) => ({
      scanQueue: countedQueue(scanQueue, () => {
        askers += 1;
      }),
      snapshots: {
        async takeSnapshot(host, onProgress, known, signal) {
          if (!hung.has(host)) return snapshots.takeSnapshot(host, onProgress, known, signal);
          const stopped = new Promise((resolve) => signal?.addEventListener('abort', resolve));
          await Promise.race([stopped, ended.promise]);
          if (signal?.aborted) givenUp.push(host);
          return snapshots.takeSnapshot(host, undefined, known, signal);
        },
      },
    }),
  });
}
afterEach(async () => {
  ended.resolve();
  await app.close();
  expect(app.workspace.violations).toEqual([]);
});

const posts = () => app.workspace.messages(security).filter(({ isFromApp }) => isFromApp);
const blocksOf = (index: number, type: string) =>
  posts()[index]?.blocks.filter((block) => block.type === type) ?? [];
/** The message of a scan of both hosts, once the first is done. */
async function scanBoth(): Promise<void> {
  await app.workspace.sendCommand({ text: 'scan on all', user: 'alice' });
  await app.workspace.waitUntil(() => JSON.stringify(posts()).includes('grade'), 240_000);
}
const storedOf = async (host: string) => {
  const [found] = await app.context().store.listHostScans({ hosts: [host] });
  return found?.lastGood ?? null;
};

test('a scan of several hosts is a plan with a task for each', async () => {
  await open();
  await scanBoth();

  const [plan] = blocksOf(0, 'plan');
  expect(plan).toMatchObject({
    title: 'Scanning 2 hosts: 1 done',
    tasks: [
      { title: 'web-1', status: 'complete' },
      { title: 'web-2', status: 'pending' },
    ],
  });
  await press(app, posts()[0], 'Stop');
  await app.answered(2);
});

test('who asked stops it: what was read is shown, what was stopped is stored nowhere', async () => {
  await open();
  await scanBoth();

  await press(app, posts()[0], 'Stop');
  await app.answered(2);

  await until(() => posts()[0]?.blocks.some(({ type }) => type === 'header') ?? false);
  const text = readable(posts()[0] ?? { text: '', blocks: [] });
  expect(text).toContain('web-1');
  expect(text).toMatch(/web-2\n: stopped by \n, nothing stored/);
  expect(JSON.stringify(posts()[0]?.blocks)).toContain('"user_id":"U0ALICE00"');
  expect(givenUp).toEqual(['web-2']);
  expect(await storedOf('web-1')).not.toBeNull();
  expect(await storedOf('web-2')).toBeNull();
  const answer = app.answers.find(({ kind }) => kind === 'scan');
  expect(answer).toMatchObject({
    scans: [{ host: 'web-1' }],
    stopped: [{ host: 'web-2', by: 'U0ALICE00', left: 'nothing' }],
  });
});

test('an operator may stop it too', async () => {
  await open();
  await scanBoth();

  await press(app, posts()[0], 'Stop', 'bob');
  await app.answered(2);
  expect(app.answers.find(({ kind }) => kind === 'scan')).toMatchObject({
    stopped: [{ by: 'U0BOB0000' }],
  });
});

test('nobody else may', async () => {
  await open({ access: { ...access, operate: ['U0ALICE00'], approve: ['U0ALICE00'] } });
  await scanBoth();

  await press(app, posts()[0], 'Stop', 'bob');
  await app.answered(1);
  expect(app.answers.at(-1)).toMatchObject({ kind: 'problem', cause: 'refused' });
  expect(givenUp).toEqual([]);
  await press(app, posts()[0], 'Stop');
  await app.answered(3);
});

test('who else asked for the same host keeps the scan', async () => {
  await open();
  await scanBoth();
  await app.workspace.sendCommand({ text: 'scan on web-2', user: 'bob' });
  await until(() => askers === 3);

  await press(app, posts()[0], 'Stop');
  await app.answered(2);
  expect(givenUp).toEqual([]);
  expect(app.answers.find(({ kind }) => kind === 'scan')).toMatchObject({
    stopped: [{ host: 'web-2', by: 'U0ALICE00', left: 'others' }],
  });
});

test('a workspace without plans gets a list in their place, with the same button', async () => {
  await open();
  app.workspace.faults.add({ kind: 'refuse-block', blockType: 'plan', count: 100 });
  await scanBoth();

  expect(blocksOf(0, 'plan')).toEqual([]);
  expect(readable(posts()[0] ?? { text: '', blocks: [] })).toContain('Scanning 2 hosts: 1 done');
  await press(app, posts()[0], 'Stop');
  await app.answered(2);
  expect(givenUp).toEqual(['web-2']);
});
