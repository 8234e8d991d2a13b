import { read, unread } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { hostFileRead, hostFileStat, policySaid } from '../../snapshot/evidence.ts';
import type { HostFileFact } from '../../snapshot/facts/host-files.ts';
import { engineFiles, settingsOf, socketGroupsOf } from '../../snapshot/own-settings.ts';
import {
  absentFile,
  exampleDaemonSettings,
  ownerUnknown,
  presentOther,
  unreadFile,
  withFiles,
} from '../example-host-files.ts';
import { octalMode } from '../host-file-rules.ts';
import { defineRule, type ExampleHost, fail, needsPolicy, pass, unknown } from '../rule.ts';

const SOCKET = '/run/docker.sock';

export const dockerGroupTrusted = defineRule({
  id: 'docker-group-trusted',
  title: 'Only named people can reach the engine socket',
  subject: 'host',
  severity: 'high',
  pillar: 'engine',
  controls: ['cis-1.6:1.1.2', 'cis-1.8:1.1.2'],
  rationale: 'Whoever is in the group of the socket is root on the host, without a password.',
  remediation:
    'Run `gpasswd -d <user> docker` for everyone who need not be root, and name the others in `policy.trustedDockerGroupUsers`.',
  fix: { words: 'Take the people who are not on the list out of the docker group of {}' },
  isOfDocker: true,
  needs: ['hostFiles'],
  consults: ['hostProcesses'],
  judge(_, sections, { policy }) {
    const { hostFiles, hostProcesses } = sections;
    const { foreignGroupSources: sources } = hostFiles;
    const socketGroups = socketGroupsOf(sections);
    const sockets = engineFiles(sections, 'engine-socket');
    const [open] = openSockets(sockets);
    if (open !== undefined) {
      const evidence = [hostFileStat(`mode of ${open.path}`, octalMode(open.mode))];
      return fail(`lets everybody reach the engine by ${open.path}`, evidence);
    }
    if (socketGroups.state === 'unread') return unknown(socketGroups.reason);

    const members = [...new Set(socketGroups.value.flatMap((group) => group.members))].sort();
    const names = socketGroups.value.map(({ name }) => name);
    const evidence = [hostFileRead(`members of the group ${enumerate(names)}`, members)];
    const trusted = policy.trustedDockerGroupUsers;
    if (trusted === null && members.length > 0) {
      return needsPolicy('trustedDockerGroupUsers', 'who may be root through the engine', evidence);
    }
    evidence.push(policySaid('trustedDockerGroupUsers', trusted));
    const others = members.filter((member) => !trusted?.includes(member));
    if (others.length > 0) {
      const message = `lets ${enumerate(others, others.length)} reach the engine, who ${others.length === 1 ? 'is' : 'are'} not on the list`;
      return fail(message, evidence);
    }
    const [lost] = sockets.flatMap((file) => (file.state === 'unread' ? [file] : []));
    if (lost !== undefined) return unknown(`${lost.path}: ${lost.reason}`, evidence);
    if (sources.state === 'unread') return unknown(sources.reason, evidence);
    if (sources.value.length > 0) {
      const reason = `groups are also looked up in ${enumerate(sources.value)}, which files do not show`;
      return unknown(reason, evidence);
    }
    const settings = settingsOf({ hostProcesses, hostFiles: read(hostFiles) }, 'group');
    const gaps = settings.state === 'read' ? settings.value.gaps : [settings.reason];
    if (gaps.length > 0) return unknown(`another group may be set: ${enumerate(gaps)}`, evidence);
    const message = 'lets nobody reach the engine who is not listed';
    return pass(`${message}${listDoubt(sockets)}`, evidence);
  },
  examples: {
    pass: [
      withFiles('engine-socket', presentOther(SOCKET, 0o660, 'socket')),
      withFiles('engine-socket', absentFile(SOCKET)),
      withMembers([], null),
      withMembers([], []),
      withMembers(['bob', 'bobby'], ['bobby', 'bob']),
    ],
    fail: [
      // Names are compared whole: bobby does not vouch for bob.
      withMembers(['bob', 'bobby'], ['bobby']),
      withMembers(['bob', 'eve', 'mallory'], []),
      withFiles('engine-socket', presentOther(SOCKET, 0o666, 'socket')),
      {
        // Whoever is listed, and whoever could be.
        hostFiles: {
          ...withFiles('engine-socket', presentOther(SOCKET, 0o662, 'socket')).hostFiles,
          socketGroups: unread('/etc/group: did not answer'),
        },
      },
      {
        ...withMembers(['eve'], []),
        hostFiles: {
          ...withMembers(['eve'], []).hostFiles,
          foreignGroupSources: read(['ldap']),
        },
      },
    ],
    unknown: [
      withFiles('engine-socket', unreadFile(SOCKET, 'the engine did not answer in time')),
      withMembers(['bob'], null),
      { hostFiles: { foreignGroupSources: read(['sss']) } },
      { hostFiles: { foreignGroupSources: unread('/etc/nsswitch.conf: did not answer') } },
      { hostFiles: { socketGroups: unread('/etc/group: did not answer') } },
      {
        hostFiles: {
          settings: read({ ...exampleDaemonSettings, gaps: ['the command line holds variables'] }),
        },
      },
      // An engine that somebody started in another way may have been told another group.
      { hostFiles: { settings: read({ ...exampleDaemonSettings, owner: ownerUnknown }) } },
    ],
  },
});

const OTHERS_WRITE = 0o002;

/** Sockets to which everybody may write. */
const openSockets = (files: readonly HostFileFact[]): { path: string; mode: number }[] =>
  files.flatMap((file) =>
    file.state === 'present' && (file.mode & OTHERS_WRITE) !== 0 ? [file] : [],
  );

const GROUP_WRITES = 0o020;

/**
 * Of a file with an access control list the bits of the group are its mask (acl(5)): where they forbid writing, no list lets
 * anybody write.
 */
function listDoubt(files: readonly HostFileFact[]): string {
  const masked = files.filter((file) => file.state === 'present' && file.mode & GROUP_WRITES);
  const where = enumerate(masked.map(({ path }) => path));
  return masked.length === 0
    ? ''
    : `, by mode and group; no call tells whether an access control list of ${where} lets others`;
}

function withMembers(members: string[], trustedDockerGroupUsers: string[] | null): ExampleHost {
  return {
    hostFiles: { socketGroups: read([{ name: 'docker', gid: 105, members }]) },
    policy: { trustedDockerGroupUsers },
  };
}
