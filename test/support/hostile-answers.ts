import type { AskedPast } from '../../src/answers/container-past.ts';
import type { DriftedContainer } from '../../src/answers/diff-answer.ts';
import type { DigestHost, FindingGroup } from '../../src/answers/digest-answer.ts';
import type { FirstScreen } from '../../src/answers/first-screen.ts';
import type { HistoryPoint } from '../../src/answers/history.ts';
import type { EdgeRemark, HostJudgements } from '../../src/answers/host-state.ts';
import type { Self } from '../../src/answers/own-power.ts';
import type { Reporting, Trace } from '../../src/answers/trace.ts';
import { assess } from '../../src/assessment/assess.ts';
import type { Control } from '../../src/controls/control.ts';
import type { Isolation } from '../../src/controls/isolation.ts';
import type { FieldChange } from '../../src/drift/configured-fields.ts';
import type { ContainerDrift } from '../../src/drift/container-drift.ts';
import { evaluate } from '../../src/findings/evaluate.ts';
import { hostPower, slackPower } from '../../src/inspections/host-power.ts';
import { type ReachKind, type ReachTarget, reached } from '../../src/paths/reach-target.ts';
import type { StoredAcceptance } from '../../src/ports/acceptance-store.ts';
import type { StoredSurface } from '../../src/ports/inventory.ts';
import type { BlindInterval } from '../../src/ports/past.ts';
import type { StoredContainer, StoredFinding } from '../../src/ports/stored.ts';
import { assessHost, type HostPosture } from '../../src/posture/assess-host.ts';
import { fleetPosture } from '../../src/posture/fleet.ts';
import { gradeOf } from '../../src/posture/score.ts';
import {
  noDockerSocketMount,
  noPrivilegedContainer,
  noPublicPort,
} from '../../src/rules/catalogue/index.ts';
import { bind, port } from '../../src/rules/example-facts.ts';
import { exampleContainer, exampleSnapshot } from '../../src/rules/example-host.ts';
import type { ExampleHost, Rule } from '../../src/rules/rule.ts';
import type { AnswerKind, AnswerOf } from '../../src/views/answer.ts';
import { hostileExposure } from './hostile-exposure.ts';
import { hostileImages } from './hostile-images.ts';
import {
  answered,
  doorFacts,
  powerHost,
  refused,
  refusedByPlugin,
  socketGuard,
  triedReads,
  unclear,
} from './power-facts.ts';

/** Everything that pings, links, formats, moves a cursor or breaks a line where it is believed. */
export const hostileText = [
  '<!channel> <@U0ALICE00> <http://evil.example|web-1> &lt;!here&gt;',
  '`code` *bold* _it_ ~gone~ :fire: [a](http://evil.example)',
  '\u001b[31mred\u001b[0m \u202egnp.exe \u200b\u0007',
  'line one\nline two\r\n{{x}} "quoted" \'too\'',
].join(' ');
export const hostileName = `evil-${hostileText}`;
export const longName = `long-${'x'.repeat(295)}`;

const now = '2026-01-02T06:00:00.000Z';
const earlier = '2026-01-01T06:00:00.000Z';

export function storedFinding(difference: Partial<StoredFinding> = {}): StoredFinding {
  return {
    fingerprint: 'f1',
    rule: 'no-privileged-container',
    severity: 'critical',
    subjectKind: 'container',
    subjectKey: hostileName,
    subjects: [hostileName, longName],
    message: `${hostileName} runs privileged`,
    evidence: [{ path: 'HostConfig.Privileged', value: true, source: 'GET /containers/{id}/json' }],
    host: 'web-1',
    firstSeen: earlier,
    lastSeen: now,
    baselineState: 'new',
    unverifiedReason: null,
    acceptance: null,
    ...difference,
  };
}

/** A control that speaks of what a container calls itself. */
const hostileControl: Control = {
  control: 'user',
  configured: hostileName,
  effective: [hostileName],
  source: 'measured',
  at: now,
  verdict: 'not-enforced',
  note: hostileName,
  evidence: 'GET /containers/{id}/top',
};

const hostileIsolation: Isolation = {
  level: 'on-the-host',
  source: 'measured',
  because: hostileName,
  lacks: [hostileName],
};

/** A surface of which the engine told nothing but hostile text. */
const hostileSurface: StoredSurface = {
  ports: { state: 'unread', reason: hostileText },
  setUid: { state: 'read', value: { count: 3, rootCount: 2, isWhole: false } },
  processes: { state: 'unread', reason: hostileName },
  installed: {
    state: 'read',
    value: {
      key: 'k1',
      manager: 'dpkg',
      operatingSystem: { id: hostileText, versionId: hostileText, prettyName: hostileName },
      packages: 78,
      isOwn: true,
    },
  },
};

/** The same with a port behind which nobody listens, in a network that it joined. */
const portSurface: StoredSurface = {
  ...hostileSurface,
  ports: {
    state: 'read',
    value: [
      {
        protocol: 'tcp',
        family: 'ipv6',
        address: hostileText,
        scope: 'one-address',
        hostPort: 8080,
        containerPort: 80,
        via: 'joined',
        through: [hostileName],
        listening: { state: 'dead', because: hostileText, at: now },
        source: hostileText,
      },
    ],
  },
};

/** An acceptance whose texts, typed by a person or named by an engine, are hostile. */
export function storedAcceptance(state: StoredAcceptance['state']): StoredAcceptance {
  const isEnded = state === 'withdrawn' || state === 'voided' || state === 'replaced';
  return {
    host: 'web-1',
    fingerprint: 'f1',
    rule: 'no-privileged-container',
    subjectKind: 'container',
    subjectKey: hostileName,
    severity: 'critical',
    binding: [
      { name: 'evidence', values: [] },
      { name: 'mount', values: [`/srv/${hostileText}:/data:rw`] },
    ],
    reason: hostileText,
    by: hostileName,
    madeAt: earlier,
    until: '2026-03-01T23:59:59.999Z',
    ended: isEnded
      ? { at: now, by: hostileName, kind: state, why: `a mount was added: ${hostileText}` }
      : null,
    state,
  };
}

