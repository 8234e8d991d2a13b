import { type DigestPlan, digestKey } from '../../src/ports/digest-store.ts';
import { type Held, LeaseLost } from '../../src/ports/lease.ts';
import type { Store } from '../../src/store/open-store.ts';
import { owed } from '../support/outbox-rig.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const MINUTE = 60_000;
const plan: DigestPlan = {
  ...{ channel: 'C0DIGEST', day: '2026-11-24', timezone: 'UTC', dueAt: 1_000 },
  scheduledBy: null,
};
const parent = owed(digestKey(plan, 'parent'), { channel: plan.channel });
let place: TemporaryDatabase;
let store: Store;
let clock: number;

beforeEach(async () => {
  clock = 1_000;
  place = temporaryDatabase();
  store = await place.open(() => clock);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

function pass(ms: number): void {
  clock += ms;
  place.passTime(ms);
}
async function claim(owner = 'a'): Promise<Held> {
  const held = await store.digests.claimRun(plan, { owner, leaseMs: MINUTE }, clock);
  if (typeof held === 'string') throw new Error(held);
  return held;
}
const run = async () => (await store.digests.listRuns(plan.channel, ''))[0];
const states = () => store.outbox.statesOf([parent.key]);

describe('a run', () => {
  it('is held by one, and by another once its lease is over', async () => {
    const first = await claim();
    pass(MINUTE / 2);
    await store.digests.extendLease(plan, first);
    pass(MINUTE / 2);
    const lease = { owner: 'b', leaseMs: MINUTE };
    expect(await store.digests.claimRun(plan, lease, clock)).toBe('taken');
    pass(MINUTE / 2);
    const second = await claim('b');

    expect(second.token).toBeGreaterThan(first.token);
    expect(await run()).toMatchObject({ state: 'running', attempts: 2, startedAt: 1_000 });
  });

  it('is done with everything that it says, and not run again', async () => {
    await store.digests.completeRun(plan, [parent], await claim(), 5_000);

    expect(await run()).toMatchObject({ state: 'done', composedAt: 5_000, finishedAt: 5_000 });
    expect(await states()).toMatchObject([{ state: 'pending' }]);
    const lease = { owner: 'b', leaseMs: MINUTE };
    expect(await store.digests.claimRun(plan, lease, clock)).toBe('done');
  });

  it('goes on when what it says cannot be put', async () => {
    const held = await claim();
    const loose = owed('x', { channel: plan.channel, action: { kind: 'update', of: 'nothing' } });
    await expect(store.digests.completeRun(plan, [parent, loose], held, 5_000)).rejects.toThrow(
      'leans on nothing',
    );

    expect(await run()).toMatchObject({ state: 'running', composedAt: null });
    expect(await states()).toEqual([]);
    await store.digests.completeRun(plan, [parent], held, 5_000);
    expect(await run()).toMatchObject({ state: 'done' });
  });

  it.each(['a', 'b'])('takes nothing of who lost it to %s', async (next) => {
    const lost = await claim('a');
    pass(MINUTE);
    const held = await claim(next);
    for (const write of [
      () => store.digests.completeRun(plan, [parent], lost, 5_000),
      () => store.digests.missRun(plan, lost, 5_000),
      () => store.digests.extendLease(plan, lost),
    ]) {
      await expect(write()).rejects.toThrow(LeaseLost);
    }

    expect(await states()).toEqual([]);
    expect(await run()).toMatchObject({ state: 'running' });
    await store.digests.missRun(plan, held, 5_000);
    expect(await run()).toMatchObject({ state: 'missed' });
  });

  it('that somebody began is not missed by who does not hold it', async () => {
    await store.digests.requestRun(plan, {
      ...{ actor: { id: 'U1', name: 'alice', place: 'C1' }, at: 1_000 },
    });
    await claim();
    await store.digests.missRun(plan, null, 5_000);

    expect(await run()).toMatchObject({ state: 'running' });
  });
});
