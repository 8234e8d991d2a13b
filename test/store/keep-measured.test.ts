import type { Control } from '../../src/controls/control.ts';
import type { Held } from '../../src/ports/lease.ts';
import type { Sighting } from '../../src/ports/watch-store.ts';
import { read } from '../../src/shared/reading.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Store } from '../../src/store/open-store.ts';
import { observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

const start = Date.UTC(2026, 0, 1, 6);
const iso = (at: number) => new Date(at).toISOString();
const running = { state: 'running', pid: 71, startedAt: iso(start - 60_000) } as const;
let store: Store;
let held: Held;

storeForEach(
  async (own) => {
    store = own.store;
    held = (await store.watches.claim('web-1', { owner: 'a', leaseMs: 60_000 }))?.held as Held;
  },
  () => start,
);

const seccomp = (difference: Partial<Control> = {}): Control => ({
  ...{ control: 'seccomp', configured: 'builtin', effective: 'filter', note: null },
  ...{ source: 'predicted', verdict: 'unknown', at: null, evidence: null },
  ...difference,
});
const measured = seccomp({ source: 'measured', verdict: 'enforced', evidence: 'a probe' });
const observe = (control: Control, facts: Partial<ContainerFacts> = {}) => ({
  ...observedContainer('a1', { ...running, ...facts }),
  controls: [control],
});
const scan = (afterMs: number) =>
  store.scans.saveScan(
    scanRecord({
      startedAt: iso(start + afterMs),
      finishedAt: iso(start + afterMs + 2_000),
      containers: [observe(measured)],
    }),
  );
/** What the engine's list, or an event, made the watcher look at. */
const look = (afterMs: number, control: Control, facts: Partial<ContainerFacts> = {}) => {
  const sighting: Sighting = {
    ...{ kind: 'found', containerId: 'a1', name: 'name-a1', image: 'redis:7' },
    ...{ labels: { composeProject: null, composeService: null, owner: null } },
    ...{ at: start + afterMs, timeNano: null, exitCode: null, exec: null, execId: null },
    observed: read(observe(control, facts)),
  };
  const batch = { sightings: [sighting], mark: null, coveredUntil: null };
  return store.watches.apply('web-1', batch, held);
};
const stored = async () => {
  const [container] = await store.scans.listContainers({ hosts: ['web-1'] });
  return container?.controls?.[0];
};

test('a look of the same process takes no measurement away', async () => {
  await scan(0);

  expect(await look(5_000, seccomp())).toEqual([false]);
  expect(await stored()).toMatchObject({ source: 'measured', verdict: 'enforced' });
});

test('nor does one that finds another name', async () => {
  await scan(0);

  await look(5_000, seccomp(), { name: 'renamed' });
  expect(await stored()).toMatchObject({ source: 'measured', verdict: 'enforced' });
});

test('a control that is configured otherwise now is not the one that was measured', async () => {
  await scan(0);

  await look(5_000, seccomp({ configured: 'unconfined', verdict: 'off' }), { name: 'renamed' });
  expect(await stored()).toMatchObject({ source: 'predicted', verdict: 'off' });
});

test('nor is that of another process', async () => {
  await scan(0);

  await look(5_000, seccomp(), { pid: 93, startedAt: iso(start + 4_000) });
  expect(await stored()).toMatchObject({ source: 'predicted', verdict: 'unknown' });
});

test('a scan that was under way when the watcher looked still tells what it measured', async () => {
  await look(1_000, seccomp());
  await scan(0);

  expect(await stored()).toMatchObject({ source: 'measured', verdict: 'enforced' });
});

test('but not of a process that came after it began', async () => {
  await look(1_000, seccomp(), { pid: 93, startedAt: iso(start + 900) });
  await scan(0);

  expect(await stored()).toMatchObject({ source: 'predicted', verdict: 'unknown' });
});
