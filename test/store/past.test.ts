import type { Store } from '../../src/store/open-store.ts';
import {
  currentFinding,
  hostPosture,
  morning,
  observedContainer,
  scanRecord,
} from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';

let store: Store;

const web = currentFinding();
const db = currentFinding({ subjectKey: 'db' });
const at = (day: number) => ({ startedAt: morning(day), finishedAt: morning(day) });

storeForEach(async (own) => {
  store = own.store;
  const { scans } = store;
  await scans.saveScan(
    scanRecord({
      ...at(0),
      id: 'first',
      findings: [web, db],
      containers: [observedContainer('aa'), observedContainer('bb')],
      posture: hostPosture({ score: 50 }),
    }),
  );
  await scans.saveScan(
    scanRecord({
      ...at(2),
      id: 'second',
      findings: [{ ...web, severity: 'critical' }],
      containers: [observedContainer('aa', { state: 'exited' })],
      posture: hostPosture({ score: 80 }),
    }),
  );
});

const hosts = ['web-1'];
const openAt = async (asOf?: Record<string, string>) => {
  const filter = asOf === undefined ? { hosts } : { hosts, asOf };
  const found = await store.scans.listOpenFindings(filter);
  return found.map(({ subjectKey, severity }) => `${subjectKey} ${severity}`);
};

it('lists findings as they were after a scan, severity included', async () => {
  expect(await openAt({ 'web-1': 'first' })).toEqual(['web high', 'db high']);
  expect(await openAt({ 'web-1': 'second' })).toEqual(['web critical']);
  expect(await openAt()).toEqual(['web critical']);
});

it('takes a scan that it does not know for the newest', async () => {
  expect(await openAt({ 'web-1': 'never', 'web-9': 'first' })).toEqual(['web critical']);
});

it('lists containers as they were after a scan', async () => {
  const first = await store.scans.listContainers({ hosts, asOf: { 'web-1': 'first' } });
  const newest = await store.scans.listContainers({ hosts });

  expect(first.map(({ facts, removedAt }) => [facts.id, facts.state, removedAt])).toEqual([
    ['aa', 'running', null],
    ['bb', 'running', null],
  ]);
  expect(newest.map(({ facts }) => [facts.id, facts.state])).toEqual([['aa', 'exited']]);
});

it('tells when a finding was closed, and nothing of an open or unknown one', async () => {
  const find = (fingerprint: string, host = 'web-1') =>
    store.scans.findClosedFinding({ host, fingerprint });

  expect(await find(db.fingerprint)).toEqual({
    rule: db.rule,
    subjectKey: 'db',
    closedAt: morning(2),
  });
  expect(await find(web.fingerprint)).toBeNull();
  expect(await find(db.fingerprint, 'web-2')).toBeNull();
  expect(await find("' or 1=1 --")).toBeNull();
});

it('knows the posture of a day by the scan before it', async () => {
  const score = async (day: number) =>
    (await store.scans.findPostureAt('web-1', Date.parse(morning(day))))?.score ?? null;

  expect([await score(-1), await score(0), await score(1), await score(2)]).toEqual([
    null,
    50,
    50,
    80,
  ]);
});