const acceptedFinding = () => ({
  ...storedFinding(),
  acceptance: storedAcceptance('in-force'),
});

export function storedContainer(
  difference: Partial<StoredContainer['facts']> = {},
): StoredContainer {
  return {
    host: 'web-1',
    facts: {
      ...exampleContainer,
      name: hostileName,
      imageReference: `registry.example/${hostileText}`,
      mounts: [
        {
          kind: 'bind',
          hostPath: `/srv/${hostileText}`,
          volume: null,
          destination: '/data',
          isWritable: true,
          propagation: 'rprivate',
        },
      ],
      ports: [
        {
          containerPort: 80,
          protocol: 'tcp',
          hostIp: '',
          hostPort: 8080,
          family: 'ipv4',
          isOpen: true,
        },
      ],
      environment: [{ name: hostileText, valueClass: 'token' }],
      ...difference,
    },
    facets: ['privileged', 'published'],
    unverifiedFacets: ['seccomp-off'],
    controls: [hostileControl],
    isolation: hostileIsolation,
    surface: hostileSurface,
    imageDeclares: null,
    firstSeen: earlier,
    lastSeen: now,
    removedAt: null,
  };
}

const hostileTarget = (kind: ReachKind, difference: Partial<ReachTarget>): ReachTarget =>
  reached({
    ...{ kind, name: hostileText, certainty: 'measured', address: '10.0.0.2', port: 80 },
    ...{ protocol: 'tcp', through: { kind: 'network', name: hostileName } },
    evidence: [{ path: 'NetworkSettings.Networks', value: [hostileName], source: hostileText }],
    ...difference,
  });

export function hostState(difference: Partial<HostJudgements> = {}): HostJudgements {
  return {
    name: 'web-1',
    url: 'unix:///var/run/docker.sock',
    kind: 'unix',
    isRetired: false,
    evidence: 'api',
    isDefault: true,
    labels: { owner: hostileText },
    lastScanAt: now,
    lastScanId: 'scan-2',
    lastGoodScanAt: earlier,
    isReachable: false,
    unread: { reason: hostileText, since: earlier },
    engineVersion: hostileText,
    clockAheadMs: null,
    coverage: { answered: 40, unknown: 2, notApplicable: 3, total: 45 },
    grade: { score: 62, grade: 'D' },
    unreadSections: [{ section: 'images', reason: hostileText }],
    open: { critical: 1, high: 0, medium: 2, low: 0 },
    accepted: { critical: 0, high: 1, medium: 0, low: 0 },
    undecided: [
      {
        rule: 'no-root-user',
        subjectKind: 'container',
        subjectKey: hostileName,
        reason: hostileText,
      },
    ],
    ...difference,
  };
}

/** What is computed of a host whose names are hostile. */
function hostilePosture(): HostPosture {
  const hostile: ExampleHost = {
    container: {
      name: hostileName,
      user: { declared: '', uid: 0, reason: null },
      mounts: [bind('/run/docker.sock')],
      ports: [port('0.0.0.0', 80)],
      isPrivileged: true,
    },
    otherContainers: [{ name: longName, mounts: [bind('/run/docker.sock')] }],
  };
  const snapshot = exampleSnapshot(hostile);
  const rules: readonly Rule[] = [noPrivilegedContainer, noDockerSocketMount, noPublicPort];
  const found = assessHost(rules, evaluate(rules, assess(snapshot)), assess(snapshot));
  return { ...found, pathsUnknown: [hostileText] };
}

const hostileChanges: FieldChange[] = [
  { field: 'mounts', removed: [hostileText], added: [hostileName, longName] },
  { field: hostileName, removed: [], added: [`sha256:${'a'.repeat(64)}`] },
];
const hostileDrift: ContainerDrift = {
  baseline: { by: hostileName, madeAt: earlier, reason: hostileText, changes: hostileChanges },
  compose: {
    configHash: hostileText,
    otherConfiguration: [{ name: hostileName, createdAt: earlier }],
    changed: { since: earlier, changes: hostileChanges },
  },
  image: hostileChanges,
};
const hostileSelf: Self = {
  container: { host: hostileName, name: longName, id: 'c0ffee' },
  probes: [{ host: hostileName, count: 12, since: earlier }],
};

const hostileDrifted: DriftedContainer[] = [
  { host: hostileName, name: longName, fields: [hostileText, 'mounts'] },
];

const blindInterval = (): BlindInterval => ({
  kind: 'scan',
  host: hostileName,
  from: earlier,
  to: null,
  lastGood: null,
  failedScans: 3,
  cause: hostileText,
});

const hostilePast = (): AskedPast => ({
  from: '2026-01-01T09:00:00.000Z',
  to: now,
  sights: [
    { host: hostileName, firstAt: null, before: null, after: null },
    { host: longName, firstAt: now, before: null, after: now },
    { host: 'web-1', firstAt: earlier, before: earlier, after: now },
  ],
  otherHosts: [hostileName, longName],
});

const hostileReport = (delivery: 'dead' | null): Reporting => ({
  channel: hostileName,
  digest: delivery && { day: '2026-01-02', at: now, isFirst: true, delivery, trouble: hostileText },
  reason: hostileText,
});

function hostileTrace(state: Trace['state'], finding: StoredFinding | null): Trace {
  return {
    rule: { id: `rule-${state}`, title: 'Whatever is good' },
    state,
    severity: finding?.severity ?? 'high',
    evidence: storedFinding().evidence,
    finding,
    reason: finding === null ? hostileText : finding.unverifiedReason,
    scansSeen: finding === null ? null : 3,
    acceptances: finding === null ? [] : [storedAcceptance('in-force'), storedAcceptance('voided')],
    reporting: finding === null ? [] : [hostileReport('dead'), hostileReport(null)],
    alerts:
      finding === null
        ? []
        : [
            {
              ...{ channel: hostileName, at: now, delivery: 'pending', trouble: hostileText },
              ...{ acknowledgedBy: hostileName, assignedTo: 'U0NOBODY0' },
            },
          ],
  };
}

