import { type Reading, read, unread } from '../shared/reading.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ContainerSurface, SetUidCount } from './container-surface.ts';
import { countProcesses } from './count-processes.ts';
import { outwardPorts } from './outward-ports.ts';
import { setUidOf } from './set-uid.ts';

/** The surface of each container of a snapshot by its id; none where they were not read. */
export function surfaceOfSnapshot(snapshot: Snapshot): ReadonlyMap<string, ContainerSurface> {
  const { containers, packages } = snapshot;
  if (containers.state === 'unread') return new Map();
  const portsOf = finder(outwardPorts(snapshot));
  const processesOf = countProcesses(snapshot);
  const installedOf = finder(byId(packages, (entry) => entry.installed));
  const setUidFilesOf = finder(byId(setUidOf(snapshot), (entry) => entry.files));
  return new Map(
    containers.value.read.map((container) => [
      container.id,
      {
        ports: portsOf(container.id),
        processes: processesOf(container),
        installed: installedOf(container.id),
        setUid: withoutLines(setUidFilesOf(container.id)),
      },
    ]),
  );
}

function withoutLines(files: Reading<SetUidCount>): Reading<SetUidCount> {
  if (files.state === 'unread') return files;
  const { count, rootCount, isWhole } = files.value;
  return read({ count, rootCount, isWhole });
}

function byId<E extends { containerId: string }, T>(
  section: Reading<readonly E[]>,
  pick: (entry: E) => Reading<T>,
): Reading<ReadonlyMap<string, Reading<T>>> {
  if (section.state === 'unread') return section;
  return read(new Map(section.value.map((entry) => [entry.containerId, pick(entry)])));
}

/** What is known of one container, or why it is not. */
const finder =
  <T>(found: Reading<ReadonlyMap<string, Reading<T>>>) =>
  (id: string): Reading<T> =>
    found.state === 'unread'
      ? found
      : (found.value.get(id) ?? unread('the container was not looked at'));
