import type { HostFileFact, HostFileRole } from '../../snapshot/facts/host-files.ts';
import { engineFiles } from '../../snapshot/own-settings.ts';
import {
  absentFile,
  presentFile,
  presentOther,
  unreadFile,
  withFiles,
} from '../example-host-files.ts';
import { judgeModes, judgeOwners, octalMode } from '../host-file-rules.ts';
import { defineRule, type Rule, type Severity } from '../rule.ts';

/** Whose the files of the engine are, and who may read and write them. */
export const fileRights = [
  ...rightsOf({
    role: 'containerd-socket',
    title: 'containerd socket',
    path: '/run/containerd/containerd.sock',
    noun: 'a socket of containerd',
    severity: 'high',
    allowed: 0o660,
    owner: ['3.23', 'Its owner can start any program as root, without the checks of the engine.'],
    mode: [
      '3.24',
      'Anyone who can write to it can start any program as root, without the checks of the engine.',
    ],
  }),
  ...rightsOf({
    role: 'daemon-json',
    title: 'daemon.json',
    path: '/etc/docker/daemon.json',
    noun: 'a daemon.json',
    severity: 'medium',
    allowed: 0o644,
    owner: [
      '3.17',
      'Its owner can open the API to the network or name a runtime that runs as root.',
    ],
    mode: [
      '3.18',
      'Anyone who can write to it can open the API to the network or name a runtime that runs as root.',
    ],
  }),
  ...rightsOf({
    role: 'default-docker',
    title: 'File /etc/default/docker',
    path: '/etc/default/docker',
    noun: 'a file /etc/default/docker',
    severity: 'medium',
    allowed: 0o644,
    owner: ['3.19', "Start scripts read the engine's options from it: its owner chooses them."],
    mode: [
      '3.20',
      "Start scripts read the engine's options from it: anyone who can write to it chooses them.",
    ],
  }),
  ...rightsOf({
    role: 'docker-service',
    title: 'docker.service',
    path: '/usr/lib/systemd/system/docker.service',
    noun: 'a docker.service',
    severity: 'high',
    allowed: 0o644,
    owner: [
      '3.1',
      'Whoever owns the unit decides what systemd runs as root at the next start of the engine.',
    ],
    mode: [
      '3.2',
      'Whoever may write the unit decides what systemd runs as root at the next start of the engine.',
    ],
  }),
  // Its owner has a rule of its own, `docker-socket-owner`.
  modeRule({
    role: 'engine-socket',
    id: 'docker-socket',
    title: 'Engine socket',
    path: '/run/docker.sock',
    noun: 'a socket of the engine',
    severity: 'high',
    allowed: 0o660,
    mode: [
      '3.16',
      'Write access to the socket is root on the host; beyond its owner and group nobody needs it.',
    ],
  }),
  ...rightsOf({
    role: 'docker-socket-unit',
    title: 'docker.socket unit',
    path: '/usr/lib/systemd/system/docker.socket',
    noun: 'a docker.socket unit',
    severity: 'high',
    allowed: 0o644,
    owner: [
      '3.3',
      "The unit says who may use the engine's socket; its owner can hand the engine to anyone.",
    ],
    mode: [
      '3.4',
      "The unit says who may use the engine's socket; who may write it can hand the engine to anyone.",
    ],
  }),
  ...rightsOf({
    role: 'etc-docker',
    title: 'Folder /etc/docker',
    path: '/etc/docker',
    noun: 'the folder /etc/docker',
    severity: 'medium',
    allowed: 0o755,
    owner: [
      '3.5',
      "The owner of the folder can replace the engine's settings and the certificates it trusts.",
    ],
    mode: [
      '3.6',
      "Who may write in the folder can replace the engine's settings and the certificates it trusts.",
    ],
  }),
  ...rightsOf({
    role: 'sysconfig-docker',
    title: 'File /etc/sysconfig/docker',
    path: '/etc/sysconfig/docker',
    noun: 'a file /etc/sysconfig/docker',
    severity: 'medium',
    allowed: 0o644,
    owner: [
      '3.22',
      "On Red Hat and related systems the engine's options come from it: its owner chooses them.",
    ],
    mode: [
      '3.21',
      "On Red Hat and related systems the engine's options come from it: anyone who can write to it chooses them.",
    ],
  }),
  ...rightsOf({
    role: 'tls-ca',
    title: 'TLS CA file',
    path: '/etc/docker/tls/ca.pem',
    noun: 'a TLS CA file of the engine',
    severity: 'medium',
    allowed: 0o444,
    owner: ['3.9', 'Its owner can add a CA and then sign in to the API.'],
    mode: ['3.10', 'Anyone who can write to it can add a CA and then sign in to the API.'],
  }),
  ...rightsOf({
    role: 'tls-cert',
    title: 'TLS server certificate',
    path: '/etc/docker/tls/cert.pem',
    noun: 'a TLS certificate of the engine',
    severity: 'medium',
    allowed: 0o444,
    owner: ['3.11', 'Its owner can replace it: clients are cut off, or trust another server.'],
    mode: [
      '3.12',
      'Anyone who can write to it can replace it: clients are cut off, or trust another server.',
    ],
  }),
  ...rightsOf({
    role: 'tls-key',
    title: 'TLS server key',
    path: '/etc/docker/tls/key.pem',
    noun: 'a TLS key of the engine',
    severity: 'high',
    allowed: 0o400,
    owner: ['3.13', 'The owner of the key can pose as the engine to every client.'],
    mode: ['3.14', 'Anyone who can read the key can pose as the engine to every client.'],
  }),
] as const;