function digestHost(difference: Partial<DigestHost> = {}): DigestHost {
  return {
    name: hostileName,
    labels: { remark: hostileText },
    state: 'down',
    clockAheadMs: null,
    isFirstRead: false,
    lastGoodAt: earlier,
    grade: { score: 62, grade: 'D' },
    open: { critical: 1, high: 0, medium: 2, low: 0 },
    accepted: 1,
    containers: 3,
    coverage: { answered: 40, unknown: 2, notApplicable: 3, total: 45 },
    unreadSections: [{ section: 'images', reason: hostileText }],
    unknownControls: [{ control: 'seccomp', containers: 4 }],
    ...difference,
  };
}

/** Owners in turn: one with a user group, one with a wrong id, one without any, nobody. */
function findingGroup(change: FindingGroup['change'], count: number): FindingGroup {
  const owners = [hostileName, hostileText, longName, null];
  return {
    change,
    rule: 'no-privileged-container',
    severity: 'critical',
    was: null,
    places: Array.from({ length: count }, (_, index) => ({
      host: index % 2 === 0 ? hostileName : longName,
      fingerprint: `f${index}`,
      subjectKind: 'container',
      subjects: [hostileName, longName],
      message: `${hostileName} runs privileged`,
      why: change === 'lapsed' ? `its acceptance is void: ${hostileText}` : null,
      unverified: index === 1 ? hostileText : null,
      owner: owners[index % owners.length] ?? null,
    })),
  };
}
export const historyPoint = (score: number | null, critical: number, at = now): HistoryPoint => ({
  at,
  score,
  grade: score === null ? null : gradeOf(score),
  open: { critical, high: 4, medium: 9, low: 2 },
  accepted: { low: 0, medium: 0, high: 0, critical: 0 },
  changes: { new: critical, fixed: 1 },
});

const hosts = [
  hostState(),
  hostState({
    name: 'web-2',
    isDefault: false,
    labels: { remark: 'sample: recorded, with a made-up history' },
    lastGoodScanAt: now,
  }),
  hostState({ name: 'web-3', lastScanAt: null, lastGoodScanAt: null, isReachable: null }),
];
const nextDigest = {
  channel: hostileName,
  day: '2026-01-03',
  at: '2026-01-03T07:30:00.000Z',
  timezone: 'Europe/Berlin',
};
const next = [`inspect ${hostileName}`, 'scan on web-1', 'help'];
const common = { takenAt: now, next };

/** A verdict and a worst container of which nothing may act. */
const hostileFirstScreen: FirstScreen = {
  verdict: { ease: 'direct', sentence: `${hostileName} is easy to take over.` },
  worst: [
    {
      host: hostileName,
      kind: 'container',
      subject: hostileName,
      severity: 'critical',
      way: 'direct',
      messages: [hostileText, longName],
      fix: `Recreate ${hostileName} without --privileged`,
      isOnOthers: true,
      others: [{ host: hostileName, subject: hostileName }],
    },
    {
      host: longName,
      kind: 'engine',
      subject: 'engine',
      severity: 'low',
      way: null,
      messages: [hostileText],
      fix: '',
    },
  ],
};

const hostileVulnerability = {
  ...{ id: hostileText, severity: null, isExploited: true, isFixable: true },
  ...{ packages: [longName, hostileName], hosts: [hostileName, longName, 'web-1'] },
};

const hostileGroup = {
  ...{ label: hostileText, value: hostileName, hosts: 40, unread: 2, grade: null },
  open: { low: 1, medium: 0, high: 0, critical: 3 },
};

const hostileDigest: AnswerOf<'digest'> = {
  kind: 'digest',
  ...common,
  groups: [{ ...hostileGroup, news: 3, better: 0 }],
  vulnerabilities: {
    new: { count: 12, worst: [hostileVulnerability, hostileVulnerability, hostileVulnerability] },
    fixable: { count: 0, worst: [] },
    exploited: { count: 1, worst: [hostileVulnerability] },
    ...{ unknown: 3, stale: [hostileName], unfetched: [hostileName] },
  },
  day: '2026-11-24',
  timezone: hostileName,
  pending: [longName],
  isBaseline: false,
  since: earlier,
  hosts: [hostileName, longName],
  firstScreen: hostileFirstScreen,
  states: [digestHost(), digestHost({ name: longName, state: 'pending' })],
  ruleCount: 121,
  news: [
    findingGroup('new', 2),
    { ...findingGroup('worse', 1), was: 'low' },
    findingGroup('lapsed', 3),
  ],
  better: [
    findingGroup('fixed', 1),
    { ...findingGroup('milder', 2), was: 'critical' },
    findingGroup('passing', 1),
  ],
  newAccepted: 2,
  open: [findingGroup('open', 9)],
  expiring: [acceptedFinding()],
  bestFixes: [
    {
      hosts: [hostileName],
      rule: 'no-privileged-container',
      subject: hostileName,
      sentence: `Take privileges from ${hostileName}: 62 → 74`,
      gradeBefore: 'D',
      gradeAfter: 'C',
    },
  ],
  exposure: [
    {
      rule: 'no-privileged-container',
      severity: 'critical',
      hours: 24,
      findings: 2,
      hosts: [hostileName],
      oldest: earlier,
    },
  ],
  shortLived: [
    {
      host: hostileName,
      id: hostileText,
      name: hostileName,
      image: `registry.example/${hostileText}`,
      facets: ['privileged'],
      ...{ firstSeen: earlier, startedAt: earlier, endedAt: now, exitCode: 137 },
      removedAt: now,
    },
  ],
  glimpses: [
    {
      ...{ host: hostileName, containerId: hostileText, name: longName, image: hostileText },
      labels: { composeProject: hostileName, composeService: longName, owner: null },
      ...{ firstSeen: earlier, lastSeen: earlier, removedAt: now, reason: hostileText },
    },
  ],
  drifted: hostileDrifted,
  blind: [
    {
      kind: 'scan',
      host: hostileName,
      from: earlier,
      to: null,
      lastGood: earlier,
      failedScans: 3,
      cause: hostileText,
    },
  ],
  history: null,
  owners: [
    { name: hostileName, group: 'S0PAYMENTS' },
    { name: hostileText, group: '!channel' },
    { name: longName, group: null },
  ],
};

