import { read } from '../../shared/reading.ts';
import { enumerate } from '../../shared/text.ts';
import { hostFileRead } from '../../snapshot/evidence.ts';
import { engineFiles, socketGroupsOf } from '../../snapshot/own-settings.ts';
import {
  absentFile,
  presentFile,
  presentOther,
  unreadFile,
  withFiles,
} from '../example-host-files.ts';
import { judgeOwners } from '../host-file-rules.ts';
import { defineRule, fail } from '../rule.ts';

const path = '/run/docker.sock';
const socket = presentOther(path, 0o660, 'socket');

export const dockerSocketOwner = defineRule({
  id: 'docker-socket-owner',
  title: 'Engine socket belongs to root and group docker or root',
  subject: 'host',
  severity: 'high',
  pillar: 'engine',
  question: 'docker-service-owner',
  controls: ['cis-1.6:3.15', 'cis-1.8:3.15'],
  rationale:
    'Every member of its group is as good as root; a group that exists for something else hands that out unseen.',
  remediation:
    'Leave `group` out of daemon.json, set `SocketGroup=docker` in docker.socket, and run `chown root:docker /run/docker.sock`.',
  fix: { words: 'Give the engine socket of {} back to root and its group docker' },
  isOfDocker: true,
  needs: ['hostFiles'],
  consults: ['hostProcesses'],
  judge(_, sections) {
    const socketGroups = socketGroupsOf(sections);
    const groups = socketGroups.state === 'read' ? socketGroups.value : [];
    const docker = groups.flatMap(({ name, gid }) => (name === 'docker' ? (gid ?? []) : []));
    const judged = judgeOwners(engineFiles(sections, 'engine-socket'), 'a socket of the engine', [
      0,
      ...docker,
    ]);
    if (judged.verdict !== 'unknown') return judged;

    // The owner itself is not told, but a wrong group in the settings is enough.
    const foreign = groups.filter(
      ({ name, gid }) => name !== 'docker' && gid !== null && gid !== 0,
    );
    const evidence = [hostFileRead('group of the socket in the settings', groupNames(groups))];
    if (foreign.length === 0) return { ...judged, evidence };
    return fail(`gives its socket to the group ${enumerate(groupNames(foreign))}`, evidence);
  },
  examples: {
    pass: [
      withFiles('engine-socket', presentFile(path, 0o600)),
      withFiles('engine-socket', presentFile(path, 0o660, { uid: 0, gid: 105 })),
    ],
    fail: [
      withFiles('engine-socket', presentFile(path, 0o660, { uid: 1000, gid: 105 })),
      withFiles('engine-socket', presentFile(path, 0o660, { uid: 0, gid: 100 })),
      {
        hostFiles: {
          files: { 'engine-socket': [socket] },
          socketGroups: read([{ name: 'users', gid: 100, members: ['bob', 'eve'] }]),
        },
      },
    ],
    unknown: [
      withFiles('engine-socket', socket),
      withFiles('engine-socket', unreadFile(path, 'the engine did not answer in time')),
    ],
    'not-applicable': [withFiles('engine-socket', absentFile(path))],
  },
});

const groupNames = (groups: readonly { name: string }[]): string[] =>
  groups.map(({ name }) => name);
