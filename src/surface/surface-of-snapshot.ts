import { unread } from '../shared/reading.ts';
import { perContainer } from '../snapshot/per-container.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ContainerSurface } from './container-surface.ts';
import { countProcesses } from './count-processes.ts';
import { outwardPorts } from './outward-ports.ts';
import { setUidOf } from './set-uid.ts';

/** The surface of each container of a snapshot by its id; none where they were not read. */
export function surfaceOfSnapshot(snapshot: Snapshot): ReadonlyMap<string, ContainerSurface> {
  const { containers, packages } = snapshot;
  if (containers.state === 'unread') return new Map();
  const ports = outwardPorts(snapshot);
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