/** One answer of every kind, with hostile text wherever an engine or a person puts text. */
const edges: EdgeRemark[] = [
  { kind: 'clones', hosts: [hostileName, longName], engineId: hostileText },
  { kind: 'copy', host: hostileName, at: earlier, address: hostileText, what: hostileText },
  { kind: 'waiting', host: hostileName, until: now },
  { kind: 'waiting', host: longName, until: null },
];

export const hostileAnswers: { [K in AnswerKind]: AnswerOf<K> } = {
  help: {
    kind: 'help',
    ...common,
    verb: null,
    start: [{ line: 'scan', says: 'Look at the hosts now' }],
    commands: [
      {
        name: 'inspect',
        task: 'ask',
        topic: 'container',
        summary: 'Show one container',
        note: null,
        usage: 'inspect <container> [on <host>]',
        permission: 'view',
        label: null,
        examples: ['inspect redis on web-1'],
      },
    ],
  },
  status: {
    kind: 'status',
    digestsOf: hostileName,
    work: {
      processes: (['serve', 'worker'] as const).map((role) => ({
        ...{ id: hostileText, role, version: hostileText, machine: hostileName, pid: 7 },
        ...{ weight: 1, startedAt: 0, seenAt: 0, isDraining: true, hosts: 3 },
      })),
      queue: { waiting: 3, running: 1, oldestMs: 90_000 },
      ...{ watchLagMs: 61_000, blind: { ms: 7_200_000, hosts: 2 } },
    },
    watches: [{ host: hostileName, since: null, coveredUntil: Date.parse(earlier) }],
    ownScans: [{ host: hostileName, endedAt: Date.parse(earlier), problem: hostileText }],
    blind: [blindInterval()],
    ...common,
    version: '0.1.0',
    slack: { at: earlier, reason: hostileText },
    undelivered: [{ channel: hostileName, since: earlier, reason: hostileText }],
    ...{ hosts, edges },
    digests: [nextDigest],
    drifted: hostileDrifted,
    self: hostileSelf,
    size: {
      bytes: 44_000_000,
      disk: { folder: `/srv/${hostileText}`, freeBytes: 9_000_000 },
      tables: [
        { name: 'container', bytes: 30_000_000 },
        { name: 'finding', bytes: 900_000 },
      ],
    },
  },
  baseline: {
    kind: 'baseline',
    ...common,
    baseline: {
      host: hostileName,
      key: hostileName,
      container: longName,
      fields: { image: [hostileText] },
      reason: hostileText,
      by: hostileName,
      madeAt: earlier,
      ended: { at: now, by: hostileName, kind: 'withdrawn', why: 'withdrawn' },
    },
    isWithdrawn: true,
    changes: hostileChanges,
  },
  introduction: { kind: 'introduction', ...common, hosts },
  audit: {
    kind: 'audit',
    about: null,
    ...common,
    verb: 'accept',
    isRefusedOnly: false,
    since: earlier,
    place: hostileText,
    entries: [
      {
        id: 12,
        at: now,
        who: `${hostileName} (U1)`,
        place: hostileText,
        verb: 'accept',
        outcome: 'done',
        what: `no-root-user ${hostileName} on web-1`,
        before: { reason: hostileText, until: earlier },
        after: { reason: longName, until: now, binding: [{ name: hostileName, values: [] }] },
      },
      {
        id: 11,
        at: earlier,
        who: hostileName,
        place: 'terminal',
        verb: 'scan',
        outcome: 'refused',
        what: hostileText,
        before: null,
        after: null,
      },
    ],
    more: 10,
  },
  hosts: { kind: 'hosts', ...common, hosts, groups: [hostileGroup], page: null, edges },
  'edge-host': {
    kind: 'edge-host',
    ...common,
    name: hostileName,
    did: 'added',
    begin: { key: 'swe1_AAAA', until: now },
  },
  scan: {
    kind: 'scan',
    ...common,
    scans: [
      {
        host: 'web-1',
        labels: { remark: hostileText },
        takenAt: now,
        durationMs: 1_234,
        engineVersion: hostileText,
        results: [
          {
            rule: 'no-privileged-container',
            controls: ['cis-1.6:5.4'],
            verdict: 'fail',
            severity: 'critical',
            subject: { kind: 'container', name: hostileName, id: 'c0ffee' },
            message: `${hostileName} runs privileged`,
            evidence: [],
          },
          {
            rule: 'no-root-user',
            controls: ['cis-1.6:4.1'],
            verdict: 'unknown',
            severity: 'medium',
            subject: { kind: 'container', name: hostileName, id: 'c0ffee' },
            message: 'could not be judged',
            evidence: [],
            reason: hostileText,
          },
        ],
        coverage: { answered: 1, unknown: 1, notApplicable: 0, total: 2 },
        unreadSections: [{ section: 'images', reason: hostileText }],
        containers: 1,
        posture: hostilePosture(),
        saved: {
          open: [storedFinding({ acceptance: storedAcceptance('voided') }), acceptedFinding()],
          closed: [storedFinding({ subjectKey: longName, baselineState: 'absent' })],
          isFirstScan: false,
        },
        counts: {
          open: { low: 0, medium: 0, high: 0, critical: 1 },
          accepted: { low: 0, medium: 0, high: 0, critical: 1 },
          ...{ new: 1, gone: 1 },
        },
        storeProblem: null,
        filesystems: { read: 2, known: 3, unread: [{ image: hostileText, reason: hostileText }] },
        firstScreen: hostileFirstScreen,
      },
    ],
  },
  'scan-progress': {
    kind: 'scan-progress',
    ...common,
    next: [],
    hosts: [
      {
        host: 'web-1',
        done: 2,
        total: 8,
        latest: { host: 'web-1', section: 'images', state: 'unread', done: 2, total: 8 },
      },
      { host: 'web-2', done: 0, total: 0, latest: null },
      { host: hostileName, done: 0, total: 0, latest: null, outcome: { state: 'stopped' } },
    ],
  },
  findings: {
    kind: 'findings',
    by: 'rule',
    isUnknownOnly: false,
    otherWay: 'findings --by container',
    unknownLine: 'findings unknown',
    unjudged: [{ host: hostileName, containers: 2 }],
    total: { count: 1, unread: [{ host: hostileName, reason: hostileText, since: null }] },
    ...common,
    filter: { severities: [], rule: null, acceptance: null },
    hosts,
    acceptedCount: 1,
    lapsed: [],
    exposures: [],
    attestations: [],
    exploitedImages: null,
    page: {
      ...{ line: 'findings', after: null, scans: { 'web-1': 'scan-1' }, rescanned: ['web-1'] },
      part: null,
    },
    bySeverity: { low: 0, medium: 1, high: 0, critical: 1 },
    findings: [
      storedFinding({ acceptance: storedAcceptance('voided') }),
      storedFinding({
        rule: 'no-root-user',
        severity: 'medium',
        baselineState: 'unchanged',
        unverifiedReason: hostileText,
      }),
    ],
    past: hostilePast(),
    blind: [blindInterval()],
    unknown: [{ reason: hostileText, count: 1 }],
    undecided: [{ host: 'web-1', rule: 'no-root-user', subject: hostileName, reason: hostileText }],
  },
  containers: {
    kind: 'containers',
    total: { count: 1, unread: [{ host: hostileName, reason: hostileText, since: null }] },
    glimpses: [
      {
        host: hostileName,
        containerId: hostileText,
        name: hostileName,
        image: hostileText,
        labels: { composeProject: hostileName, composeService: longName, owner: null },
        firstSeen: earlier,
        lastSeen: earlier,
        removedAt: null,
        reason: hostileText,
      },
    ],
    ...common,
    facets: ['privileged'],
    hosts,
    containers: [storedContainer(), storedContainer({ name: longName })],
    page: null,
    unverified: [storedContainer()],
    unverifiedCount: 1,
    past: { ...hostilePast(), to: hostilePast().from },
    blind: [blindInterval(), { ...blindInterval(), kind: 'watch', to: now }],
    unwatched: [hostileName],
    self: hostileSelf,
  },
  inspect: {
    kind: 'inspect',
    ...common,
    host: hostState(),
    container: storedContainer(),
    drift: hostileDrift,
    findings: [storedFinding()],
    lastFindings: [storedFinding({ rule: 'no-root-user' })],
    seenFaults: [{ rule: 'no-privileged-container', severity: 'critical', facet: 'privileged' }],
    execs: [
      {
        host: hostileName,
        container: { id: hostileText, name: hostileName },
        power: { state: 'read', value: { user: hostileName, isPrivileged: true } },
        ...{ startedAt: earlier, endedAt: now, exitCode: 137 },
      },
    ],
    told: {
      alerts: [
        {
          ...{ channel: hostileName, at: earlier, delivery: 'dead', trouble: hostileText },
          ...{ severity: 'critical', title: hostileText },
          ...{ acknowledgedBy: hostileName, assignedTo: 'U0NOBODY0' },
        },
      ],
      digests: [
        {
          ...{ channel: hostileName, day: '2026-01-02', at: now, as: 'went' },
          ...{ delivery: 'sent', trouble: null },
        },
      ],
    },
    lastSight: null,
    namesakes: [
      {
        host: hostileName,
        id: 'b'.repeat(64),
        image: hostileText,
        firstSeen: earlier,
        removedAt: now,
      },
    ],
    blind: [blindInterval()],
    accepted: [acceptedFinding()],
    ways: { state: 'unknown', reason: hostileText },
    paths: [],
    undecided: [{ rule: 'no-root-user', reason: hostileText }],
  },
  explain: {
    kind: 'explain',
    ...common,
    topic: 'cis-5.5',
    term: {
      id: 'privileged',
      name: 'privileged container',
      text: 'It has everything.',
      source: 'Docker manual',
      containers: {
        label: 'Privileged',
        found: [
          { host: 'web-1', name: hostileName },
          { host: 'web-1', name: longName },
        ],
        unsure: [{ host: 'web-1', name: hostileText }],
        total: 3,
      },
      facts: [{ host: 'web-1', fact: `version ${hostileText}` }],
      related: [{ id: 'no-root-user', title: 'No root', open: [storedFinding()], unknown: 1 }],
    },
    rules: [
      {
        rule: {
          id: 'no-privileged-container',
          title: 'No container is privileged',
          severity: 'critical',
          subject: 'container',
          controls: ['cis-1.6:5.4'],
          rationale: 'A privileged container is the host.',
          remediation: 'Remove --privileged.',
          needs: ['containers'],
        },
        here: [storedFinding()],
        undecided: [{ host: 'web-1', subject: hostileName, reason: hostileText }],
      },
    ],
    ambiguity: 'The number differs by version.',
    hosts,
  },
  posture: {
    kind: 'posture',
    ...common,
    firstScreen: hostileFirstScreen,
    hosts,
    postures: [
      { host: 'web-1', scannedAt: earlier, posture: hostilePosture() },
      { host: 'web-2', scannedAt: now, posture: { ...hostilePosture(), score: null, grade: null } },
      { host: 'web-3', scannedAt: null, posture: null },
    ],
    fleet: fleetPosture([hostilePosture(), null, null]),
  },
  accepted: {
    kind: 'accepted',
    ...common,
    acceptance: storedAcceptance('in-force'),
    finding: storedFinding(),
  },
  unaccepted: {
    kind: 'unaccepted',
    ...common,
    acceptance: storedAcceptance('withdrawn'),
    isOpen: true,
  },
  attested: {
    kind: 'attested',
    ...common,
    rule: { id: 'hardened-host-os', title: 'The host is hardened' },
    attestations: [
      {
        rule: 'hardened-host-os',
        scope: '*',
        reason: hostileText,
        by: hostileName,
        madeAt: earlier,
        until: '2026-03-01T23:59:59.999Z',
        ended: null,
        state: 'in-force',
      },
    ],
    isWithdrawn: false,
  },
  why: {
    kind: 'why',
    ...common,
    host: hostState(),
    subject: hostileName,
    removedAt: null,
    traces: [
      hostileTrace('reported', storedFinding({ unverifiedReason: hostileText })),
      hostileTrace('accepted', acceptedFinding()),
      hostileTrace('unknown', null),
      hostileTrace('pass', null),
      hostileTrace('not-applicable', null),
      hostileTrace('pass-or-not-applicable', null),
    ],
  },
  digest: hostileDigest,
  'digest-now': {
    kind: 'digest-now',
    ...common,
    channel: hostileName,
    day: '2026-01-02',
    timezone: 'Europe/Berlin',
    state: 'done',
    finishedAt: earlier,
  },
  'digest-preview': {
    kind: 'digest-preview',
    ...common,
    channel: hostileName,
    digest: hostileDigest,
  },
  'digest-schedule': {
    kind: 'digest-schedule',
    ...common,
    channel: hostileName,
    change: 'set',
    schedule: { at: '08:30', timezone: 'Europe/Berlin', days: ['mon', 'wed'] },
    origin: 'command',
    changed: { by: hostileName, at: earlier },
    nextRun: nextDigest,
    undo: `digest schedule ${hostileText}`,
  },
  controls: {
    kind: 'controls',
    page: null,
    ...common,
    hosts,
    isOne: true,
    containers: [
      {
        host: 'web-1',
        name: hostileName,
        id: 'a1',
        state: 'running',
        controls: [hostileControl],
        reachable: { capabilities: ['CAP_CHOWN'], needs: 'a file with set-uid root' },
      },
    ],
  },
  isolation: {
    kind: 'isolation',
    page: null,
    ...common,
    hosts,
    isOne: false,
    containers: [
      {
        host: 'web-1',
        name: hostileName,
        id: 'a1',
        state: 'running',
        isolation: hostileIsolation,
        ways: { state: 'unknown', reason: hostileText },
        paths: [],
      },
    ],
    enginePaths: [],
    pathsUnknown: [{ host: 'web-1', reason: hostileName }],
  },
  execs: {
    kind: 'execs',
    ...common,
    hosts,
    container: { name: hostileName, id: 'a1' },
    since: earlier,
    execs: Array.from({ length: 60 }, (_, index) => ({
      host: hostileName,
      container: { id: hostileText, name: index % 2 === 0 ? hostileName : null },
      power:
        index % 3 === 0
          ? { state: 'unread', reason: hostileText }
          : { state: 'read', value: { user: hostileName, isPrivileged: index % 2 === 0 } },
      startedAt: earlier,
      endedAt: index % 2 === 0 ? now : null,
      exitCode: index % 2 === 0 ? 137 : null,
    })),
    isCut: true,
    unwatched: [hostileName],
    blind: [blindInterval(), { ...blindInterval(), kind: 'watch', to: now }],
  },
  reach: {
    kind: 'reach',
    ...common,
    host: hostState(),
    container: { name: hostileName, id: 'a1', state: 'running', removedAt: null },
    reach: {
      when: 'now',
      targets: [
        hostileTarget('engine', { name: hostileName, port: null, protocol: null, address: null }),
        hostileTarget('host', { certainty: 'unknown', reason: hostileText, port: null }),
        ...Array.from({ length: 60 }, (_, index) =>
          hostileTarget('container', { name: `${hostileName}-${index}`, address: 'fd00::1' }),
        ),
        hostileTarget('published', { conditions: [hostileText] }),
        hostileTarget('outside', { address: null, port: null, protocol: null }),
      ],
      unknown: Array.from({ length: 8 }, (_, index) => ({
        what: `${hostileName}-${index}`,
        reason: hostileText,
      })),
      closed: [{ what: hostileName, because: hostileText }],
    },
    reachedBy: {
      from: Array.from({ length: 30 }, (_, index) => ({
        name: `${hostileName}-${index}`,
        certainty: 'measured',
        doors: [hostileTarget('container', { name: hostileName, port: index + 1 })],
      })),
      throughHost: [hostileName, longName],
      unknown: [{ name: hostileName, reason: hostileText }],
      others: 33,
      published: [{ address: hostileText, port: 80, protocol: 'tcp' }],
      directly: [hostileName, longName],
      unreadOfMachines: [hostileText],
    },
  },
  surface: {
    kind: 'surface',
    ...common,
    hosts,
    totals: [
      {
        host: 'web-1',
        reason: hostileText,
        since: null,
        containers: 2,
        ports: { count: null, unknown: 2 },
        setUidFiles: { count: 3, unknown: 1 },
        processes: { count: null, unknown: 2 },
        packages: { count: 78, unknown: 1 },
        withoutDatabase: 0,
        software: 60,
        severalVersions: 1,
        publishing: {
          managesIptables: { state: 'unread', reason: hostileText },
          managesIp6tables: { state: 'read', value: true },
          usesUserlandProxy: { state: 'read', value: true },
          firewall: hostileText,
        },
      },
    ],
    containers: [
      {
        host: 'web-1',
        name: hostileName,
        imageId: hostileText,
        id: 'a1',
        state: 'running',
        surface: hostileSurface,
      },
      {
        host: 'web-1',
        name: longName,
        imageId: hostileText,
        id: 'a2',
        state: 'exited',
        surface: null,
      },
      {
        host: 'web-1',
        name: hostileName,
        imageId: hostileText,
        id: 'a3',
        state: 'running',
        surface: portSurface,
      },
    ],
    software: [{ name: hostileText, versions: [hostileText, '1'], containers: 2 }],
    page: null,
  },
  software: {
    kind: 'software',
    ...common,
    name: hostileText,
    hosts,
    instances: [
      {
        host: 'web-1',
        name: hostileName,
        id: 'a1',
        state: 'running',
        software: hostileText,
        version: hostileText,
        imageId: hostileText,
        found: { ecosystem: hostileText, purl: hostileText, paths: [hostileText] },
        system: hostileText,
        packages: [
          {
            name: hostileText,
            version: hostileText,
            architecture: 'amd64',
            sourceName: hostileText,
            sourceVersion: hostileText,
          },
        ],
      },
    ],
    containers: 1,
    reason: hostileText,
    elsewhere: [{ host: hostileName, containers: 2 }],
    unread: [{ host: 'web-1', name: longName, reason: hostileText }],
    vulnerable: [
      {
        ...{ software: hostileText, version: hostileText, count: 12, fixable: 9, exploited: 1 },
        worst: { id: hostileText, severity: 'critical' },
      },
    ],
    page: null,
  },
  ...hostileExposure(hostileName, hosts, common),
  ...hostileImages(hostileName, hosts, [storedFinding({ subjectKind: 'image' })], common),
  diff: {
    kind: 'diff',
    ...common,
    since: earlier,
    hosts,
    compared: [
      { host: 'web-1', from: earlier, isFromFirstScan: true, to: now },
      { host: 'web-2', from: earlier, isFromFirstScan: false, to: earlier },
    ],
    new: [storedFinding()],
    worse: [{ was: 'high', finding: storedFinding({ baselineState: 'updated' }) }],
    milder: [{ was: 'critical', finding: storedFinding({ severity: 'low' }) }],
    came: [{ host: 'web-1', name: hostileName }],
    shortLived: [
      {
        ...{ host: hostileName, id: hostileText, name: hostileName, image: hostileText },
        ...{ facets: ['privileged'], firstSeen: earlier, startedAt: earlier, endedAt: now },
        ...{ exitCode: 137, removedAt: now },
      },
    ],
    glimpses: [],
    fixed: [storedFinding({ subjects: [longName], baselineState: 'absent' })],
    lapsed: [{ ...storedFinding(), acceptance: storedAcceptance('expired') }],
    newAccepted: [acceptedFinding()],
    passing: [storedFinding({ rule: 'no-root-user', baselineState: 'absent' })],
    drifted: hostileDrifted,
  },
  history: {
    kind: 'history',
    ...common,
    since: earlier,
    stretchMs: 86_400_000,
    stretches: [earlier, '2026-01-02T00:00:00.000Z', '2026-01-03T00:00:00.000Z'],
    hosts,
    histories: [
      {
        host: hostileName,
        firstReadAt: earlier,
        points: [historyPoint(58, 1, earlier), null, historyPoint(74, 2)],
      },
      {
        host: longName,
        firstReadAt: now,
        points: [null, historyPoint(41, 3, earlier), historyPoint(null, 3)],
      },
      { host: 'web-3', firstReadAt: null, points: [null, null, null] },
    ],
    fleet: [historyPoint(58, 1), null, historyPoint(null, 5)],
  },
  compare: {
    kind: 'compare',
    ...common,
    hosts: [hostState(), hostState({ name: 'web-2', coverage: null })],
    isComparable: true,
    engine: [{ fact: 'engine version', values: [hostileText, null] }],
    findings: [
      { finding: storedFinding(), other: 'absent' },
      { finding: storedFinding({ rule: 'no-root-user' }), other: 'unknown' },
      { finding: storedFinding({ subjectKey: longName }), other: 'no-container' },
    ],
    severities: [{ rule: 'no-root-user', subject: hostileName, values: ['high', 'critical'] }],
    containers: [
      { host: 'web-1', name: longName },
      { host: 'web-2', name: hostileName },
    ],
  },
  'compare-containers': {
    kind: 'compare-containers',
    ...common,
    hosts: [hostState(), hostState({ name: hostileName })],
    containers: [
      {
        host: 'web-1',
        name: hostileName,
        id: 'a'.repeat(64),
        image: hostileText,
        state: 'running',
      },
      { host: hostileName, name: longName, id: 'b'.repeat(64), image: longName, state: 'exited' },
    ],
    configuration: [
      { field: 'mounts', values: [[hostileText, longName], []] },
      { field: 'image id', values: [[`sha256:${'a'.repeat(64)}`], null] },
    ],
    controls: [
      {
        control: 'cap-effective',
        sides: [
          { verdict: 'weakened', effective: ['CAP_CHOWN', hostileText] },
          { verdict: 'unknown', effective: ['CAP_CHOWN'] },
        ],
      },
      {
        control: 'seccomp',
        sides: [
          { verdict: 'off', effective: 'default' },
          { verdict: 'enforced', effective: 'default' },
        ],
      },
      { control: 'rootfs', sides: [{ verdict: 'off', effective: 'writable' }, null] },
    ],
    ways: [
      { state: 'some', count: 2, isLeast: true, worst: 'direct' },
      { state: 'unknown', reason: hostileText },
    ],
    findings: [
      { finding: storedFinding(), of: 0, other: 'absent' },
      { finding: storedFinding({ rule: 'no-root-user' }), of: 1, other: 'unknown' },
    ],
    severities: [{ rule: 'no-host-network', values: ['high', 'critical'] }],
  },
  export: {
    kind: 'export',
    ...common,
    format: 'sarif',
    object: 'findings',
    hosts,
    rows: 2,
    gaps: [hostileName, hostileText],
    file: {
      name: 'seawall-findings-web-1-20260102T060000Z.sarif',
      mediaType: 'application/sarif+json',
      text: hostileText,
    },
    terminalLine: 'seawall export sarif on web-1 > seawall-findings-web-1-20260102T060000Z.sarif',
  },
  evidence: {
    kind: 'evidence',
    ...common,
    host: hostState(),
    finding: storedFinding({ unverifiedReason: hostileText }),
    items: [
      {
        path: `Config.Labels.${hostileText}`,
        value: [hostileText],
        source: 'GET /containers/{id}/json',
        command: `docker inspect '${hostileName}'`,
      },
    ],
  },
  fix: {
    kind: 'fix',
    ...common,
    host: hostState(),
    finding: storedFinding(),
    rule: { id: 'no-privileged-container', title: 'None', remediation: 'Drop `--privileged`.' },
    change: { run: `leave out ${hostileText}`, compose: hostileText },
  },
  'acceptance-preview': {
    kind: 'acceptance-preview',
    ...common,
    finding: storedFinding(),
    binding: [{ name: 'mount', values: [`/srv/${hostileText}:/data:rw`] }],
  },
  ask: {
    kind: 'ask',
    ...common,
    question: hostileText,
    lines: [
      {
        line: `inspect "${hostileName}"`,
        ...{ ignored: [hostileText, longName], summary: 'Show one container' },
      },
    ],
    asks: 'name',
    missing: { what: 'container', typed: hostileText, known: [hostileName, longName] },
    topics: [{ task: 'To see', lines: [hostileText] }],
    keep: 'button',
  },
  feedback: { kind: 'feedback', ...common, isGood: false, question: hostileText },
  'kept-question': { kind: 'kept-question', ...common, id: 12, question: hostileText },
  mentioned: {
    kind: 'mentioned',
    ...common,
    found: [
      { host: 'web-1', name: hostileName },
      { host: 'web-2', name: longName },
    ],
    hosts: ['web-1', 'web-2'],
    known: 36,
  },
  home: {
    kind: 'home',
    maySetAlerts: true,
    ...common,
    firstScreen: hostileFirstScreen,
    hosts: [
      { host: hostState(), scoreBefore: 58, open: { critical: 1, high: 0, medium: 2, low: 0 } },
      { host: hostState({ name: 'web-2', lastScanAt: null }), scoreBefore: null, open: null },
    ],
    lapsed: [{ ...storedFinding(), acceptance: storedAcceptance('voided') }],
    expiring: [acceptedFinding()],
    settings: [{ what: 'May approve', value: hostileText }],
    lines: ['scan', 'help'],
  },
  alert: {
    kind: 'alert',
    ...common,
    owner: { group: hostileText, name: hostileText },
    alert: {
      id: 7,
      channel: 'C0SECURIT',
      key: 'flood',
      kind: 'flood',
      host: 'web-1',
      severity: 'high',
      title: hostileText,
      at: Date.parse(now),
      firstAt: Date.parse(earlier),
      dueAt: Date.parse(earlier),
      owner: hostileText,
      hosts: [hostileName, longName, 'web-1'].map((host, index) => ({
        ...{ host, severity: 'high' as const, at: Date.parse(now), isAccepted: index === 1 },
        resolved: index === 2 ? { at: Date.parse(now), why: hostileText } : null,
      })),
      raisedBy: hostileText,
      parts: Array.from({ length: 12 }, (_, index) => ({
        key: `finding:web-1:${index}`,
        kind: 'finding' as const,
        severity: 'high' as const,
        title: hostileText,
        what: hostileText,
        detail: hostileText,
        fix: hostileText,
        next: [hostileText],
        firstAt: Date.parse(earlier),
        lastAt: Date.parse(now),
        count: 3,
        resolved: index === 2 ? { at: Date.parse(now), why: hostileText } : null,
        accepted: index === 1 ? { by: hostileName, until: Date.parse(now) } : null,
        isFound: true,
      })),
      resolved: null,
      snoozed: { until: Date.parse(now), by: hostileText },
      acknowledged: { at: Date.parse(now), by: hostileText },
      assigned: { to: 'U0NOBODY0', by: hostileText, at: Date.parse(now) },
      cameBack: { at: Date.parse(now), isQuiet: true },
      quietUntil: Date.parse(now),
      flood: {
        ...{ bySeverity: { low: 0, medium: 4, high: 7, critical: 0 }, titles: [hostileName] },
        ...{ open: 11, accepted: 2, over: 3, calmAt: Date.parse(now) },
      },
    },
  },
  'alert-line': {
    kind: 'alert-line',
    ...common,
    line: { at: Date.parse(now), text: hostileText, mention: hostileName },
  },
  'alert-setting': {
    kind: 'alert-setting',
    ...common,
    channel: hostileName,
    change: 'on',
    inForce: {
      ...{ channel: hostileName, severity: 'high', host: hostileName, isOff: false, perHour: 20 },
      ...{ origin: 'command', changed: { by: hostileText, at: now } },
    },
    undo: hostileText,
  },
  'decision-preview': {
    kind: 'decision-preview',
    ...common,
    line: `attest ${hostileText}`,
    summary: hostileText,
    about: [hostileText],
    hasExpiry: true,
  },
  whoami: {
    kind: 'whoami',
    ...common,
    hosts: [
      hostPower(powerHost(), doorFacts({ socket: socketGuard({ path: `/run/${hostileText}` }) })),
      hostPower(
        powerHost({ name: longName }),
        doorFacts({ unneeded: triedReads(refused, answered, refusedByPlugin, unclear) }),
      ),
      hostPower(powerHost({ name: hostileName }), doorFacts({ problem: hostileText })),
    ],
    slack: slackPower({
      granted: { scopes: ['commands', hostileText] },
      needed: [
        { scope: 'commands', neededFor: 'the slash command', without: null },
        { scope: 'files:write', neededFor: 'files', without: 'There are none.' },
      ],
    }),
    self: hostileSelf,
  },
  notice: {
    kind: 'notice',
    ...common,
    message: `This was done already by ${hostileText}.`,
    isDone: false,
  },
  problem: {
    kind: 'problem',
    ...common,
    cause: 'mistake',
    message: `There is no host “${hostileText}”.`,
    hint: `Hosts: ${hostileText}`,
    correctedLine: `scan on ${hostileText}`,
    reference: 'a1b2',
  },
};
