import type { RuleResult } from '../../src/findings/result.ts';
import { defaultPolicy, type Policy } from '../../src/rules/policy.ts';
import type { Verdict } from '../../src/rules/rule.ts';
import { askEngine, baseImage, type RealEngine } from '../support/real-engine.ts';

/** The engine that a case was made on; with a policy where intent decides. */
export type CaseEngine = 'zoo' | 'zoo-with-policy' | 'other' | 'with-defaults';

/** A case in which docker-bench-security is wrong, made on a real engine. */
export interface WrongVerdict {
  engine: CaseEngine;
  /** Number in CIS 1.6, or `W…` for a fault of the whole run. */
  check: string;
  what: string;
  theirs: string;
  rule: string;
  /** Name of the container or tag of the image; the kind of subject for what a host has once. */
  subject: string;
  right: Verdict;
}

/** Options of dockerd for what the engine of the zoo cannot show. */
export const otherOptions: readonly string[] = [
  ...['--host', 'tcp://127.0.0.1:2375', '--bridge', 'none', '--debug', '--log-driver', 'local'],
];

/** Options of the engine `with-defaults`, whose default bridge has another name. */
export const defaultsOptions: readonly string[] = ['--default-ulimit', 'nofile=1024:4096'];
export const defaultsBridge = 'wall0';

/** What the team wants, where a case depends on it. */
export const casePolicy: Policy = {
  ...defaultPolicy,
  ulimits: { nofile: { soft: 1024, hard: 4096 } },
  declaredPorts: { 'ipv6-port': ['80/tcp'] },
};

/** Twelve containers of one image, beside two images that no container uses. */
export async function createDefaultsCases(engine: RealEngine): Promise<void> {
  engine.importBaseImage();
  for (const tag of ['first:1.0', 'second:1.0']) {
    engine.build(tag, `FROM ${baseImage}\nLABEL name=${tag}\n`);
  }
  const create = (name: string, ...options: string[]) =>
    engine.docker('create', '--name', name, ...options, baseImage, 'true');
  create('own-ulimit', '--ulimit', 'nofile=9000:9000');
  create('inherits');
  for (let index = 3; index <= 12; index++) {
    const body = { Image: baseImage, Cmd: ['true'] };
    await askEngine(engine.socketPath, 'POST', `/containers/create?name=same-${index}`, body);
  }
}

type Row = [string, string, string, string, string, Verdict, CaseEngine?];
const toCase = ([
  check,
  what,
  theirs,
  rule,
  subject,
  right,
  engine = 'zoo',
]: Row): WrongVerdict => ({
  ...{ engine, check, what, theirs, rule, subject, right },
});

