import { fingerprintOf } from '../../src/findings/fingerprint.ts';
import type { CurrentFinding } from '../../src/findings/result.ts';
import { isAccepted } from '../../src/inspections/accepted.ts';
import { findingOrder } from '../../src/inspections/paging.ts';
import type { OpenFindingsAsked, StoredFinding } from '../../src/ports/stored.ts';
import { type Severity, severities } from '../../src/rules/rule.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, morning, scanRecord } from '../support/scan-records.ts';
import { type TemporaryDatabase, temporaryDatabase } from '../support/temporary-database.ts';

const actor = { id: 'U1', name: 'alice', place: 'C1' };
/** Names that languages, UTF-16 and bytes put into different orders, or that a store may stumble over. */
const subjects = [
  ...[
    'Zeta',
    'alpha',
    'Äpfel',
    'ﬁ',
    '😀',
    'a\0b',
    'line\nend',
    '\n',
    '',
    "' or 1=1 --",
    '%_',
    '\ud83d',
  ],
  ...['[1,2]', '\u202e', 'alpha '],
];
const hosts = ['web-1', 'Web-2', 'constructor', 'ärger'];
let database: TemporaryDatabase;
let store: Store;
let now: number;

const at = (day: number) => Date.parse(morning(day));
const finding = (rule: string, severity: Severity, subjectKey: string): CurrentFinding => {
  const subject = { kind: 'container' as const, name: subjectKey, id: '' };
  const fingerprint = fingerprintOf({ rule, subject }, subjectKey);
  return currentFinding({ rule, severity, subjectKey, fingerprint, message: subjectKey });
};
const findings = [
  ...subjects.map((subject) => finding('rule-b', 'critical', subject)),
  ...subjects.map((subject) => finding('Rule-a', 'critical', subject)),
  ...subjects.slice(0, 4).map((subject) => finding('rule-c', 'low', subject)),
  finding('rule-b', 'high', 'one alone'),
];
const scan = (host: string, day: number, found: readonly CurrentFinding[]) =>
  store.scans.saveScan(
    scanRecord({
      ...{ id: `${host} ${day}`, host, startedAt: morning(day), finishedAt: morning(day) },
      findings: [...found],
    }),
  );
const accept = (host: string, one: CurrentFinding, day: number, until: number) =>
  store.acceptances.accept(
    { host, fingerprint: one.fingerprint },
    { actor, at: at(day), reason: 'known', until: morning(until) },
  );

beforeEach(async () => {
  database = temporaryDatabase();
  now = at(10);
  store = await database.open(() => now);
  for (const host of hosts) await scan(host, 1, findings);
});
afterEach(async () => {
  await store.close();
  database.remove();
});

/** Worst first, then as bytes are. */
function inOrder(found: readonly StoredFinding[]): StoredFinding[] {
  const partsOf = (one: StoredFinding) => [one.rule, one.host, one.subjectKey, one.fingerprint];
  return found.toSorted((a, b) => {
    const worse = severities.indexOf(b.severity) - severities.indexOf(a.severity);
    const others = partsOf(b);
    const orders = partsOf(a).map((part, index) => bytes(part).compare(bytes(others[index] ?? '')));
    return worse || orders.find((order) => order !== 0) || 0;
  });
}

/** Of what a database keeps in its place where it takes it as it is not. */
const bytes = (text: string) =>
  Buffer.from(text.replace('\0', '\ufdd00').replace(/\ud83d(?!\ude00)/, '\ufdd0d83d'));

async function everyPage(asked: OpenFindingsAsked, limit: number): Promise<StoredFinding[]> {
  const found: StoredFinding[] = [];
  for (let after: string | null = null; ; ) {
    const page = await store.scans.pageOpenFindings({ ...asked, after, limit });
    expect(page.before).toBe(found.length);
    expect(page.findings.length).toBeLessThanOrEqual(limit);
    found.push(...page.findings);
    const last = page.findings.at(-1);
    if (last === undefined) {
      const counted = Object.values(page.counts).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(found.length);
      const ofRule = (rule: string, severity: string) =>
        found.filter((one) => one.rule === rule && one.severity === severity).length;
      for (const { rule, severity, count } of page.byRule)
        expect([rule, severity, count]).toEqual([rule, severity, ofRule(rule, severity)]);
      expect(page.byRule.reduce((sum, { count }) => sum + count, 0)).toBe(found.length);
      return found;
    }
    after = findingOrder(last);
  }
}

const counting = async (asked: OpenFindingsAsked) =>
  (await store.scans.listOpenFindings(asked)).filter((one) => !isAccepted(one));

test.each([1, 7, 1_000])(
  'pages of %i hold every finding once, in the order of bytes',
  async (limit) => {
    const all = await counting({ hosts });

    expect(await everyPage({ hosts }, limit)).toEqual(inOrder(all));
    expect(all).toHaveLength(findings.length * hosts.length);
  },
);

