import { archiveEffect } from './archive-effect.ts';
import {
  countOrZero,
  entriesOrEmpty,
  type Foreign,
  field,
  fieldWithin,
  flagOrFalse,
  isAbsent,
  listOrEmpty,
  pathId,
  text,
  textOrEmpty,
  wrongShape,
} from './foreign.ts';
import type { KeepFacts } from './keep-facts.ts';
import { capabilityNames } from './normalise/capabilities.ts';
import {
  type DeclaredContainer,
  declaredContainer,
  namespaceModes,
} from './normalise/container.ts';
import { listedMounts } from './normalise/listed-mounts.ts';
import { sourcePath } from './normalise/mounts.ts';
import type { NamespaceModes } from './normalise/namespaces.ts';
import { attemptNow, type Outcome } from './outcome.ts';
import { areNoNetworks } from './own-networks.ts';
import type { PodmanDetails } from './podman.ts';

/** An inspect answer, by who needs it. */
export interface InspectedContainer {
  identity: Outcome<{ id: string; name: string; modes: NamespaceModes }>;
  declared: Outcome<DeclaredContainer>;
  /** Null on another engine, and where Podman does not tell. */
  podman: PodmanDetails | null;
  /** Null when it is not running. */
  main: Outcome<MainProcess | null>;
  placement: Outcome<Placement>;
  /** Places in the container where something is mounted, as written. */
  mountPoints: Outcome<MountPoint[]>;
  /** Host paths that it binds. */
  bindSources: Outcome<string[]>;
  /** See `archiveEffect`. */
  archiveEffect: Outcome<string | null>;
  execIds: Outcome<string[]>;
  /** Epoch milliseconds; NaN where the engine gives no time. */
  createdAt: Outcome<number>;
}

/** What the engine says by which a container's main process is found, and found to be the same. */
export interface MainProcess {
  pid: number;
  /** As the engine writes it. */
  startedAt: string;
}

/** Where the processes of a container are to be looked for. */
export interface Placement {
  /** As configured, on Podman by Docker's API; empty for the default. */
  runtime: string;
  isPrivileged: boolean;
  /** It is given CAP_SYS_ADMIN, by which programs enter namespaces. */
  isAdmin: boolean;
  /** As configured, e.g. `host`, `container:4f5c…`, `bridge`. */
  networkMode: string;
  /** It was given no network, nor that of another. */
  isAlone: boolean;
  cgroupParent: string;
  /** The engine has a port open for it, or the swarm has. */
  isPublishing: boolean;
}

export interface MountPoint {
  destination: string;
  isTmpfs: boolean;
}

/** Who a container is, and whose namespaces it is in by its settings. Throws for an answer of another shape. */
export const containerIdentity = (answer: Foreign) => ({
  id: pathId(field(answer, 'Id')),
  name: text(field(answer, 'Name')).replace(/^\//, ''),
  modes: namespaceModes(answer),
});

/**
 * The same answer of `GET /containers/{id}/json`. Throws where the engine answers for another container than it was asked
 * for, or for none: what holds one would else be said of the other.
 */
export function answerFor(id: string, answer: Foreign): Foreign {
  const told = field(answer, 'Id');
  if (text(told) !== id) throw wrongShape(told, `the id ${id} that was asked for`);
  return answer;
}

/** Makes small values of an answer of `GET /containers/{id}/json`, of which nothing else is kept. */
export function inspectedContainer(
  answer: Foreign,
  podman: PodmanDetails | null,
  { ownerLabel, keep }: { ownerLabel: string | null; keep: KeepFacts },
): InspectedContainer {
  return {
    identity: attemptNow(() => {
      const told = containerIdentity(answer);
      const modes = podman ? { ...told.modes, cgroup: podman.cgroupMode } : told.modes;
      return { ...told, modes };
    }),
    declared: attemptNow(() => keep(declaredContainer(answer, { ownerLabel }))),
    podman,
    main: attemptNow(() => mainProcessOf(answer)),
    placement: attemptNow(() => placementOf(answer)),
    mountPoints: attemptNow(() =>
      listedMounts(answer).map((mount) => ({
        destination: text(field(mount, 'Destination')),
        isTmpfs: textOrEmpty(field(mount, 'Type')) === 'tmpfs',
      })),
    ),
    bindSources: attemptNow(() => listedMounts(answer).flatMap((mount) => sourcePath(mount) ?? [])),
    archiveEffect: attemptNow(() => archiveEffect(answer)),
    execIds: attemptNow(() => listOrEmpty(field(answer, 'ExecIDs')).map(pathId)),
    createdAt: attemptNow(() => Date.parse(textOrEmpty(field(answer, 'Created')))),
  };
}

/** Pid and time of start in an inspect answer; null when it is not running. */
export function mainProcessOf(inspected: Foreign): MainProcess | null {
  const pid = countOrZero(field(inspected, 'State', 'Pid'));
  return pid > 0 ? { pid, startedAt: textOrEmpty(field(inspected, 'State', 'StartedAt')) } : null;
}

function placementOf(inspected: Foreign): Placement {
  const host = field(inspected, 'HostConfig');
  return {
    runtime: textOrEmpty(field(host, 'Runtime')),
    isPrivileged: flagOrFalse(field(host, 'Privileged')),
    isAdmin: capabilityNames(listOrEmpty(field(host, 'CapAdd')).map(textOrEmpty)).some((name) =>
      ['ALL', 'CAP_SYS_ADMIN'].includes(name),
    ),
    networkMode: textOrEmpty(field(host, 'NetworkMode')),
    isAlone: isAlone(textOrEmpty(field(host, 'NetworkMode')), field(inspected, 'NetworkSettings')),
    cgroupParent: textOrEmpty(field(host, 'CgroupParent')),
    isPublishing: isPublishing(field(inspected, 'NetworkSettings')),
  };
}

/** The mode is that of the start: since then it may have left its networks, or `none` for one. */
function isAlone(mode: string, settings: Foreign): boolean {
  if (mode === 'host' || mode.startsWith('container:')) return false;
  const networks = fieldWithin(settings, 'Networks');
  if (isAbsent(networks)) return mode === 'none';
  return areNoNetworks(entriesOrEmpty(networks).map(([name]) => name));
}

/** Any port with a place on the host; exposed ones alone have none. */
function isPublishing(settings: Foreign): boolean {
  const networks = entriesOrEmpty(fieldWithin(settings, 'Networks')).map(([name]) => name);
  return (
    networks.includes('ingress') ||
    entriesOrEmpty(fieldWithin(settings, 'Ports')).some(([, at]) => listOrEmpty(at).length > 0)
  );
}
