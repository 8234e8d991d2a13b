import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type { MountSource } from './facts/container.ts';
import type { DaemonSettings, EngineFileRole, HostFileFact, OwnPath } from './facts/host-files.ts';
import type { EngineProcess, ManyNamed } from './facts/host-processes.ts';
import type { ContainerKernelFacts } from './facts/kernel.ts';
import type { NetworkFacts } from './facts/network.ts';
import { type HostTree, hostTree } from './host-tree.ts';
import type { PlaceByLink } from './linked-places.ts';
import { unixSockets } from './normalise/daemon-settings.ts';
import { normaliseHostPath } from './normalise/host-path.ts';
import { perContainer } from './outcome.ts';
import { otherSettings } from './own-settings.ts';
import type { Snapshot } from './snapshot.ts';

/** What is known of the mounts of a container beside what the engine was asked for. */
export interface SeenMounts {
  /** Null where nobody asked the kernel. */
  kernel: ContainerKernelFacts | null;
  /** Where a path of the host leads; null at the level `api`, which follows none. */
  sources: Reading<(path: string) => Omit<MountSource, 'path'>> | null;
  /** Places of the system that are links on this host; absent where none was seen. */
  links?: readonly PlaceByLink[];
  /** Where engines were seen to listen, or are told to, beside what the engine tells of itself. */
  sockets: readonly string[];
  /** Files and folders that engines were told to use. */
  ownPaths: readonly OwnPath[];
  /** Why there may be more of both, where that was to be read; null where nothing was lost. */
  ownUnread: string | null;
  /** What listens below /tmp in the network of the host; absent where nobody read that. */
  temporarySockets?: readonly string[];
  /** Files that root believes, by whether they have a second name; null where nobody asked for them. */
  manyNamed: Reading<ManyNamed> | null;
  /** What is mounted on the host; null where that was not read. */
  hostMounts: HostTree | null;
  /**
   * Addresses and names of the host, in lower case: its own on the bridges of the engine. Null where the
   * networks were not read.
   */
  hostAddresses: readonly string[] | null;
}

/** Looks that up for the containers of a snapshot, each by its id. */
export function seenMountsOf({
  kernel,
  mountSources,
  hostProcesses,
  networks,
  engine,
  hostFiles,
}: Pick<
  Snapshot,
  'kernel' | 'mountSources' | 'hostProcesses' | 'networks' | 'engine' | 'hostFiles'
>): (id: string) => SeenMounts {
  const kernelOf = perContainer(mapRead(kernel, ({ containers }) => containers));
  const ofHost = {
    sources: sourcesIn(mountSources),
    ...linksIn(mountSources),
    ...ownOfEngines({ hostFiles, hostProcesses, engine }),
    ...temporaryIn(hostProcesses),
    manyNamed: manyNamedIn(hostProcesses),
    hostMounts:
      hostProcesses.state === 'read' && hostProcesses.value.engineMounts?.state === 'read'
        ? hostTree(hostProcesses.value.engineMounts.value)
        : null,
    hostAddresses:
      networks.state === 'read'
        ? [
            ...bridgeAddresses(networks.value),
            ...(engine.state === 'read' ? [engine.value.name.toLowerCase()] : []),
          ]
        : null,
  };
  return (id) => {
    const own = kernelOf(id);
    return { kernel: own.state === 'read' ? own.value : null, ...ofHost };
  };
}

/**
 * Where engines listen beside what the engine tells of itself, what they were told to use, and why there may be more. Of
 * whichever engine the files speak: who reaches it owns the host as well.
 */
export const ownOfEngines = ({
  hostFiles,
  hostProcesses,
  engine,
}: Pick<Snapshot, 'hostFiles' | 'hostProcesses' | 'engine'>): Pick<
  SeenMounts,
  'sockets' | 'ownPaths' | 'ownUnread'
> => ({
  sockets: socketsIn(hostFiles, hostProcesses),
  ownPaths: ownPathsIn(hostFiles, hostProcesses),
  ownUnread: lostOwn(
    // Podman has none of these files.
    engine.state === 'read' && engine.value.isPodman ? null : hostFiles,
    hostProcesses,
  ),
});

function socketsIn(
  hostFiles: Snapshot['hostFiles'],
  hostProcesses: Snapshot['hostProcesses'],
): string[] {
  const [files] = valuesOf(hostFiles);
  const [processes] = valuesOf(hostProcesses);
  const byUnits = valuesOf(files?.unitListeners)
    .flat()
    .filter((one) => one.startsWith('/'));
  const bySettings = settingsIn(hostFiles, hostProcesses).flatMap(unixSockets);
  const told = [...bySettings, ...byUnits].map(normaliseHostPath);
  return [...new Set([...valuesOf(processes?.engineSockets).flat(), ...told])];
}

