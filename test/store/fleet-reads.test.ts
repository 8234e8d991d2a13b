import fc from 'fast-check';
import type { Control } from '../../src/controls/control.ts';
import { containerDrift, driftedFields } from '../../src/drift/container-drift.ts';
import { countBySeverity } from '../../src/findings/severity-counts.ts';
import { driftOn } from '../../src/inspections/drift.ts';
import { findNamed } from '../../src/inspections/find-container.ts';
import type { ObservedContainer } from '../../src/ports/scan-record.ts';
import type { ControlGroup, StoredContainer } from '../../src/ports/stored.ts';
import { UserError } from '../../src/shared/errors.ts';
import type { Store } from '../../src/store/open-store.ts';
import { runs } from '../support/long-run.ts';
import {
  currentFinding,
  hostPosture,
  morning,
  observedContainer,
  scanRecord,
} from '../support/scan-records.ts';
import { storeForEach } from '../support/store-for-each.ts';
import { isOnPostgres, type TemporaryDatabase } from '../support/temporary-database.ts';

// Questions about many hosts at once say what the same questions say of each alone, and what the whole rows say.

const kinds = ['web-1', 'Web-2', 'constructor', "o'hara", 'never scanned'];
const names = ['redis', 'redis-replica', 'Äpfel', '😀', '%', 'line\nend'];
const DAYS = 5;
const timesOfDay = Array.from({ length: DAYS + 2 }, (_, day) => Date.parse(morning(day)) - 1);

let database: TemporaryDatabase;
let store: Store;
let reopen: () => Promise<Store>;
/** Those of one run of a property; a database has the hosts of several. */
let hosts: string[];

storeForEach(
  (own) => {
    ({ place: database, store, reopen } = own);
    hosts = kinds;
  },
  () => Date.parse(morning(DAYS + 1)),
);

const control = (source: 'measured' | 'predicted'): Control => ({
  ...{ control: 'seccomp', configured: 'builtin', effective: 'filter', source },
  ...{
    at: source === 'measured' ? morning(0) : null,
    verdict: 'unknown',
    note: null,
    evidence: null,
  },
});
const controls: (Control[] | null)[] = [null, [], [control('measured')], [control('predicted')]];
const containers: fc.Arbitrary<ObservedContainer[]> = fc
  .uniqueArray(
    fc.record({
      number: fc.nat(7),
      hash: fc.constantFrom(null, 'a', 'b'.repeat(80)),
      image: fc.constantFrom('nginx:1', 'nginx:2'),
      isOdd: fc.boolean(),
      controls: fc.constantFrom(...controls),
    }),
    { selector: ({ number }) => number, maxLength: 5 },
  )
  .map((made) =>
    made.map(({ number, hash, image, isOdd, controls: held }) => ({
      ...observedContainer(`${number % 3}c${number}`, {
        ...{ name: names[number % names.length] ?? '', imageId: image, imageReference: image },
        ...{ composeProject: 'shop', composeService: 'web', composeConfigHash: hash },
        ...{ isPrivileged: isOdd, pid: isOdd ? number : null },
      }),
      controls: held,
    })),
  );
const findings = fc
  .uniqueArray(
    fc.record({
      subjectKey: fc.constantFrom('web', 'db', 'queue'),
      severity: fc.constantFrom('low' as const, 'critical' as const),
    }),
    { selector: ({ subjectKey }) => subjectKey },
  )
  .map((made) => made.map(currentFinding));
const undecided = { rule: 'no-privileged-container', subjectKind: 'container' as const };
const scan = fc.record({
  host: fc.constantFrom(...kinds.slice(0, 4)),
  day: fc.nat(DAYS),
  isGood: fc.boolean(),
  containers,
  findings,
  score: fc.nat(100),
});
const past = fc.array(scan, { minLength: 1, maxLength: 8 });

type Scan = typeof scan extends fc.Arbitrary<infer T> ? T : never;

async function live(scans: readonly Scan[]): Promise<void> {
  for (const [index, one] of scans.toSorted((a, b) => a.day - b.day).entries()) {
    const { host, day, isGood, score, ...found } = one;
    const at = new Date(Date.parse(morning(day)) + index * 60_000).toISOString();
    const down = {
      ...{ engine: null, containers: null },
      undecided: [{ ...undecided, subjectKey: null, reason: 'connection refused' }],
    };
    await store.scans.saveScan(
      scanRecord({
        ...{ host, startedAt: at, finishedAt: at, posture: hostPosture({ score, grade: 'C' }) },
        ...(isGood ? found : down),
      }),
    );
  }
}

