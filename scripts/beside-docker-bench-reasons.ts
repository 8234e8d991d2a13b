import type { Verdict } from '../src/rules/rule.ts';

type Reason = [checks: string, theirs: string, ours: Verdict, reason: string];

const AUDIT =
  'Seawall: docker-bench-security looks for words in a file of rules, and nobody here reads what the kernel audits';
const NO_FILE = 'Seawall: there is no such file, which makes no verdict';
const SWARM = 'Seawall: swarm is off, so nothing was there to pass';

/** Looked at by a person: what differs, by the two verdicts, and who is right. */
const reasons: readonly Reason[] = [
  ['1.1.2', 'INFO', 'pass', 'Seawall: the group of the socket has no member'],
  [range('1.1.', 3, 18), 'WARN', 'unknown', AUDIT],
  ['2.1', 'INFO', 'fail', 'Seawall: the engine runs as root, by its /info'],
  ['2.7', 'INFO', 'pass', 'Seawall: by its own command line the engine listens on no network'],
  ['2.8', 'INFO', 'fail', 'Seawall: neither its command line nor a daemon.json sets a ulimit'],
  ['2.11', 'PASS', 'not-applicable', 'Seawall: the engine does not use devicemapper'],
  ['2.17', 'INFO', 'pass', 'Seawall: the profile is the built-in one, by /info'],
  ['2.18', 'INFO', 'pass', 'Seawall: no experimental features, by /version'],
  [
    '3.5',
    'PASS',
    'unknown',
    'docker-bench-security, which runs on the host as root; Seawall would have to read every key below to learn the owner, and says so',
  ],
  [`${range('3.', 7, 14)} 3.17 3.18 3.21 3.22`, 'INFO', 'not-applicable', NO_FILE],
  ['3.16', 'INFO', 'pass', 'Seawall: it knows the socket by its own connection'],
  [
    '4.5',
    'WARN',
    'unknown',
    'Seawall: the variable of one shell says nothing of what other clients pulled',
  ],
  ['4.7', 'PASS', 'unknown', 'Seawall: the image was imported, and no history tells its steps'],
  ['4.8', 'NOTE', 'pass', 'Seawall: it looked through the folders of programs'],
  ['4.10', 'NOTE', 'pass', 'Seawall: it looked through environment and history'],
  ['5.2', 'WARN', 'not-applicable', 'Seawall: the kernel has no AppArmor'],
  ['5.3', 'WARN', 'not-applicable', 'Seawall: the kernel has no SELinux'],
  ['5.9', 'WARN', 'unknown', 'Seawall: which ports are needed nobody said'],
  ['5.31', 'PASS', 'not-applicable', 'Seawall: the engine remaps nobody, so all share its users'],
  ['6.1 6.2', 'INFO', 'pass', 'Seawall: it counts what no container uses, and what is stopped'],
  [range('7.', 1, 9), 'PASS', 'not-applicable', SWARM],
];

function range(prefix: string, first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, i) => `${prefix}${first + i}`).join(' ');
}

/** Who is right where the two differ, and why; null where nobody looked at these verdicts yet. */
export function reviewed(check: string, theirs: string, ours: Verdict | null): string | null {
  const found = reasons.find(
    ([checks, their, our]) => checks.split(' ').includes(check) && their === theirs && our === ours,
  );
  return found?.[3] ?? null;
}
