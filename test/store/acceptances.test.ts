import type { CurrentFinding } from '../../src/findings/result.ts';
import type { DecisionTerms } from '../../src/ports/acceptance-store.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { ContainerFacts } from '../../src/snapshot/facts/container.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, morning, observedContainer, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

let place: TemporaryDatabase;
let store: Store;
let now: number;

beforeEach(async () => {
  now = Date.parse(morning(0));
  place = temporaryDatabase();
  store = await place.open(() => now);
});
afterEach(async () => {
  await store.close();
  place.remove();
});

const actor = { id: 'U1', name: 'U1', place: 'C1' };
interface AuditRow {
  verb: string;
  what: string;
  before_json: string | null;
  after_json: string | null;
}
const name = { host: 'web-1', fingerprint: currentFinding().fingerprint };
const at = (day: number) => {
  now = Date.parse(morning(day));
};
const terms = (difference: Partial<DecisionTerms> = {}): DecisionTerms => ({
  actor,
  at: now,
  reason: 'needed by the build',
  until: morning(30),
  ...difference,
});

/** A scan of one day that finds `web` privileged, with facts and severity of one's choice. */
async function scanOn(
  day: number,
  facts: Partial<ContainerFacts> = {},
  difference: Partial<CurrentFinding> = {},
) {
  at(day);
  const container = observedContainer('c1', { name: 'web', ...facts });
  return store.scans.saveScan(
    dayRecord(day, { containers: [container], findings: [currentFinding(difference)] }),
  );
}
const dayRecord = (day: number, difference: Partial<ScanRecord>) =>
  scanRecord({ startedAt: morning(day), finishedAt: morning(day), ...difference });
const stateAfter = (saved: Awaited<ReturnType<typeof scanOn>>) => saved.open[0]?.acceptance?.state;
const audit = () =>
  place.rows<AuditRow>(
    'select who, place, verb, what, before_json, after_json from audit order by id',
  );