const valuesOf = <T>(found: Reading<T> | undefined): T[] =>
  found?.state === 'read' ? [found.value] : [];

/** The engine that answers, and those beside it. */
const enginesIn = (hostProcesses: Snapshot['hostProcesses']): EngineProcess[] =>
  valuesOf(hostProcesses).flatMap(({ engine, otherEngines = [] }) => [
    ...valuesOf(engine),
    ...otherEngines,
  ]);

/** Of the files on the disk, and of the engines' own processes. */
const settingsIn = (
  hostFiles: Snapshot['hostFiles'],
  hostProcesses: Snapshot['hostProcesses'],
): DaemonSettings[] => [
  ...valuesOf(hostFiles).flatMap(({ settings }) => valuesOf(settings)),
  ...enginesIn(hostProcesses).map((one) => one.settings),
];

/** Files that are told apart by what they are to the engine. */
const USES = [
  ['daemon-json', 'settings'],
  ['tls-ca', 'clients'],
  ['tls-key', 'key'],
] as const;

function ownPathsIn(
  hostFiles: Snapshot['hostFiles'],
  hostProcesses: Snapshot['hostProcesses'],
): OwnPath[] {
  const files: Partial<Record<EngineFileRole, HostFileFact[]>>[] = [
    ...valuesOf(hostFiles).map((one) => one.files),
    ...enginesIn(hostProcesses).flatMap((one) => one.files ?? []),
  ];
  const named = files.flatMap((byRole) =>
    USES.flatMap(([role, use]) =>
      (byRole[role] ?? []).flatMap((fact) =>
        [fact.path, ...(fact.state === 'present' ? [fact.realPath] : [])]
          .filter((path) => path.startsWith('/'))
          .map((path) => ({ path: normaliseHostPath(path), use })),
      ),
    ),
  );
  const told = settingsIn(hostFiles, hostProcesses).flatMap(({ ownPaths = [] }) => ownPaths);
  const byKey = new Map([...named, ...told].map((one) => [`${one.use} ${one.path}`, one]));
  return [...byKey.values()];
}

function lostOwn(
  hostFiles: Snapshot['hostFiles'] | null,
  hostProcesses: Snapshot['hostProcesses'],
): string | null {
  for (const section of [hostFiles, hostProcesses]) {
    if (section?.state === 'unread' && !section.isLeftOut) return section.reason;
  }
  const processes = hostProcesses.state === 'read' ? hostProcesses.value : null;
  if (processes?.engineSockets.state === 'unread') return processes.engineSockets.reason;
  // An engine’s own process tells more than files do, where its daemon.json is still the one that it read.
  const [gap = null] = enginesIn(hostProcesses).flatMap((one) => one.settings.gaps);
  if (gap !== null || processes?.engine.state === 'read') return gap;
  const settings = hostFiles?.state === 'read' ? hostFiles.value.settings : null;
  if (settings === null) return null;
  return settings.state === 'unread' ? settings.reason : otherSettings(settings.value);
}

function temporaryIn(section: Snapshot['hostProcesses']): Pick<SeenMounts, 'temporarySockets'> {
  const found = section.state === 'read' ? section.value.temporarySockets : undefined;
  return found?.state === 'read' ? { temporarySockets: found.value } : {};
}

function manyNamedIn(section: Snapshot['hostProcesses']): SeenMounts['manyNamed'] {
  if (section.state === 'unread') return section.isLeftOut ? null : section;
  return section.value.manyNamed ?? null;
}

/** Addresses of the host: on a bridge the gateway is the host, on other networks a machine of the network. */
export const bridgeAddresses = (networks: readonly NetworkFacts[]): string[] =>
  networks.flatMap(({ driver, gateways }) => (driver === 'bridge' ? gateways : []));

function linksIn(section: Snapshot['mountSources']): Pick<SeenMounts, 'links'> {
  const links = valuesOf(section)
    .flat()
    .flatMap(({ path, leadsTo, isPlace }) =>
      isPlace && leadsTo.state === 'read' ? [{ place: path, leadsTo: leadsTo.value }] : [],
    );
  return links.length === 0 ? {} : { links };
}

function sourcesIn(section: Snapshot['mountSources']): SeenMounts['sources'] {
  if (section.state === 'unread') return section.isLeftOut ? null : section;
  // Of two with one path the first.
  const byPath = new Map(section.value.toReversed().map((one) => [one.path, one]));
  const missing = (path: string) => unread<string>(`${path} was not looked at`);
  return read((path) => byPath.get(path) ?? { leadsTo: missing(path), alike: null });
}
