import { type Evidence, hostFileRead, hostFileStat } from '../snapshot/evidence.ts';
import type { FileOwner, HostFileFact, HostFileRole } from '../snapshot/facts/host-files.ts';
import { engineFiles } from '../snapshot/own-settings.ts';
import {
  absentFile,
  presentFile,
  presentOther,
  unreadFile,
  withFiles,
} from './example-host-files.ts';
import {
  defineRule,
  type ExampleHost,
  fail,
  type Judgement,
  notApplicable,
  pass,
  type Rule,
  type Severity,
  unknown,
} from './rule.ts';
import { enumerate } from './words.ts';

type PresentFile = Extract<HostFileFact, { state: 'present' }>;

interface FileRule {
  id: string;
  title: string;
  /** Number of the control, the same in both versions. */
  control: string;
  severity: Severity;
  rationale: string;
  role: keyof typeof FILES;
}

/** Files by their role: a path of each, for examples and advice, and how its kind is called. */
const FILES = {
  'containerd-socket': { path: '/run/containerd/containerd.sock', noun: 'a socket of containerd' },
  'daemon-json': { path: '/etc/docker/daemon.json', noun: 'a daemon.json' },
  'default-docker': { path: '/etc/default/docker', noun: 'a file /etc/default/docker' },
  'docker-service': { path: '/usr/lib/systemd/system/docker.service', noun: 'a docker.service' },
  'engine-socket': { path: '/run/docker.sock', noun: 'a socket of the engine' },
  'docker-socket-unit': {
    path: '/usr/lib/systemd/system/docker.socket',
    noun: 'a docker.socket unit',
  },
  'etc-docker': { path: '/etc/docker', noun: 'the folder /etc/docker' },
  'sysconfig-docker': { path: '/etc/sysconfig/docker', noun: 'a file /etc/sysconfig/docker' },
  'tls-ca': { path: '/etc/docker/tls/ca.pem', noun: 'a TLS CA file of the engine' },
  'tls-cert': { path: '/etc/docker/tls/cert.pem', noun: 'a TLS certificate of the engine' },
  'tls-key': { path: '/etc/docker/tls/key.pem', noun: 'a TLS key of the engine' },
} as const satisfies Partial<Record<HostFileRole, { path: string; noun: string }>>;

type HostFileRule = Rule<'host', 'hostFiles', 'hostProcesses'>;

/** What all rules of host files have in common. */
const declared = ({ id, title, control, severity, rationale }: FileRule) =>
  ({
    ...{ id, title, severity, rationale },
    controls: [`cis-1.6:${control}`, `cis-1.8:${control}`],
    subject: 'host',
    pillar: 'engine',
    question: 'docker-service-owner',
    isOfDocker: true,
    needs: ['hostFiles'],
    consults: ['hostProcesses'],
  }) as const;

/** A rule that lets a file of one role have no more than these permission bits. */
export function fileModeRule(rule: FileRule & { allowed: number }): HostFileRule {
  const { role, allowed } = rule;
  const { path, noun } = FILES[role];
  const octal = octalMode(allowed);
  const worse = allowed === 0o400 ? 0o440 : allowed | 0o002;
  return defineRule({
    ...declared(rule),
    remediation: `Run \`chmod ${octal} ${path}\`, with the path that the finding names.`,
    fix: { words: `Restrict the mode of ${path} on {} to ${octal}` },
    judge: (_, sections) => judgeModes(engineFiles(sections, role), allowed, noun),
    examples: {
      pass: [
        withFiles(role, presentFile(path, allowed)),
        withFiles(role, presentFile(path, 0)),
        withFiles(
          role,
          presentFile(path, allowed),
          presentOther(`${path}.d`, allowed | 0o111, 'directory'),
        ),
        // Special bits give nobody access.
        withFiles(role, presentFile(path, 0o1000 | (allowed & 0o600))),
      ],
      fail: [
        withFiles(role, presentFile(path, worse)),
        // As numbers both are smaller than most of what is allowed.
        withFiles(role, presentFile(path, 0o606)),
        withFiles(role, presentFile(path, 0o466)),
        withFiles(role, presentFile(path, allowed), presentFile(`${path}.other`, 0o777)),
        withFiles(
          role,
          presentFile(path, allowed),
          presentOther(`${path}.d`, allowed | 0o1733, 'directory'),
        ),
      ],
      ...undecidedExamples(role, path),
    },
  });
}

