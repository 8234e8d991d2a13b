import { randomUUID } from 'node:crypto';
import type { RunningJob, ScanJob, SnapshotProgress } from '../../../src/ports/scan-queue.ts';
import { openMessages, type ScanMessages } from '../../../src/queue/messages.ts';
import {
  type HostPlace,
  openSharedScans,
  type SharedScans,
} from '../../../src/queue/shared-scans.ts';
import { type ScanWorker, workScans } from '../../../src/queue/work-scans.ts';
import { OutsideError } from '../../../src/shared/errors.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openStore, type Store } from '../../../src/store/open-store.ts';
import { type PostgresDatabase, postgresServer } from '../../support/postgres-server.ts';
import { throwUnlessSilent } from '../../support/queue-errors.ts';
import { until } from '../../support/until.ts';

// Several queues on one database, each as a process has it.

type Work = (running: RunningJob) => Promise<unknown>;
let database: PostgresDatabase;
let store: Store;
let opened: { close(): Promise<void> }[];
let hasWorkers: boolean;

beforeEach(async () => {
  database = postgresServer().create();
  store = await openStore({ url: database.url, now: Date.now });
  opened = [store];
  hasWorkers = false;
});
afterEach(async () => {
  for (const one of opened.toReversed()) await one.close();
});

async function connect(isWorker: boolean): Promise<ScanMessages> {
  const messages = await openMessages({ url: database.url, isWorker, onError: throwUnlessSilent });
  opened.push(messages);
  return messages;
}
function openQueue(jobs = store.scanJobs, place: HostPlace = 'any'): SharedScans {
  let sender: Promise<ScanMessages> | undefined;
  const queue = openSharedScans({
    ...{ jobs, owner: randomUUID(), onBegun: () => {}, placeOf: () => place },
    hasWorkers: async () => hasWorkers,
    messages: () => {
      sender ??= connect(false);
      return sender;
    },
  });
  opened.push(queue);
  return queue;
}
async function startWorker(work: Work): Promise<ScanWorker & { done: ScanJob['host'][] }> {
  const done: ScanJob['host'][] = [];
  const worker = await workScans({
    ...{ jobs: store.scanJobs, messages: await connect(true), owner: randomUUID() },
    workOf: ({ host }) =>
      host.startsWith('unknown')
        ? null
        : async (running) => {
            const result = await work(running);
            done.push(host);
            return result;
          },
    ...{ onBegun: () => {}, log: silentLogger },
  });
  opened.push({ close: worker.drain });
  hasWorkers = true;
  return { ...worker, done };
}

const scanOf = (host: string, asker: ScanJob['asker'] = 'person'): ScanJob => ({
  ...{ host, what: 'scan', asker, isBrief: false },
});
const never: Work = () => Promise.reject(new Error('is done elsewhere'));
const step = (done: number) => ({ host: 'web-1', done, total: 9 }) as SnapshotProgress;
/** Work that goes on when it is let. */
function gated(result: unknown = 'done') {
  const gate = Promise.withResolvers<void>();
  const running: RunningJob[] = [];
  const work: Work = async (one) => {
    running.push(one);
    one.onStep(step(running.length));
    await gate.promise;
    return result;
  };
  return { work, running, open: gate.resolve };
}

test('who asks does it where no worker lives, and all share it over all processes', async () => {
  const [first, second] = [openQueue(), openQueue()];
  const { work, running, open } = gated({ a: ['whole', 'answer'] });
  const heard: number[] = [];
  const answers = [first.run(scanOf('web-1'), work)];
  await until(() => running.length === 1);
  answers.push(second.run(scanOf('web-1', 'self'), never, ({ done }) => heard.push(done)));
  await until(() => heard.length > 0);
  open();

  expect(await Promise.all(answers)).toEqual([
    { a: ['whole', 'answer'] },
    { a: ['whole', 'answer'] },
  ]);
  expect(heard).toEqual([1]);
});

test('an error is that of all who asked', async () => {
  const [first, second] = [openQueue(), openQueue()];
  const gate = Promise.withResolvers<unknown>();
  const asked = [first.run(scanOf('web-1'), () => gate.promise)];
  await until(() => database.run('select tries from scan_job') === '1');
  asked.push(second.run(scanOf('web-1'), never));
  await until(() => database.run('select askers from scan_job') === '2');
  const failed = Promise.allSettled(asked);
  gate.reject(new OutsideError('engine-timeout', 'web-1 said nothing'));

  const error = { code: 'engine-timeout', detail: 'web-1 said nothing' };
  expect(await failed).toMatchObject([{ reason: error }, { reason: error }]);
});

test('what a process gives back when it closes is done by the one that waits', async () => {
  const [first, second] = [openQueue(), openQueue()];
  const { work, running } = gated();
  const gone = expect(first.run(scanOf('web-1'), work)).rejects.toThrow('Seawall is stopping');
  await until(() => running.length === 1);
  const answer = second.run(scanOf('web-1'), async () => 'done by the second');
  await first.close();

  await gone;
  expect(await answer).toBe('done by the second');
  expect(running[0]?.signal.aborted).toBe(true);
});

