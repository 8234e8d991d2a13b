import type { ForeignFormat } from '../foreign-format.ts';
import { procPath } from './probe-output.ts';

/** Whose process it is, by its `/proc/PID/cgroup`. */
export type CgroupOwner = 'container' | 'nobody' | 'other';

/**
 * Looks for the full id of a container in the paths of control groups, whatever the driver calls
 * them (`/docker/<id>`, `docker-<id>.scope`, `/../<id>`). `nobody` when control groups tell nothing:
 * every path is the root or there is none, or the engine makes no groups (rootless on version 1) and
 * a container of it stays in the group in which somebody started the engine.
 */
export function cgroupOwner(text: string, containerId: string, makesGroups = true): CgroupOwner {
  // `<hierarchy>:<controllers>:<path>`; the path may hold colons.
  const paths = text.split('\n').flatMap((line) => /^\d+:[^:]*:(.*)$/.exec(line)?.[1] ?? []);
  if (/^[0-9a-f]{64}$/.test(containerId) && paths.some((path) => namesId(path, containerId))) {
    return 'container';
  }
  const isNobodys = makesGroups
    ? paths.every((path) => path === '/')
    : !paths.some((path) => /[0-9a-f]{64}/.test(path));
  return isNobodys ? 'nobody' : 'other';
}

/** Numbers of the processes in the control groups of each container, by its id. */
export const membersFormat: ForeignFormat<
  { files: ReadonlyMap<string, string>; pids: readonly number[]; ids: readonly string[] },
  Map<string, number[]>
> = {
  name: 'group-members',
  about: 'control groups of processes of the host',
  bounds: {
    bytes: 8 * 1024 * 1024,
    entries: 10_000,
    textBytes: 8 * 1024 * 1024,
    nesting: 1,
    outputBytes: 4 * 1024 * 1024,
  },
  parse({ files, pids, ids }) {
    const members = new Map(ids.map((id) => [id, [] as number[]]));
    for (const pid of pids) {
      const text = files.get(procPath(pid, 'cgroup')) ?? '';
      for (const id of ownersIn(text, members)) members.get(id)?.push(pid);
    }
    return members;
  },
};

/**
 * Ids of the containers in whose control groups a process is. Those of one may lie in those of another, and then it is
 * the inner one's alone.
 */
export function ownersIn(text: string, known: Pick<ReadonlySet<string>, 'has'>): Set<string> {
  const ids = text.split('\n').flatMap((line) => {
    const words = line.split(/[^0-9a-f]/).filter(({ length }) => length === ID_LENGTH);
    return words.findLast((word) => known.has(word)) ?? [];
  });
  return new Set(ids);
}

const ID_LENGTH = 64;

const namesId = (path: string, id: string): boolean =>
  path.split('/').some((part) => part.split(/[^0-9a-f]/).includes(id));
