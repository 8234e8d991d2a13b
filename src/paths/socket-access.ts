import { hostFileRead } from '../snapshot/evidence.ts';
import type { EngineFacts } from '../snapshot/facts/engine.ts';
import { engineFiles, socketGroupsOf } from '../snapshot/own-settings.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SocketAccess } from './power.ts';

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/** Who connects to the engine by the mode and group of its sockets; by the group in the settings alone where these were not read. */
export function socketsOf(
  { hostFiles, hostProcesses }: Pick<Snapshot, 'hostFiles' | 'hostProcesses'>,
  engine: EngineFacts | null,
): SocketAccess[] {
  if (hostFiles.state === 'unread') return [];
  const sections = { hostFiles: hostFiles.value, hostProcesses };
  const files = engineFiles(sections, 'engine-socket');
  const socketGroups = socketGroupsOf(sections);
  const set =
    socketGroups.state === 'read' ? socketGroups.value.flatMap(({ gid }) => gid ?? []) : [];
  const bySettings = hostFileRead('group of the socket in the settings', set.map(String));
  const seen = files.flatMap((file): SocketAccess[] => {
    if (file.state !== 'present') return [];
    const { path, realPath, mode, owner } = file;
    const gids = owner.state === 'read' ? [owner.value.gid] : set;
    return [
      {
        paths: [path, realPath],
        groups: (mode & GROUP_WRITES) === 0 ? [] : gids,
        isOpenToAll: (mode & OTHERS_WRITE) !== 0,
        evidence:
          owner.state === 'read' || (mode & OTHERS_WRITE) !== 0
            ? hostFileRead(`mode and group of ${path}`, [
                `0${mode.toString(8)}`,
                ...gids.map(String),
              ])
            : bySettings,
      },
    ];
  });
  const [own] = engine?.socketPaths ?? [];
  if (own === undefined || seen.some(({ paths }) => paths.includes(own))) return seen;
  return [...seen, { paths: [own], groups: set, isOpenToAll: false, evidence: bySettings }];
}