/** A rule that wants a file of one role to belong to root and its group. */
export function fileOwnerRule(rule: FileRule): HostFileRule {
  const { role } = rule;
  const { path, noun } = FILES[role];
  return defineRule({
    ...declared(rule),
    remediation: `Run \`chown root:root ${path}\`, with the path that the finding names.`,
    fix: { words: `Give ${path} on {} to root` },
    judge: (_, sections) => judgeOwners(owned(engineFiles(sections, role)), noun),
    examples: {
      pass: [withFiles(role, presentFile(path, 0o400))],
      fail: [
        withFiles(role, presentFile(path, 0o400, { uid: 1000, gid: 0 })),
        withFiles(role, presentFile(path, 0o400, { uid: 0, gid: 1000 })),
        withFiles(
          role,
          presentFile(path, 0o400),
          presentFile(`${path}.other`, 0o400, { uid: 1000, gid: 1000 }),
        ),
      ],
      ...undecidedExamples(role, path),
    },
  });
}

function undecidedExamples(role: HostFileRole, path: string) {
  const unknown: ExampleHost[] = [
    withFiles(role, unreadFile(path, 'the engine did not answer in time')),
  ];
  const notApplicable: ExampleHost[] = [withFiles(role, absentFile(path)), withFiles(role)];
  return { unknown, 'not-applicable': notApplicable };
}

/** The engine tells no owner of a folder: one that stands beside files is judged by its mode alone. */
function owned(files: readonly HostFileFact[]): readonly HostFileFact[] {
  const others = files.filter((file) => file.state !== 'present' || file.kind !== 'directory');
  return others.length === 0 ? files : others;
}

const ENTER = 0o111;

/** Judges permission bits; `noun` names the kind of file where there is none. */
export function judgeModes(
  files: readonly HostFileFact[],
  allowed: number,
  noun: string,
): Judgement {
  return judgeFiles(files, noun, {
    judge(file) {
      const octal = octalMode(file.mode);
      // Of a folder the same bits to enter it.
      const most = file.kind === 'directory' ? allowed | ENTER : allowed;
      const isGood = allowsAtMost(file.mode, most);
      return {
        evidence: [hostFileStat(`mode of ${shownPath(file)}`, octal)],
        problem: isGood
          ? null
          : `mode ${octal} of ${file.path} allows more than ${octalMode(most)}`,
        unreadReason: null,
      };
    },
    good: `allows at most ${octalMode(allowed)} on ${noun}`,
  });
}

/** Judges owners, `groups` being the group numbers that are right. */
export function judgeOwners(
  files: readonly HostFileFact[],
  noun: string,
  groups: readonly number[] = [0],
): Judgement {
  return judgeFiles(files, noun, {
    judge(file) {
      if (file.owner.state === 'unread') {
        const unreadReason = `owner of ${file.path}: ${file.owner.reason}`;
        return { evidence: [], problem: null, unreadReason };
      }
      const { uid, gid } = file.owner.value;
      const isGood = uid === 0 && groups.includes(gid);
      return {
        evidence: [hostFileRead(`owner of ${shownPath(file)}`, ownerText(file.owner.value))],
        problem: isGood ? null : `owner ${ownerText({ uid, gid })} of ${file.path} is not root`,
        unreadReason: null,
      };
    },
    good: `gives ${noun} to root`,
  });
}

interface FileJudgement {
  evidence: Evidence[];
  problem: string | null;
  unreadReason: string | null;
}

/** One bad file is a failure whatever else could not be read; one unread file forbids a pass. */
function judgeFiles(
  files: readonly HostFileFact[],
  noun: string,
  { judge, good }: { judge: (file: PresentFile) => FileJudgement; good: string },
): Judgement {
  const present = files.filter((file) => file.state === 'present');
  const judged = present.map(judge);
  const evidence = judged.flatMap((one) => one.evidence);
  const problems = judged.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) return fail(enumerate(problems), evidence);

  const reasons = [
    ...files.flatMap((file) => (file.state === 'unread' ? `${file.path}: ${file.reason}` : [])),
    ...judged.flatMap(({ unreadReason }) => unreadReason ?? []),
  ];
  if (reasons.length > 0) return unknown(enumerate(reasons, 1), evidence);
  if (present.length === 0) {
    const paths = files.map(({ path }) => path);
    const where = paths.length > 0 ? ` (${enumerate(paths)})` : '';
    return notApplicable(`the host does not have ${noun}${where}`, evidence);
  }
  return pass(good, evidence);
}

/** With the place that symlinks lead to, where it is another. */
const shownPath = ({ path, realPath }: PresentFile): string =>
  path === realPath ? path : `${path} (${realPath})`;

const ownerText = ({ uid, gid }: FileOwner): string => `${uid}:${gid}`;

/**
 * Whether a mode gives nobody more than `allowed`: a comparison of bits, since as numbers 0606 would
 * be less than 0644. Set-uid, set-gid and sticky give nobody access and are left out.
 */
export const allowsAtMost = (mode: number, allowed: number): boolean =>
  (mode & 0o777 & ~allowed) === 0;

/** `0644`, or `4755` with special bits. */
export const octalMode = (mode: number): string => mode.toString(8).padStart(4, '0');
