import type { RuleResult } from '../../src/findings/result.ts';
import type { Verdict } from '../../src/rules/rule.ts';

/** A case in which docker-bench-security is wrong, made on the real engine of this suite. */
export interface WrongVerdict {
  /** Made on the engine that is started with `otherOptions`. */
  isOnOtherEngine: boolean;
  /** Number in CIS 1.6, or `W…` for a fault of the whole run. */
  check: string;
  what: string;
  theirs: string;
  rule: string;
  /** Name of the container or tag of the image; the kind of subject for what a host has once. */
  subject: string;
  right: Verdict;
}

const otherEngine = 'other engine';

/** Options of dockerd for what the first engine cannot show. */
export const otherOptions: readonly string[] = [
  ...['--host', 'tcp://127.0.0.1:2375', '--bridge', 'none', '--debug', '--log-driver', 'local'],
];

type Row = [string, string, string, string, string, Verdict];
const toCase = ([check, what, theirs, rule, subject, right]: Row): WrongVerdict => {
  const isOnOtherEngine = subject === otherEngine;
  return {
    ...{ isOnOtherEngine, check, what, theirs, rule, right },
    subject: isOnOtherEngine ? 'engine' : subject,
  };
};

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
    ['2.2', 'no default bridge', 'warn', 'default-bridge-icc-off', otherEngine, 'not-applicable'],
    ['2.3', '`--debug`', 'pass', 'log-level-info', otherEngine, 'fail'],
    [
      '2.7',
      'plain TCP listener',
      'not listening on TCP',
      'no-tcp-without-mtls',
      otherEngine,
      'fail',
    ],
    ['2.13', 'logs kept by the driver local', 'pass', 'remote-logging', otherEngine, 'fail'],
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
    ['5.7', 'paused', 'pass', 'no-sshd', 'paused', 'unknown'],
    [
      '5.7',
      'shares the host’s processes',
      'blamed for another’s sshd',
      'no-sshd',
      'host-pid',
      'pass',
    ],
    ['5.8', 'port 1024', 'warn', 'no-privileged-port', 'local-port', 'pass'],
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
    ['5.18', 'device cgroup rule', 'pass', 'no-host-device', 'device-rule', 'fail'],
    ['5.22', 'privileged', 'pass', 'no-seccomp-off', 'privileged', 'fail'],
    [
      '5.26',
      '`no-new-privileges=false`',
      'not listed',
      'no-new-privileges',
      'can-gain-privileges',
      'fail',
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
    'about the form of the output and about calls; test/live/read-only.test.ts shows the calls',
  ],
  ['1.1.3–1.1.18', 'audit rules need kernel evidence, which is not built: `unknown`'],
  [
    '1.1.1, 1.1.2, 3.x',
    'made in test/live/host-files.test.ts instead: modes 0606, 0466 and 01600, symlinks, bob and bobby, members by primary group',
  ],
  ['1.2.2', 'the verdict depends on the day and on the package installed'],
  [
    '2.9, 2.10, 2.12',
    'stand in daemon.json or need a plug-in or subordinate users: examples of the rules',
  ],
  ['5.2, 5.3', 'need a kernel with AppArmor or SELinux'],
  ['5.17, 5.30', 'read in source only; the zoo has the plain cases'],
  [
    '2.8, 5.9, 5.19, 6.1',
    'depend on a policy or on how many images there are: examples of the rules',
  ],
  [
    '7.1–7.7 on workers',
    'need a swarm of several machines; a manager is in test/live/swarm.test.ts',
  ],
];

/** What scans of the two engines gave. */
export interface CaseResults {
  zoo: readonly RuleResult[];
  otherEngine: readonly RuleResult[];
}

/** The results that speak of a case: one, when all is well. */
export function resultsOf(
  { rule, subject, isOnOtherEngine }: WrongVerdict,
  results: CaseResults,
): RuleResult[] {
  return (isOnOtherEngine ? results.otherEngine : results.zoo).filter(
    (one) => one.rule === rule && [one.subject.name, one.subject.kind].includes(subject),
  );
}

/** Docs page with what the engine's snapshot gave for each case; throws for a case without a result. */
export function renderWrongVerdicts(results: CaseResults): string {
  const rows = wrongVerdicts.map((one) => {
    const [result] = resultsOf(one, results);
    if (!result) throw new Error(`${one.rule} has no result on ${one.subject}`);
    return `| ${one.check} | ${one.what} | ${one.theirs} | \`${one.rule}\` | ${result.verdict} |`;
  });
  const reasons = notMade.map(([check, reason]) => `| ${check} | ${reason} |`);
  return `<!-- Written by test/live/verdicts.test.ts from a real engine. Do not edit. -->
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