describe('an acceptance', () => {
  test('holds over scans that see the same, and leaves the counts of open findings', async () => {
    await scanOn(0);
    const accepted = await store.acceptances.accept(name, terms());

    const saved = await scanOn(1);
    const last = await store.scans.findLastScan('web-1');

    expect(accepted).toMatchObject({ state: 'in-force', severity: 'high', by: 'U1', ended: null });
    expect(stateAfter(saved)).toBe('in-force');
    expect(last).toMatchObject({ open: { high: 0 }, accepted: { high: 1 } });
  });

  test('ends at its expiry without a scan, and the finding counts again', async () => {
    await scanOn(0);
    await store.acceptances.accept(name, terms({ until: morning(3) }));
    at(3);

    const [finding] = await store.scans.listOpenFindings({ hosts: ['web-1'] });

    expect(finding?.acceptance?.state).toBe('expired');
    expect(await store.scans.findLastScan('web-1')).toMatchObject({
      open: { high: 1 },
      accepted: { high: 0 },
    });
  });

  test.each<[string, Partial<ContainerFacts>, Partial<CurrentFinding>, string]>([
    [
      'a capability was added',
      { configuredCapabilities: ['CAP_SYS_ADMIN'] },
      {},
      'a capability was added: CAP_SYS_ADMIN',
    ],
    ['the image changed', { imageId: 'sha256:2' }, {}, 'the image changed: sha256:1111 → sha256:2'],
    ['the severity rose', {}, { severity: 'critical' }, 'the severity rose from high to critical'],
  ])('is void when %s, and stays void when that is undone', async (_what, facts, change, why) => {
    await scanOn(0);
    await store.acceptances.accept(name, terms());

    const changed = await scanOn(1, facts, change);
    const undone = await scanOn(2);

    for (const saved of [changed, undone]) {
      expect(saved.open[0]?.acceptance).toMatchObject({
        state: 'voided',
        ended: { at: morning(1), by: 'seawall', kind: 'voided', why },
      });
    }
    expect(audit().at(-1)).toMatchObject({ who: 'seawall', place: 'scan', verb: 'void' });
  });

  test('waits for a finding that is gone for a while, and holds when it returns the same', async () => {
    await scanOn(0);
    await store.acceptances.accept(name, terms());
    at(1);
    await store.scans.saveScan(dayRecord(1, { containers: [] }));

    expect(stateAfter(await scanOn(2))).toBe('in-force');
    expect(stateAfter(await scanOn(3, { imageId: 'sha256:2' }))).toBe('voided');
  });

  test('stays while a scan could not judge the finding', async () => {
    await scanOn(0);
    await store.acceptances.accept(name, terms());
    at(1);
    const { rule, subjectKey } = currentFinding();
    const undecided = { rule, subjectKind: 'container', subjectKey, reason: 'timeout' } as const;

    const saved = await store.scans.saveScan(
      dayRecord(1, { containers: null, undecided: [undecided] }),
    );

    expect(saved.open).toMatchObject([
      { unverifiedReason: 'timeout', acceptance: { state: 'in-force' } },
    ]);
  });

  test('made anew replaces the old one, which is kept', async () => {
    await scanOn(0);
    await store.acceptances.accept(name, terms());
    await store.acceptances.accept(name, terms({ reason: 'still', until: morning(60) }));

    const all = await store.acceptances.listAcceptances({ hosts: ['web-1'] });

    expect(all.map(({ state, reason }) => `${state}: ${reason}`).sort()).toEqual([
      'in-force: still',
      'replaced: needed by the build',
    ]);
  });

  test('is taken back once, and everything is in the audit with before and after', async () => {
    await scanOn(0);
    await store.acceptances.accept(name, terms());
    at(1);
    const back = { actor: { ...actor, id: 'U2', name: 'U2' }, at: now };

    expect(await store.acceptances.unaccept(name, back)).toMatchObject({
      state: 'withdrawn',
      ended: { by: 'U2', at: morning(1) },
    });
    expect(await store.acceptances.unaccept(name, back)).toBeNull();

    const what = 'no-privileged-container web on web-1';
    const rows = audit();
    expect(rows).toMatchObject([
      { who: 'U1', place: 'C1', verb: 'accept', what, before_json: null },
      { who: 'U2', place: 'C1', verb: 'unaccept', what },
    ]);
    expect(JSON.parse(rows[0]?.after_json ?? '')).toMatchObject({ ended: null });
    expect(JSON.parse(rows[1]?.before_json ?? '')).toEqual(JSON.parse(rows[0]?.after_json ?? ''));
    expect(JSON.parse(rows[1]?.after_json ?? '')).toMatchObject({ ended: { by: 'U2' } });
  });

  test('needs an open finding', async () => {
    await scanOn(0);

    const missing = { ...name, fingerprint: 'not-there' };
    expect(await store.acceptances.accept(missing, terms())).toBeNull();
    expect(await store.acceptances.accept({ ...name, host: 'web-2' }, terms())).toBeNull();
    expect(audit()).toEqual([]);
  });

  test('survives a restart', async () => {
    await scanOn(0);
    await store.acceptances.accept(name, terms());
    await store.close();
    store = await place.open(() => now);

    expect(await store.acceptances.listAcceptances({ hosts: ['web-1'] })).toMatchObject([
      { state: 'in-force', binding: [{ name: 'evidence' }, { name: 'image' }, {}, {}] },
    ]);
  });
});

describe('an attestation', () => {
  test('holds per scope until it is replaced or taken back', async () => {
    await store.acceptances.attest('manual', ['web-1', 'web-2'], terms());
    await store.acceptances.attest('manual', ['web-1'], terms({ reason: 'again' }));
    const withdrawn = await store.acceptances.withdrawAttestations('manual', ['web-2'], {
      actor,
      at: now,
    });

    const all = await store.acceptances.listAttestations();

    expect(withdrawn).toMatchObject([{ scope: 'web-2', state: 'withdrawn' }]);
    expect(all.map(({ scope, state, reason }) => [scope, state, reason])).toEqual([
      ['web-1', 'in-force', 'again'],
      ['web-2', 'withdrawn', 'needed by the build'],
      ['web-1', 'replaced', 'needed by the build'],
    ]);
    expect(audit().map(({ verb, what }) => [verb, what])).toEqual([
      ['attest', 'manual on web-1'],
      ['attest', 'manual on web-2'],
      ['attest', 'manual on web-1'],
      ['withdraw', 'manual on web-2'],
    ]);
  });

  test('of every scope is taken back at once, but no expired one', async () => {
    await store.acceptances.attest('manual', ['*', 'web-1'], terms());
    await store.acceptances.attest('manual', ['web-2'], terms({ until: morning(1) }));
    at(2);

    const withdrawn = await store.acceptances.withdrawAttestations('manual', null, {
      actor,
      at: now,
    });

    expect(withdrawn.map(({ scope }) => scope)).toEqual(['*', 'web-1']);
    const left = await store.acceptances.listAttestations();
    expect(left.map(({ state }) => state)).toEqual(['expired', 'withdrawn', 'withdrawn']);
  });
});
