import type { DigestAnswer } from '../../src/answers/digest-answer.ts';
import type { CurrentFinding } from '../../src/findings/result.ts';
import { composeDigest, type DigestAsked } from '../../src/inspections/compose-digest.ts';
import type { OwnerRouting } from '../../src/inspections/finding-owners.ts';
import type { HostDeclaration } from '../../src/ports/declarations.ts';
import type { ScanRecord } from '../../src/ports/scan-record.ts';
import type { Fix } from '../../src/posture/best-fixes.ts';
import { rules } from '../../src/programs/assemble.ts';
import type { Severity } from '../../src/rules/rule.ts';
import type { Store } from '../../src/store/open-store.ts';
import { currentFinding, hostPosture, observedContainer, scanRecord } from './scan-records.ts';
import { temporaryDatabase } from './temporary-database.ts';

/** Times of the scenes: the scans of yesterday and today, and the digests right after them. */
export const yesterday = '2026-11-23T06:00:00.000Z';
export const today = '2026-11-24T06:00:00.000Z';
export const since = Date.parse(yesterday) + 5 * 60_000;
export const digestAt = Date.parse(today) + 5 * 60_000;

export const owners: OwnerRouting = {
  label: 'com.example.team',
  groups: { payments: 'S0PAYMENTS', shop: 'S0SHOP' },
};

export interface DigestScene {
  store: Store;
  /** Saves a good scan of a host; `at` is ISO time. */
  scan(host: string, at: string, found?: Partial<ScanRecord>): Promise<unknown>;
  /** Saves a scan that could not reach the host. */
  fail(host: string, at: string): Promise<unknown>;
  /** Accepts what is open, until an ISO time. */
  accept(finding: CurrentFinding, host: string, until: string, at?: string): Promise<unknown>;
  /** The digest of today, compared with yesterday's unless asked otherwise. */
  compose(hosts: readonly string[], asked?: SceneAsked): Promise<DigestAnswer>;
  close(): Promise<void>;
}

type SceneAsked = Partial<Omit<DigestAsked, 'hosts'>> & {
  owners?: OwnerRouting | null;
  groupBy?: string;
  /** Of hosts, by their names. */
  labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** A real database to put scans into and to compose digests from. */
export async function openDigestScene(): Promise<DigestScene> {
  const database = temporaryDatabase();
  const store = await database.open(() => digestAt);
  return {
    store,
    scan: (host, at, found = {}) => store.scans.saveScan(record(host, at, found)),
    fail: (host, at) => store.scans.saveScan(record(host, at, unreachable)),
    accept: ({ fingerprint }, host, until, at = yesterday) =>
      store.acceptances.accept(
        { host, fingerprint },
        {
          actor: { id: 'U0ALICE', name: 'alice', place: 'C0SECURITY' },
          at: Date.parse(at) + 60_000,
          reason: 'replaced in the next release',
          until,
        },
      ),
    compose: (hosts, { owners: routing = null, groupBy, labels = {}, ...asked } = {}) =>
      composeDigest(
        {
          ...store,
          now: () => digestAt,
          store: store.scans,
          feedsStaleAfterMs: 5 * 24 * 60 * 60_000,
          rules,
          groupBy: groupBy ?? null,
          owners: routing,
        },
        {
          day: '2026-11-24',
          timezone: 'Europe/Berlin',
          hosts: hosts.map((name) => ({ ...declaration(name), labels: labels[name] ?? {} })),
          pending: [],
          since,
          ...asked,
        },
      ),
    async close() {
      await store.close();
      database.remove();
    },
  };
}

const record = (host: string, at: string, found: Partial<ScanRecord>): ScanRecord =>
  scanRecord({
    host,
    startedAt: at,
    finishedAt: new Date(Date.parse(at) + 9_000).toISOString(),
    ...found,
  });

const unreachable: Partial<ScanRecord> = {
  engine: null,
  containers: null,
  coverage: { answered: 0, unknown: 45, notApplicable: 0, total: 45 },
  unreadSections: [{ section: 'engine', reason: 'connect ECONNREFUSED 10.0.0.7:2376' }],
  undecided: rules.map(({ id, subject }) => ({
    rule: id,
    subjectKind: subject,
    subjectKey: null,
    reason: 'connect ECONNREFUSED 10.0.0.7:2376',
  })),
};

const declaration = (name: string): HostDeclaration => ({
  name,
  endpoint: { kind: 'unix', url: `unix:///srv/${name}.sock`, isMutualTls: false, socketPath: null },
  isDefault: false,
  labels: {},
  evidence: 'api',
});

/** A finding of a rule of the catalogue on a container. */
export function findingOf(
  rule: string,
  subjectKey: string,
  severity: Severity,
  difference: Partial<CurrentFinding> = {},
): CurrentFinding {
  const message = `does not do what ${rule} wants`;
  return currentFinding({ rule, subjectKey, severity, message, ...difference });
}

/** A running container with a name, and an owner when it has the label. */
export const containerOf = (name: string, owner: string | null = null) =>
  observedContainer(Buffer.from(name).toString('hex').padStart(64, '0'), { name, owner });

/** A fix as a scan computes it. */
export const fixOf = (
  rule: string,
  subject: string,
  words: string,
  scores: [number, number],
): Fix => {
  const [scoreBefore, scoreAfter] = scores;
  return {
    ...{ rule, subject, scoreBefore, scoreAfter },
    fingerprint: `${rule}:${subject}`,
    severity: 'critical',
    remediation: words,
    sentence: `${words}: ${scoreBefore} → ${scoreAfter}`,
    gradeAfter: scoreAfter >= 70 ? 'C' : 'D',
  };
};

export const fleetOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `web-${index + 1}`);