test('a scan is stopped from another process, for all who wait, whether it runs or waits', async () => {
  const [first, second] = [openQueue(), openQueue()];
  const { work, running } = gated();
  const runs = first.run(scanOf('web-1'), work);
  await until(() => running.length === 1);
  const asked = Promise.allSettled([runs, second.run(scanOf('web-1'), never)]);
  await until(() => database.run('select askers from scan_job') === '2');

  expect(await second.stop('web-1', 'alice')).toBe(true);

  const stopped = { message: 'alice stopped the scan of web-1.' };
  expect(await asked).toMatchObject([{ reason: stopped }, { reason: stopped }]);
  expect(running[0]?.signal.reason).toMatchObject(stopped);
  // Told to workers of which none takes it.
  await connect(true);
  hasWorkers = true;
  const waits = openQueue().run(scanOf('web-2'), never);
  await until(() => database.run('select count(*) from scan_job') === '2');
  await second.stop('web-2', 'bob');
  await expect(waits).rejects.toThrow('bob stopped the scan of web-2.');
});

test('workers do what is asked for, of a host one at a time, and a person comes first', async () => {
  const { work, running, open } = gated();
  const worker = await startWorker(work);
  const queue = openQueue();
  // More than it does at once.
  const own = Array.from({ length: 12 }, (_, index) =>
    queue.run(scanOf(`own-${index}`, 'self'), never),
  );
  await until(() => running.length >= 6);
  // One that waits already gets ahead as well.
  const waiting = database.run('select host from scan_job where begun_at is null limit 1');
  const waits = queue.run(scanOf(waiting), never);
  const asked = queue.run(scanOf('asked'), never);
  // On a machine that stands still one may be begun again.
  await until(() => running.length >= 8);
  open();

  expect(await Promise.all([...own, asked, waits])).toEqual(Array(14).fill('done'));
  const begun = database.run('select host from scan_job order by begun_at, id').split('\n');
  expect(begun.slice(6, 8).toSorted()).toEqual(['asked', waiting]);
  expect(new Set(worker.done).size).toBe(13);
});

test('a worker that drains gives back what takes too long, to be done by another', async () => {
  const first = await startWorker(async () => 'done by the first');
  const queue = openQueue();
  expect(await queue.run(scanOf('web-1'), never)).toBe('done by the first');
  await first.drain();
  await startWorker(async () => 'done by the second');

  expect(await queue.run(scanOf('web-1'), never)).toBe('done by the second');
  expect(first.done).toEqual(['web-1']);
});

test('a worker whose settings do not name the host says so', async () => {
  await startWorker(async () => 'done');

  await expect(openQueue().run(scanOf('unknown-1'), never)).rejects.toThrow(
    'the settings of the worker that took the job name no host unknown-1',
  );
});

test('what workers were never told of, or forgot, is told again', async () => {
  const queue = openQueue();
  const worker = await startWorker(async () => 'done');
  await worker.drain();
  const answer = queue.run(scanOf('web-1'), never);
  await until(() => database.run('select count(*) from seawall_queue.job') === '1');
  database.run('delete from seawall_queue.job');
  await startWorker(async () => 'done after all');

  expect(await answer).toBe('done after all');
});

test('while the database cannot be asked a scan is done here, and nothing of it is stored', async () => {
  const away = async () => Promise.reject(new OutsideError('store-failed', 'it is away'));
  const queue = openQueue({ ...store.scanJobs, ask: away });

  const answer = await queue.run(scanOf('web-1'), async ({ held }) => ({ held }));

  expect(answer).toEqual({ held: null });
});

test('who leaves while the database cannot be asked is told that, not that others wait', async () => {
  const away = new OutsideError('store-failed', 'away');
  const jobs = { ...store.scanJobs, leave: () => Promise.reject(away) };
  const { work, running, open } = gated();
  const leaving = new AbortController();
  const answer = openQueue(jobs).run(scanOf('web-1'), work, undefined, leaving.signal);
  const refused = expect(answer).rejects.toBe(away);
  await until(() => running.length === 1);
  leaving.abort({ by: 'U1' });

  await refused;
  open();
});

test('who may make no schema hears which one to make', async () => {
  database.run(`create role ${database.name}_guest login;`);
  const url = database.url.replace('postgres@', `${database.name}_guest@`);

  await expect(
    openMessages({ url, isWorker: true, onError: throwUnlessSilent }),
  ).rejects.toMatchObject({
    remedy: expect.stringContaining('create schema seawall_queue authorization'),
  });
});

test('who may make no schema uses the one that somebody made for it', async () => {
  database.run(`
    create role ${database.name}_user login;
    grant all on schema public to ${database.name}_user;
    create schema seawall_queue authorization ${database.name}_user;
    revoke create on database ${database.name} from ${database.name}_user;`);
  const url = database.url.replace('postgres@', `${database.name}_user@`);
  const messages = await openMessages({ url, isWorker: true, onError: throwUnlessSilent });
  opened.push(messages);

  await messages.send(1, 'person');

  expect(database.run('select count(*) from seawall_queue.job')).toBe('1');
});

test('a host that one process alone can reach is scanned there, whoever asks', async () => {
  const [asker, holder] = [
    openQueue(store.scanJobs, 'elsewhere'),
    openQueue(store.scanJobs, 'here'),
  ];
  const worker = await startWorker(async () => 'by a worker');
  const answer = asker.run(scanOf('behind-nat'), never);
  await until(() => database.run('select count(*) from scan_job') === '1');
  await holder.doWaiting(['another'], () => never);
  expect(database.run('select tries from scan_job')).toBe('0');

  await holder.doWaiting(['behind-nat'], () => async () => 'by the one that it dialled');
  expect(await answer).toBe('by the one that it dialled');
  expect(await holder.run(scanOf('behind-nat'), async () => 'here')).toBe('here');
  expect(worker.done).toEqual([]);
});