/** Their verdicts were measured with docker-bench-security 1.6.0 unless they say “read in source”. */
export const wrongVerdicts: readonly WrongVerdict[] = (
  [
    [
      'W3',
      'name with “nil” in it, privileged',
      'not seen',
      'no-privileged-container',
      'vanilla',
      'fail',
    ],
    [
      'W4',
      'label `docker_bench_security`, privileged',
      'exempt',
      'no-privileged-container',
      'labelled',
      'fail',
    ],
    [
      'W5',
      'privileged, never started',
      'not seen',
      'no-privileged-container',
      'stopped-privileged',
      'fail',
    ],
    [
      '2.2',
      'no default bridge',
      'warn',
      'default-bridge-icc-off',
      'engine',
      'not-applicable',
      'other',
    ],
    ['2.3', '`--debug`', 'pass', 'log-level-info', 'engine', 'fail', 'other'],
    [
      '2.7',
      'plain TCP listener',
      'not listening on TCP',
      'no-tcp-without-mtls',
      'engine',
      'fail',
      'other',
    ],
    [
      '2.8',
      'no default ulimit',
      'pass: null counts as set',
      'default-ulimits',
      'engine',
      'fail',
      'zoo-with-policy',
    ],
    [
      '2.12',
      'no authorization plug-in',
      'pass: null counts as set',
      'authorization-plugin',
      'engine',
      'fail',
    ],
    ['2.13', 'logs kept by the driver local', 'pass', 'remote-logging', 'engine', 'fail', 'other'],
    [
      '2.14',
      'engine default is off',
      'pass for `=false`',
      'no-new-privileges-default',
      'engine',
      'fail',
    ],
    ['2.15', 'live restore is off', 'pass for `=false`', 'live-restore', 'engine', 'fail'],
    ['2.17', 'built-in seccomp profile', 'info', 'engine-seccomp-profile', 'engine', 'pass'],
    ['4.1', 'user `0:0`', 'not listed', 'no-root-user', 'user-zero', 'fail'],
    ['4.1', 'user `00`', 'not listed', 'no-root-user', 'user-zeros', 'fail'],
    ['4.1', 'a name with uid 0', 'not listed', 'no-root-user', 'user-alias', 'fail'],
    ['4.6', 'HEALTHCHECK NONE', 'pass', 'image-healthcheck', 'health-off:1.0', 'fail'],
    [
      '4.7',
      'a lone index update after others',
      'missed',
      'no-lone-index-update',
      'late-update:1.0',
      'fail',
    ],
    ['4.9', '`ENV MACADDRESS=1`', 'warn', 'no-add-instruction', 'macaddress:1.0', 'pass'],
    ['5.4', 'privileged', 'not listed', 'no-added-capabilities', 'privileged', 'fail'],
    ['5.6', 'named volume at /etc', 'warn', 'no-sensitive-mount', 'volume-at-etc', 'pass'],
    ['5.6', '`/` read-only', 'pass', 'no-sensitive-mount', 'whole-host', 'fail'],
    ['5.7', 'sshd, image without `ps`', 'pass', 'no-sshd', 'ssh-server', 'fail'],
    [
      '5.7',
      'shares the host’s processes',
      'blamed for another’s sshd',
      'no-sshd',
      'host-pid',
      'pass',
    ],
    ['5.8', 'port 1024', 'warn', 'no-privileged-port', 'local-port', 'pass'],
    [
      '5.9',
      'undeclared port on `[::]` only',
      'not seen',
      'declared-ports-only',
      'ipv6-port',
      'fail',
      'zoo-with-policy',
    ],
    ['5.14', 'port on `[::]` only', 'not seen', 'no-public-port', 'ipv6-port', 'fail'],
    [
      '5.10',
      'joins a container on the host’s network',
      'pass',
      'no-host-network',
      'joins-host-network',
      'fail',
    ],
    [
      '5.16',
      'joins a container on the host’s processes',
      'pass',
      'no-host-pid',
      'joins-host-pid',
      'fail',
    ],
    ['5.16', 'the same through two steps', 'pass', 'no-host-pid', 'joins-host-pid-twice', 'fail'],
    ['5.12', 'limited by quota', 'warn', 'cpu-limit', 'cpu-quota', 'pass'],
    ['5.12', 'shares 1024, the default weight', 'pass', 'cpu-limit', 'cpu-default-weight', 'fail'],
    ['5.15', 'restart always', 'pass', 'restart-limit', 'restart-always', 'fail'],
    [
      '5.15',
      'restart on failure without a limit',
      'pass',
      'restart-limit',
      'restart-on-failure',
      'fail',
    ],
    [
      '5.17',
      'joins a container on the host’s IPC',
      'pass',
      'no-host-ipc',
      'joins-host-ipc',
      'fail',
    ],
    ['5.18', 'device cgroup rule', 'pass', 'no-host-device', 'device-rule', 'fail'],
    [
      '5.19',
      'inherits the engine’s ulimits',
      'blamed for an override',
      'ulimit-override-intended',
      'inherits',
      'pass',
      'with-defaults',
    ],
    [
      '5.19',
      'raises the engine’s ulimits',
      'same as inherited',
      'ulimit-override-intended',
      'own-ulimit',
      'fail',
      'with-defaults',
    ],
    ['5.22', 'privileged', 'pass', 'no-seccomp-off', 'privileged', 'fail'],
    [
      '5.26',
      '`no-new-privileges=false`',
      'not listed',
      'no-new-privileges',
      'can-gain-privileges',
      'fail',
    ],
    [
      '5.30',
      'default bridge of another name',
      'pass',
      'no-default-bridge',
      'inherits',
      'fail',
      'with-defaults',
    ],
    ['5.31', 'the engine remaps nobody', 'pass', 'no-host-userns', 'host-users', 'not-applicable'],
    [
      '5.32',
      'folder that holds the socket',
      'pass',
      'no-docker-socket-mount',
      'engine-socket-folder',
      'fail',
    ],
    ['5.32', '`/`, which holds the socket', 'pass', 'no-docker-socket-mount', 'whole-host', 'fail'],
    [
      '6.1',
      'twelve containers of one image among three',
      'twelve in use',
      'no-image-sprawl',
      'engine',
      'fail',
      'with-defaults',
    ],
    ['7.1', 'swarm off', 'pass', 'swarm-manager-count', 'swarm', 'not-applicable'],
    ['7.5', 'swarm off', 'pass', 'swarm-autolock', 'swarm', 'not-applicable'],
    ['7.7', 'swarm off', 'pass', 'swarm-node-cert-expiry', 'swarm', 'not-applicable'],
  ] satisfies Row[]
).map((row) => toCase(row as Row));