const containerRules = rules.filter(({ subject }) => subject === 'container').slice(0, 10);
const services = Array.from({ length: 26 }, (_, index) => `service-${index}`);
const teams = ['payments', 'shop', 'platform', null];

/** What a host of the large fleet has: 250 findings on 25 of its 26 containers. */
function largeHost(isToday: boolean): Partial<ScanRecord> {
  // Today the first service is fixed, the last is new, and one severity rose everywhere.
  const failing = isToday ? services.slice(1) : services.slice(0, -1);
  const findings = failing.flatMap((service) =>
    containerRules.map(({ id, severity }, index) =>
      findingOf(id, service, isToday && index === 0 ? 'critical' : index === 0 ? 'low' : severity),
    ),
  );
  const containers = services.map((name, index) => containerOf(name, teams[index % 4] ?? null));
  const gone = containerOf('job-1');
  const bestFixes = [
    fixOf('no-privileged-container', 'service-3', 'Take privileges away', [52, 66]),
  ];
  const posture = hostPosture({ score: 52, grade: 'F', bestFixes });
  return { findings, posture, containers: isToday ? containers : [...containers, gone] };
}

/** Twenty hosts with 5,000 open findings, most of them old. */
export async function saveLargeFleet(scene: DigestScene): Promise<string[]> {
  const hosts = fleetOf(20);
  for (const host of hosts) {
    await scene.scan(host, yesterday, largeHost(false));
    await scene.scan(host, today, largeHost(true));
  }
  return hosts;
}

/** Four hosts on an eventful day: what a team of a few services may see in the morning. */
export async function saveOrdinaryDay(scene: DigestScene): Promise<string[]> {
  const socket = (name: string) =>
    findingOf('no-docker-socket-mount', name, 'critical', {
      message: 'mounts /run/docker.sock, and an engine socket with it',
    });
  const port = findingOf('no-public-port', 'shop-web', 'medium', {
    message: 'publishes 8080/tcp on every interface',
  });
  const latest = (name: string) =>
    findingOf('no-mutable-tag', name, 'low', { message: 'follows the tag latest' });
  const memory = (name: string) =>
    findingOf('memory-limit', name, 'medium', { message: 'has no memory limit' });
  const root = (name: string) =>
    findingOf('no-root-user', name, 'medium', { message: 'runs as root' });
  const added = findingOf('no-added-capabilities', 'runner', 'medium', {
    message: 'adds CAP_NET_ADMIN',
  });
  const privileged = findingOf('no-privileged-container', 'backup', 'critical', {
    message: 'runs privileged',
  });
  const web = ['shop-web', 'shop-cart', 'pay-api', 'pay-worker'];
  const webContainers = web.map((name) =>
    containerOf(name, name.startsWith('pay') ? 'payments' : 'shop'),
  );
  const secret = findingOf('no-env-secret', 'pay-api', 'high', {
    message: 'has secrets in its environment: DB_PASSWORD',
  });
  const old = [secret, ...web.flatMap((name) => [memory(name), root(name)])];
  const fixes = [
    fixOf('no-public-port', 'shop-web', 'Bind the port of shop-web to 127.0.0.1', [64, 71]),
  ];
  const webPosture = hostPosture({ score: 64, grade: 'D', bestFixes: fixes });
  const owned = { waysByContainer: [{ id: 'pay-worker', count: 1, worst: 'direct' as const }] };
  for (const host of ['web-1', 'web-2']) {
    await scene.scan(host, yesterday, {
      findings: [...old, latest('shop-web')],
      containers: webContainers,
      posture: webPosture,
    });
  }
  const ciFixes = [
    fixOf('no-docker-socket-mount', 'runner', 'Remove the socket mount from runner', [41, 63]),
  ];
  const ci: Partial<ScanRecord> = {
    findings: [added, memory('runner'), root('runner')],
    containers: [containerOf('runner')],
    posture: hostPosture({ score: 41, grade: 'F', bestFixes: ciFixes, ...owned }),
  };
  const job = (count: number) =>
    observedContainer(`${count}`.padStart(64, 'e'), {
      name: `job-${count}`,
      imageReference: 'registry.example/ci-job:2026.11',
    });
  await scene.scan('ci', yesterday, ci);
  await scene.scan('ci', '2026-11-23T18:00:00.000Z', {
    ...ci,
    containers: [containerOf('runner'), job(1), job(2), job(3)],
  });
  await scene.scan('db-1', yesterday, {
    findings: [privileged, memory('postgres')],
    containers: [containerOf('postgres', 'payments'), containerOf('backup', 'payments')],
    posture: hostPosture({ score: 78, grade: 'C' }),
  });
  await scene.accept(privileged, 'db-1', '2026-11-30T23:59:59.999Z');
  for (const host of ['web-1', 'web-2']) {
    await scene.scan(host, today, {
      findings: [...old, ...(host === 'web-1' ? [port] : []), socket('pay-worker')],
      containers: webContainers,
      posture: { ...webPosture, ...owned },
    });
  }
  const risen = { ...added, severity: 'high' as const, message: 'adds CAP_SYS_ADMIN' };
  await scene.scan('ci', today, {
    ...ci,
    findings: [risen, memory('runner'), root('runner'), socket('runner')],
  });
  await scene.fail('db-1', '2026-11-23T23:10:00.000Z');
  await scene.fail('db-1', today);
  return ['web-1', 'web-2', 'ci', 'db-1'];
}
