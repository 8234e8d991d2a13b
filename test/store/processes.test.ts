import { type AnnouncedProcess, workingProcesses } from '../../src/ports/process-store.ts';
import type { Store } from '../../src/store/open-store.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const LEASE_MS = 60_000;
/** A server counts what really passes beside it. */
const MORE_THAN_HALF_MS = 35_000;

const process = (id: string, changes: Partial<AnnouncedProcess> = {}): AnnouncedProcess => ({
  ...{ id, role: 'worker', version: '1.0.0', machine: 'm1', pid: 7, weight: 1 },
  ...changes,
});

describe('processes that share a database', () => {
  let temporary: TemporaryDatabase;
  let store: Store;
  let clock: number;

  beforeEach(async () => {
    clock = 1_000;
    temporary = temporaryDatabase();
    store = await temporary.open(() => clock);
  });
  afterEach(async () => {
    await store.close();
    temporary.remove();
  });

  const pass = (ms: number) => {
    clock += ms;
    temporary.passTime(ms);
  };
  const ids = async () => (await store.processes.list()).map(({ id }) => id);

  it('are listed in order of start, with what they told and what they hold', async () => {
    await store.processes.announce(process('a'), LEASE_MS);
    await store.processes.announce(process('b', { role: 'serve', weight: 3 }), LEASE_MS);
    await store.watches.claim('web-1', { owner: 'a', leaseMs: LEASE_MS });
    await store.watches.claim('web-2', { owner: 'a', leaseMs: LEASE_MS });

    const listed = await store.processes.list();

    const times = { startedAt: expect.any(Number), seenAt: expect.any(Number) };
    expect(new Map(listed.map((one) => [one.id, one]))).toEqual(
      new Map([
        ['a', { ...process('a'), ...times, isDraining: false, hosts: 2 }],
        [
          'b',
          { ...process('b', { role: 'serve', weight: 3 }), ...times, isDraining: false, hosts: 0 },
        ],
      ]),
    );
  });

  it('are gone once they say nothing for as long as their lease, and back when they do again', async () => {
    await store.processes.announce(process('a'), LEASE_MS);
    await store.processes.announce(process('b'), LEASE_MS);
    pass(MORE_THAN_HALF_MS);
    expect(await store.processes.beat('a', LEASE_MS)).toBeGreaterThan(0);
    pass(MORE_THAN_HALF_MS);

    expect(await ids()).toEqual(['a']);
    expect(await store.processes.beat('b', LEASE_MS)).toBeGreaterThan(0);
    expect((await ids()).sort()).toEqual(['a', 'b']);
  });

  it('have to announce themselves anew where nobody knows them', async () => {
    expect(await store.processes.beat('a', LEASE_MS)).toBeNull();
    await store.processes.announce(process('a'), LEASE_MS);
    await store.processes.announce(process('a'), LEASE_MS);
    expect(await ids()).toEqual(['a']);
  });

  it('leave at once', async () => {
    await store.processes.announce(process('a'), LEASE_MS);
    await store.processes.leave('a');

    expect(await ids()).toEqual([]);
  });

  it('drain when they are asked to, as long as they live', async () => {
    await store.processes.announce(process('a'), LEASE_MS);
    expect(await store.processes.drain('a')).toBe(true);
    await store.processes.beat('a', LEASE_MS);
    expect(await store.processes.list()).toMatchObject([{ id: 'a', isDraining: true }]);

    pass(LEASE_MS);
    expect(await store.processes.drain('a')).toBe(false);
    expect(await store.processes.drain('b')).toBe(false);
  });
});

describe('the processes that scan and watch', () => {
  const live = (id: string, role: 'serve' | 'worker', isDraining = false) => ({
    id,
    role,
    isDraining,
  });
  const working = (...processes: ReturnType<typeof live>[]) =>
    workingProcesses(processes).map(({ id }) => id);

  it('are the workers, and who serves while there is none', () => {
    expect(working(live('s', 'serve'), live('w', 'worker'))).toEqual(['w']);
    expect(working(live('s', 'serve'), live('w', 'worker', true))).toEqual(['s']);
    expect(working(live('s', 'serve', true))).toEqual([]);
  });
});
