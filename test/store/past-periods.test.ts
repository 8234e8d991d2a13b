import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

const HOUR_MS = 3_600_000;
const hosts = ['web-1'];
let store: Store;

storeForEach((own) => {
  store = own.store;
});

const time = (day: number, hours = 0) => Date.parse(morning(day)) + hours * HOUR_MS;
const scan = (day: number, difference: Partial<ScanRecord> = {}) =>
  store.scans.saveScan(
    scanRecord({ startedAt: morning(day), finishedAt: morning(day), ...difference }),
  );
const made = (day: number) => ({ createdAt: morning(day) });

describe('containers', () => {
  const containersIn = async (from: number, to = from) => {
    const found = await store.past.listContainers({ hosts, from, to });
    return found.map(({ facts, removedAt }) => `${facts.id} ${facts.state} ${removedAt}`);
  };

  it('are those whose row was open, between scans as well', async () => {
    await scan(0, {
      containers: [observedContainer('aa', made(0)), observedContainer('bb', made(0))],
    });
    await scan(2, { containers: [observedContainer('aa', { ...made(0), state: 'exited' })] });
    await scan(4, { containers: [] });

    expect(await containersIn(time(1))).toEqual([
      `aa running ${morning(4)}`,
      `bb running ${morning(2)}`,
    ]);
    expect(await containersIn(time(2))).toEqual([`aa exited ${morning(4)}`]);
    expect(await containersIn(time(4))).toEqual([]);
    expect(await containersIn(time(1), time(9))).toEqual([
      `aa running ${morning(4)}`,
      `bb running ${morning(2)}`,
      `aa exited ${morning(4)}`,
    ]);
  });

  it('count from when the engine made them, also before the first scan that saw them', async () => {
    await scan(3, {
      containers: [observedContainer('aa', made(1)), observedContainer('bb', { createdAt: '' })],
    });

    expect(await containersIn(time(0))).toEqual([]);
    expect(await containersIn(time(1))).toEqual(['aa running null']);
    expect(await containersIn(time(2))).toEqual(['aa running null']);
    expect(await containersIn(time(3))).toEqual(['aa running null', 'bb running null']);
  });

  it('have the state of the time once, when they came back under their id', async () => {
    await scan(0, { containers: [observedContainer('aa', made(0))] });
    await scan(1, { containers: [] });
    await scan(2, { containers: [observedContainer('aa', { ...made(0), state: 'paused' })] });

    expect(await containersIn(time(0, 1))).toEqual(['aa running null']);
    expect(await containersIn(time(1, 1))).toEqual(['aa paused null']);
  });

  it('say when they were last seen, which may be long before they were found gone', async () => {
    await scan(0, { containers: [observedContainer('aa', made(0))] });
    await scan(1, { engine: null, containers: null });
    await scan(2, { containers: [] });

    const [found] = await store.past.listContainers({ hosts, from: time(1), to: time(1) });

    expect(found).toMatchObject({ lastSeen: morning(0), removedAt: morning(2) });
  });

  it('can be those of one id', async () => {
    await scan(0, { containers: [observedContainer('aa'), observedContainer('bb')] });
    const filter = { hosts, from: 0, to: time(1), containerId: 'bb' };

    const found = await store.past.listContainers(filter);

    expect(found.map(({ facts }) => facts.id)).toEqual(['bb']);
  });
});

describe('findings', () => {
  const web = currentFinding();
  const db = currentFinding({ subjectKey: 'db' });

  it('are as severe as then, and say when they were gone in the end', async () => {
    await scan(0, { findings: [web, db] });
    await scan(2, { findings: [{ ...web, severity: 'critical' }] });
    await scan(4, { findings: [] });
    const openIn = async (from: number, to = from) => {
      const found = await store.past.listFindings({ hosts, from, to });
      return found.map(
        (one) => `${one.subjectKey} ${one.severity} ${one.lastSeen} ${one.closedAt}`,
      );
    };

    expect(await openIn(time(1))).toEqual([
      `web high ${morning(2)} ${morning(4)}`,
      `db high ${morning(0)} ${morning(2)}`,
    ]);
    expect(await openIn(time(3))).toEqual([`web critical ${morning(2)} ${morning(4)}`]);
    expect(await openIn(time(4))).toEqual([]);
    expect(await openIn(time(1), time(9))).toEqual([
      `db high ${morning(0)} ${morning(2)}`,
      `web critical ${morning(2)} ${morning(4)}`,
    ]);
  });

  it('are accepted as they were at the time', async () => {
    await scan(0, { findings: [web] });
    const by = { id: 'U1', name: 'alice', place: 'C1' };
    await store.acceptances.accept(
      { host: 'web-1', fingerprint: web.fingerprint },
      { actor: by, at: time(1), reason: 'known', until: morning(3) },
    );
    const stateAt = async (at: number) => {
      const [found] = await store.past.listFindings({ hosts, from: at, to: at });
      return found?.acceptance?.state ?? null;
    };

    expect([await stateAt(time(0, 1)), await stateAt(time(2)), await stateAt(time(3))]).toEqual([
      null,
      'in-force',
      'expired',
    ]);
  });

  it('that could not be judged are told of the time', async () => {
    const missing = {
      rule: 'no-root-user',
      subjectKind: 'container' as const,
      subjectKey: null,
      reason: 'unread',
    };
    await scan(0, { undecided: [missing] });
    await scan(2, { undecided: [] });

    expect(await store.past.listUndecided({ hosts, at: time(1) })).toEqual([
      { ...missing, host: 'web-1' },
    ]);
    expect(await store.past.listUndecided({ hosts, at: time(2) })).toEqual([]);
  });
});

it('knows every host that was ever scanned, and between which scans a moment lies', async () => {
  await scan(0);
  await scan(1, { engine: null, containers: null });
  await scan(3);
  await scan(0, { host: 'old' });

  expect(await store.past.listHosts()).toEqual(['old', 'web-1']);
  expect(await store.past.listSights({ hosts: ['web-1', 'unknown'], at: time(2) })).toEqual([
    { host: 'web-1', firstAt: morning(0), before: morning(0), after: morning(3) },
  ]);
});