/** A file of the engine, and whom it may belong to and be open to. */
interface GuardedFile {
  role: HostFileRole;
  /** What its rules are called after, where that is not its role. */
  id?: string;
  title: string;
  /** For examples and advice. */
  path: string;
  /** How its kind is called. */
  noun: string;
  severity: Severity;
  /** The permission bits that it may have. */
  allowed: number;
  mode: Control;
}

/** Its number, the same in both versions, and why. */
type Control = readonly [number: string, rationale: string];

type FileRule = Rule<'host', 'hostFiles', 'hostProcesses'>;

/** A rule of its owner and one of its mode. */
function rightsOf(
  file: GuardedFile & { owner: Control },
): readonly [owner: FileRule, mode: FileRule] {
  return [ownerRule(file), modeRule(file)];
}

/** Wants a file to belong to root and its group. */
function ownerRule(file: GuardedFile & { owner: Control }): FileRule {
  const { role, id = role, title, path, noun } = file;
  return defineRule({
    ...declared(file, file.owner),
    id: `${id}-owner`,
    title: `${title} belongs to root:root`,
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
      ...undecidedExamples(file),
    },
  });
}

/** Lets a file have no more than the permission bits that are allowed. */
function modeRule(file: GuardedFile): FileRule {
  const { role, id = role, title, path, noun, allowed } = file;
  const octal = octalMode(allowed);
  // Whoever may only read needs no less.
  const isLeast = allowed === 0o400;
  const worse = isLeast ? 0o440 : allowed | 0o002;
  return defineRule({
    ...declared(file, file.mode),
    id: `${id}-mode`,
    title: `${title} has mode ${octal}${isLeast ? '' : ' or stricter'}`,
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
      ...undecidedExamples(file),
    },
  });
}

/** What all of these rules have in common. */
function declared({ severity }: GuardedFile, [control, rationale]: Control) {
  return {
    ...{ severity, rationale },
    controls: [`cis-1.6:${control}`, `cis-1.8:${control}`],
    subject: 'host',
    pillar: 'engine',
    question: 'docker-service-owner',
    isOfDocker: true,
    needs: ['hostFiles'],
    consults: ['hostProcesses'],
  } as const;
}

function undecidedExamples({ role, path }: GuardedFile) {
  return {
    unknown: [withFiles(role, unreadFile(path, 'the engine did not answer in time'))],
    'not-applicable': [withFiles(role, absentFile(path)), withFiles(role)],
  };
}

/** The engine tells no owner of a folder: one that stands beside files is judged by its mode alone. */
function owned(files: readonly HostFileFact[]): readonly HostFileFact[] {
  const others = files.filter((file) => file.state !== 'present' || file.kind !== 'directory');
  return others.length === 0 ? files : others;
}