/** What this suite does not make, and why. Each of these is an example of its rule instead. */
const notMade: readonly [string, string][] = [
  [
    'W1, W2',
    'Seawall reads no process list to learn about the engine, so there is nothing to fool',
  ],
  [
    'W6, W7',
    'about the form of the output and about calls; test/system/read-only.test.ts shows the calls',
  ],
  [
    '1.1.3–1.1.18',
    'no evidence level shows the audit rules that the kernel has loaded: `unknown` until a person attests',
  ],
  [
    '1.1.1, 1.1.2, 3.x',
    'made in test/system/host-files.test.ts instead: modes 0606, 0466 and 01600, symlinks, bob and bobby, members by primary group',
  ],
  ['1.2.2', 'the verdict depends on the day and on the package installed'],
  ['2.9', 'needs a rootless engine: an example of the rule'],
  [
    '2.10',
    'an example of the rule; in test/system/host-files.test.ts the engine was started before its daemon.json: `unknown`',
  ],
  ['2.15', 'made in test/system/swarm.test.ts as well: not-applicable while the swarm is active'],
  ['5.2, 5.3', 'need a kernel with AppArmor or SELinux'],
  [
    '7.1–7.7 on workers',
    'need a swarm of several machines; a manager is in test/system/swarm.test.ts',
  ],
];

/** What scans of the engines gave. */
export type CaseResults = Readonly<Record<CaseEngine, readonly RuleResult[]>>;

/** The results that speak of a case: one, when all is well. */
export function resultsOf(
  { rule, subject, engine }: WrongVerdict,
  results: CaseResults,
): RuleResult[] {
  return results[engine].filter(
    (one) => one.rule === rule && [one.subject.name, one.subject.kind].includes(subject),
  );
}

/** Where the part of the page begins that scripts/beside-docker-bench.ts writes. */
export const BESIDE = '## docker-bench-security beside Seawall';

/** Docs page with what the engine's snapshot gave for each case; throws for a case without a result. */
export function renderWrongVerdicts(results: CaseResults): string {
  const rows = wrongVerdicts.map((one) => {
    const [result] = resultsOf(one, results);
    if (!result) throw new Error(`${one.rule} has no result on ${one.subject}`);
    return `| ${one.check} | ${one.what} | ${one.theirs} | \`${one.rule}\` | ${result.verdict} |`;
  });
  const reasons = notMade.map(([check, reason]) => `| ${check} | ${reason} |`);
  return `<!-- Written by test/system/verdicts.test.ts from a real engine. Do not edit. -->
# Verdicts that others get wrong

Each case was made on a real Docker Engine and judged by a scan. “Theirs” is docker-bench-security
1.6.0, as measured or read in its source.

| check | case | theirs | rule | verdict |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Not made on the engine:

| check | why |
| --- | --- |
${reasons.join('\n')}
`;
}