/** Runs a property over hosts of their own. */
function overPasts(work: () => Promise<void>): Promise<void> {
  let run = 0;
  return fc.assert(
    fc.asyncProperty(past, async (scans) => {
      run += 1;
      const called = (kind: string) => (run === 1 ? kind : `${kind} ${run}`);
      hosts = kinds.map(called);
      await live(scans.map((one) => ({ ...one, host: called(one.host) })));
      await work();
    }),
    { numRuns: runs(isOnPostgres() ? 3 : 6, 200) },
  );
}

async function eachAlone<T>(ask: (hosts: string[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  const known = (await store.past.listHosts()).filter((host) => hosts.includes(host));
  for (const host of known) found.push(...(await ask([host])));
  return found;
}

test('changes, sights and open findings of all hosts are those of each', () =>
  overPasts(async () => {
    for (const at of timesOfDay) {
      const changes = (of: string[]) => store.scans.listFindingChanges({ hosts: of, since: at });
      expect(await changes(hosts)).toEqual(await eachAlone(changes));
      const sights = (of: string[]) => store.past.listSights({ hosts: of, at });
      expect(await sights(hosts)).toEqual(await eachAlone(sights));
    }
    const open = (of: string[]) => store.scans.listOpenFindings({ hosts: of });
    expect(await open(hosts)).toEqual(await eachAlone(open));
    const worst = await store.scans.listOpenFindings({ hosts, severities: ['critical'] });
    expect(worst).toEqual((await open(hosts)).filter(({ severity }) => severity === 'critical'));
  }));

test('a sight lies between the good scans that there were', async () => {
  await live([
    { host: 'web-1', day: 1, isGood: true, containers: [], findings: [], score: 1 },
    { host: 'web-1', day: 2, isGood: false, containers: [], findings: [], score: 1 },
    { host: 'web-1', day: 4, isGood: true, containers: [], findings: [], score: 1 },
    { host: 'Web-2', day: 2, isGood: false, containers: [], findings: [], score: 1 },
  ]);
  const [, , third] = timesOfDay.slice(1);

  const found = await store.past.listSights({ hosts, at: third ?? 0 });
  expect(found.map(({ host, ...times }) => [host, ...Object.values(times)])).toEqual([
    ['Web-2', null, null, null],
    ['web-1', morning(1), morning(1), expect.stringContaining('2026-01-05')],
  ]);
});

test('what is read of a container alone is what its whole row says', () =>
  overPasts(async () => {
    const whole = await store.scans.listContainers({ hosts });
    const parts = await store.scans.listParts({
      hosts,
      parts: ['facts', 'facets', 'unverifiedFacets', 'controls', 'surface', 'imageId', 'pid'],
    });
    expect(parts).toEqual(
      whole.map(({ host, facts, facets, unverifiedFacets, controls, surface }) => ({
        ...{ host, name: facts.name, id: facts.id, state: facts.state },
        ...{ facts, facets, unverifiedFacets, controls, surface },
        ...{ imageId: facts.imageId, pid: facts.pid },
      })),
    );
    const known = await store.scans.listContainers({ hosts, includeGone: true });
    const named = ({ host, facts: { name, id }, removedAt }: StoredContainer) => {
      return { host, name, id, removedAt };
    };
    const listed = await store.scans.listNames({ hosts, includeGone: true });
    expect(listed).toEqual(known.map(named));
    expect(await store.scans.listNames({ hosts })).toEqual(whole.map(named));
    for (const beginning of ['red', 'redis', '0', '1c', '😀', '%', '_', 'line\ne', 'none']) {
      const begins = ({ name, id }: { name: string; id: string }) =>
        name.startsWith(beginning) || id.startsWith(beginning);
      expect(await store.scans.listNames({ hosts, beginning, includeGone: true })).toEqual(
        listed.filter(begins),
      );
    }
    const gone = known.filter(
      ({ facts, removedAt }) => removedAt !== null && facts.name === 'redis',
    );
    const namesakes = await store.scans.listNamesakes({ hosts, name: 'redis' });
    expect(namesakes).toHaveLength(gone.length);
    for (const { host, facts, firstSeen, removedAt } of gone) {
      const { id, imageReference: image } = facts;
      expect(namesakes).toContainEqual({ host, id, image, firstSeen, removedAt });
    }
  }));

test('who drifted is the same by those that are alike as by all', () =>
  overPasts(async () => {
    const existing = await store.scans.listContainers({ hosts });
    const expected = existing.flatMap((container) => {
      const states = existing
        .filter(({ host }) => host === container.host)
        .map(({ facts, firstSeen }) => ({ facts, exists: true, seenAt: firstSeen }));
      const fields = driftedFields(containerDrift(container, states, null));
      const { host, facts } = container;
      return fields.length > 0 ? [{ host, name: facts.name, fields }] : [];
    });
    const parts = { store: store.scans, baselines: store.baselines };
    expect(await driftOn(parts, hosts)).toEqual(expected);
  }));

test('controls are counted in groups as they are read of each container', () =>
  overPasts(async () => {
    const parts = await store.scans.listParts({ hosts, parts: ['controls'] });
    const groups = await store.scans.listControlGroups({ hosts });
    const each = groups.flatMap(({ containers: count, ...group }) =>
      Array.from({ length: count }, () => group),
    );
    const said = (one: Omit<ControlGroup, 'containers'>) =>
      JSON.stringify([
        one.host,
        one.state,
        one.controls?.map((held) => [held.control, held.verdict]),
      ]);
    expect(each.map(said).sort()).toEqual(parts.map(said).sort());
  }));

test('the worst findings are those of the gravest subjects, and all are counted', () =>
  overPasts(async () => {
    const open = await store.scans.listOpenFindings({ hosts });
    const all = await store.scans.listWorstFindings({ hosts, subjects: 1_000 });
    expect(new Set(all.findings.map((one) => JSON.stringify(one)))).toEqual(
      new Set(open.map((one) => JSON.stringify(one))),
    );
    const counted = all.byRule.map(({ severity, count }) => [severity, count]);
    const counts = countBySeverity(open);
    expect(counted).toEqual(
      (['critical', 'low'] as const)
        .filter((severity) => counts[severity] > 0)
        .map((severity) => [severity, counts[severity]]),
    );
    const [worst] = (await store.scans.listWorstFindings({ hosts, subjects: 1 })).findings;
    expect(worst?.severity).toBe(counted[0]?.[0]);
  }));

test('what is accepted does not make a subject one of the gravest', async () => {
  const found = (subjectKey: string, severity: 'critical' | 'high' | 'low') =>
    currentFinding({ rule: `rule-${severity}`, severity, subjectKey });
  const accepted = [found('a', 'critical'), found('a', 'high')];
  const findings = [...accepted, found('b', 'high'), found('b', 'low'), found('c', 'low')];
  await store.scans.saveScan(scanRecord({ host: 'web-1', findings }));
  for (const { fingerprint } of accepted) {
    await store.acceptances.accept(
      { host: 'web-1', fingerprint },
      {
        ...{ actor: { id: 'U1', name: 'alice', place: 'C1' }, at: Date.parse(morning(1)) },
        ...{ reason: 'known', until: morning(DAYS + 9) },
      },
    );
  }
  const keys = async (subjects: number) => {
    const worst = await store.scans.listWorstFindings({ hosts, subjects });
    return [...new Set(worst.findings.map(({ subjectKey }) => subjectKey))].sort();
  };

  expect(await keys(1)).toEqual(['b']);
  expect(await keys(9)).toEqual(['b', 'c']);
});

test('a name that nothing begins with is refused with the nearest one', async () => {
  const one = observedContainer('abc', { name: 'redis' });
  await live([{ host: 'web-1', day: 1, isGood: true, containers: [one], findings: [], score: 1 }]);

  const among = { hosts, word: 'rediss' };
  await expect(findNamed(store.scans, among, 'inspect')).rejects.toMatchObject({
    correctedLine: 'inspect redis',
  });
  await expect(findNamed(store.scans, { hosts: [], word: 'x' }, 'inspect')).rejects.toThrow(
    UserError,
  );
  expect(await findNamed(store.scans, { hosts, word: 'ab' }, 'inspect')).toMatchObject({
    name: 'redis',
  });
});

test('an older database has the columns filled as new scans fill them', async () => {
  const made = fc.sample(past, { numRuns: 1, seed: 7 });
  for (const scans of made) await live(scans);
  const filled = () => [
    database.rows('select id, image, pid, compose_hash from container order by id'),
    database.rows('select id, score, grade from scan order by id'),
  ];
  const before = filled();
  expect(before.flat().length).toBeGreaterThan(2);

  await store.close();
  await database.migrateDownTo('0022-advisories');
  store = await reopen();

  expect(filled()).toEqual(before);
});