test('what is accepted stands on no page and in no count, until it lapses', async () => {
  const [first, second, third, fourth] = findings as [
    CurrentFinding,
    CurrentFinding,
    CurrentFinding,
    CurrentFinding,
  ];
  await accept('web-1', first, 2, 20);
  await accept('web-1', second, 2, 5);
  await accept('Web-2', third, 2, 20);
  await store.acceptances.unaccept(
    { host: 'Web-2', fingerprint: third.fingerprint },
    { actor, at: at(3) },
  );
  await accept('constructor', fourth, 2, 4);
  await accept('constructor', fourth, 5, 20);

  expect(await everyPage({ hosts }, 5)).toEqual(inOrder(await counting({ hosts })));
  const page = await store.scans.pageOpenFindings({ hosts, after: null, limit: 1 });
  expect(page.counts.critical).toBe(2 * subjects.length * hosts.length - 2);
  const decided = await store.scans.listDecidedFindings({ hosts });
  expect(decided.map(({ host, acceptance }) => [host, acceptance?.state])).toEqual([
    ['Web-2', 'withdrawn'],
    ...[['constructor', 'in-force']],
    ['web-1', 'in-force'],
    ['web-1', 'expired'],
  ]);

  now = at(30);
  expect(await everyPage({ hosts }, 5)).toHaveLength(findings.length * hosts.length);
});

test('a filter is one of the whole list, its pages and its decided ones', async () => {
  await accept('web-1', findings[0] as CurrentFinding, 2, 20);
  const asked = { hosts, severities: ['critical' as const], rules: ['rule-b'] };

  const all = await store.scans.listOpenFindings(asked);
  expect(all).toHaveLength(subjects.length * hosts.length);
  expect(all.every(({ rule, severity }) => rule === 'rule-b' && severity === 'critical')).toBe(
    true,
  );
  expect(await everyPage(asked, 4)).toEqual(inOrder(all.filter((one) => !isAccepted(one))));
  expect(await store.scans.listDecidedFindings(asked)).toHaveLength(1);
  expect(await store.scans.listDecidedFindings({ ...asked, severities: ['low'] })).toEqual([]);
});

test('a list that was begun goes on in the scans of its first page', async () => {
  const asOf = Object.fromEntries(hosts.map((host) => [host, `${host} 1`]));
  const before = await everyPage({ hosts, asOf }, 6);
  await scan('web-1', 2, findings.slice(3));
  await scan('web-1', 3, [...findings.slice(5), finding('rule-new', 'high', 'new')]);
  await scan('ärger', 2, []);

  const key = ({ host, fingerprint }: StoredFinding) => `${host} ${fingerprint}`;
  const after = await everyPage({ hosts, asOf }, 6);
  expect(after.map(key)).toEqual(before.map(key));
  expect(after).toEqual(inOrder(await counting({ hosts, asOf })));
  expect(await everyPage({ hosts }, 6)).toEqual(inOrder(await counting({ hosts })));
  // A scan of another host is none of this one's.
  const strange = { 'web-1': 'Web-2 1' };
  expect(await everyPage({ hosts: ['web-1'], asOf: strange }, 6)).toEqual(
    inOrder(await counting({ hosts: ['web-1'] })),
  );
});

test('a page goes on where it ended when the last one shown is gone', async () => {
  const all = inOrder(await counting({ hosts: ['web-1'] }));
  const gone = all[5] as StoredFinding;
  await scan(
    'web-1',
    2,
    findings.filter(({ fingerprint }) => fingerprint !== gone.fingerprint),
  );

  const page = await store.scans.pageOpenFindings({
    ...{ hosts: ['web-1'], after: findingOrder(gone), limit: 3 },
  });
  expect(page.before).toBe(5);
  expect(page.findings.map(({ fingerprint }) => fingerprint)).toEqual(
    all.slice(6, 9).map(({ fingerprint }) => fingerprint),
  );
});

test('what could not be judged again has its reason on its page', async () => {
  await store.scans.saveScan(
    scanRecord({
      ...{ host: 'web-1', startedAt: morning(2), finishedAt: morning(2), findings: [] },
      undecided: [
        {
          rule: 'rule-b',
          subjectKind: 'container',
          subjectKey: null,
          reason: 'connection refused',
        },
      ],
    }),
  );

  const found = await everyPage({ hosts: ['web-1'] }, 4);
  expect(found).toHaveLength(subjects.length + 1);
  expect(found.every(({ unverifiedReason }) => unverifiedReason === 'connection refused')).toBe(
    true,
  );
});

test('no host gives no page, and no error', async () => {
  expect(await everyPage({ hosts: [] }, 5)).toEqual([]);
  expect(await everyPage({ hosts: ['nobody'] }, 5)).toEqual([]);
});

it.each(['alpha', 'one alone', 'a\0b', '\ud83d', 'alpha '])(
  'tells of the container %j alone',
  async (container) => {
    const asked = { hosts: ['web-1', 'ärger'] };
    const all = await store.scans.listOpenFindings(asked);
    const own = await store.scans.listOpenFindings({ ...asked, container });

    expect(own).not.toEqual([]);
    expect(own).toEqual(all.filter(({ subjectKey }) => subjectKey === own[0]?.subjectKey));
    expect(own.length).toBeLessThan(all.length);
  },
);
