import type { EngineFacts } from '../snapshot/facts/engine.ts';
import type { OwnUse } from '../snapshot/facts/host-files.ts';
import { normaliseHostPath } from '../snapshot/normalise/host-path.ts';
import type { SeenMounts } from '../snapshot/seen-mounts.ts';
import {
  type DangerousPlace,
  HOOKS,
  KEYS,
  OTHERS,
  PROGRAMS,
  place,
  WORKLOADS,
} from './known-places.ts';

/** What an engine has of its own on the host. */
export interface EngineHost extends Pick<EngineFacts, 'dataRoot'> {
  /** The folder of its data, the programs of its runtimes, and what else it was told to use. */
  places: readonly DangerousPlace[];
}

/** Joins what an engine tells with what was seen, once for all containers; null where it told nothing. */
export const engineHost = (
  engine: EngineFacts | null,
  own: Pick<SeenMounts, 'ownPaths'>,
): EngineHost | null =>
  engine && { dataRoot: engine.dataRoot, places: ownPlaces({ ...engine, ...own }) };

/** As root it writes to its data, and starts its runtimes for each container that asks for them. */
const ownPlaces = ({
  dataRoot,
  runtimes,
  ownPaths,
}: EngineFacts & Pick<SeenMounts, 'ownPaths'>): DangerousPlace[] => [
  ...(dataRoot === '' ? [] : [place(OTHERS, WORKLOADS, dataRoot)]),
  ...ownPaths.flatMap(({ path, use }) => placesOfUse[use](path)),
  ...runtimes.flatMap(({ path }) =>
    path.startsWith('/') ? [place(null, PROGRAMS, normaliseHostPath(path))] : [],
  ),
];

/** What becomes of a path by what an engine uses it for. */
const placesOfUse: Readonly<Record<OwnUse, (path: string) => DangerousPlace>> = {
  settings: (path) => place(null, HOOKS, path),
  clients: (path) => place(null, 'names who gives orders to the engine', path),
  key: (path) => place(KEYS, null, path),
  program: (path) => place(null, PROGRAMS, path),
  state: (path) => place(OTHERS, WORKLOADS, path),
  devices: (path) => place(null, HOOKS, path),
  init: (path) =>
    after(
      'a container with power over the host that is started with `--init`',
      place(null, 'changes the first program of containers that are started with `--init`', path),
    ),
  seccomp: (path) =>
    after(
      'a weakness of the kernel that the profile keeps shut',
      place(null, 'changes which system calls containers may make', path),
    ),
};

/** Of what is no way by itself. */
const after = (what: string, one: DangerousPlace): DangerousPlace => ({
  ...one,
  after: what,
});
