import type { ContainerControls } from '../controls/container-controls.ts';
import { mapRead, type Reading, read, unread } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { InstalledPackages } from '../snapshot/facts/packages.ts';
import type { PerContainer } from '../snapshot/facts/per-container.ts';
import type { SetUidFiles } from '../snapshot/facts/set-uid.ts';
import { filesOfImage } from '../snapshot/known-images.ts';
import { isSetUidRoot } from '../snapshot/normalise/privileged-file.ts';
import { perContainer } from '../snapshot/outcome.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type OutwardPort, outwardPorts } from './outward-ports.ts';

/** How many processes a container has, and who counted: the kernel probe, or the host's `ps`. */
export interface ProcessCount {
  count: number;
  /** `state`: nobody had to count, since it does not run. */
  source: 'kernel' | 'top' | 'state';
}

/** Files of its image that make a process something that its user is not. */
export interface SetUidCount {
  count: number;
  /** How many of them make root. */
  rootCount: number;
  /** False when a part of the image was not seen: there may be more. */
  isWhole: boolean;
}

/** What of a container can be attacked, part by part; each part is known or has its reason. */
export interface ContainerSurface {
  ports: Reading<OutwardPort[]>;
  processes: Reading<ProcessCount>;
  installed: Reading<InstalledPackages>;
  setUid: Reading<SetUidCount>;
}

type Placed = Pick<ContainerControls, 'find' | 'networkDoubt'>;

/**
 * The surface of each container of a snapshot by its id; none where they were not read. Of the controls it takes where the
 * processes are.
 */
export function surfaceOfSnapshot(
  snapshot: Snapshot,
  controls: ReadonlyMap<string, Placed>,
): ReadonlyMap<string, ContainerSurface> {
  const { containers, packages } = snapshot;
  if (containers.state === 'unread') return new Map();
  const ports = outwardPorts(snapshot, (id) => {
    const { find, networkDoubt } = controls.get(id) ?? { networkDoubt: null };
    const found = find?.('ns-net');
    if (found?.source === 'measured' && found.effective === 'host') return read(true);
    return networkDoubt === null ? read(false) : unread(networkDoubt);
  });
  const processesOf = countProcesses(snapshot);
  const installedOf = perContainer(packages);
  const setUidFilesOf = perContainer(setUidOf(snapshot));
  return new Map(
    containers.value.read.map((container) => [
      container.id,
      {
        ports:
          ports.state === 'unread'
            ? ports
            : (ports.value.get(container.id) ?? unread('the container was not looked at')),
        processes: processesOf(container),
        installed: installedOf(container.id),
        setUid: setUidFilesOf(container.id),
      },
    ]),
  );
}

const WITHOUT_PROCESSES: readonly ContainerFacts['state'][] = ['created', 'exited', 'dead'];

/**
 * Counts the processes of each container. What the kernel says of them comes first, since it lists
 * none but those of the container's own control group; a list that showed other ones is unread.
 */
function countProcesses(snapshot: Snapshot): (container: ContainerFacts) => Reading<ProcessCount> {
  const { processes, kernel } = snapshot;
  const measured = new Map(
    kernel.state === 'read'
      ? kernel.value.containers.map(({ containerId, facts }) => [containerId, facts])
      : [],
  );
  const listed = new Map(
    processes.state === 'read' ? processes.value.map((entry) => [entry.containerId, entry]) : [],
  );
  return ({ id, state }) => {
    const facts = measured.get(id);
    if (facts?.state === 'read') {
      return read({ count: facts.value.processes.length, source: 'kernel' });
    }
    if (WITHOUT_PROCESSES.includes(state)) return read({ count: 0, source: 'state' });
    if (processes.state === 'unread') return processes;
    const entry = listed.get(id);
    if (entry === undefined) return unread('the container was not looked at');
    const { facts: found, isToldByContainer } = entry;
    if (found.state === 'unread') return found;
    if (isToldByContainer)
      return unread('the list is from the /proc of the container, which it can replace');
    return read({ count: found.value.length, source: 'top' });
  };
}

/** What each container of a snapshot finds in its image, or why that is not known. */
export function setUidOf(snapshot: Snapshot): Reading<PerContainer<SetUidCount>> {
  const { containers, setUid } = snapshot;
  return mapRead(containers, ({ read: all }) =>
    all.map(({ id, imageId }) => {
      const files = setUid.state === 'read' ? filesOfImage(setUid.value, imageId) : setUid;
      return { containerId: id, facts: mapRead(files, summary) };
    }),
  );
}

const summary = ({ files, unsearched }: SetUidFiles): SetUidCount => ({
  count: files.length,
  rootCount: files.filter(isSetUidRoot).length,
  isWhole: unsearched.length === 0,
});
