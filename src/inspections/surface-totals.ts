import type { HostState } from '../answers/host-state.ts';
import type { HostSurface, Tally } from '../answers/surface-answer.ts';
import type { InventoryReference, StoredInventory } from '../ports/inventory.ts';
import type { SurfaceOfContainer } from '../ports/stored.ts';
import type { Reading } from '../shared/reading.ts';
import { countPorts } from '../surface/outward-ports.ts';
import type { softwareCounter } from '../surface/software.ts';

const NOT_LOOKED_AT = 'it was not looked at yet';

/** What a container has installed, by reference, or why that is not known. */
export const installedIn = ({
  surface,
}: Pick<SurfaceOfContainer, 'surface'>): Reading<InventoryReference> =>
  surface?.installed ?? { state: 'unread', reason: NOT_LOOKED_AT };

/** The inventories (by key) that containers have, each with the number of those that have it. */
export function usedInventories(
  containers: readonly SurfaceOfContainer[],
  inventories: ReadonlyMap<string, StoredInventory>,
): { packages: StoredInventory['packages']; containers: number }[] {
  const counts = new Map<string, number>();
  for (const container of containers) {
    const installed = installedIn(container);
    if (installed.state === 'unread') continue;
    counts.set(installed.value.key, (counts.get(installed.value.key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => {
    const inventory = inventories.get(key);
    return inventory === undefined ? [] : [{ packages: inventory.packages, containers: count }];
  });
}

/** What the containers of one host offer together, by its last good scan; `countSoftware` knows their inventories. */
export function surfaceTotals(
  { name: host, unread, lastGoodScanAt }: Pick<HostState, 'name' | 'unread' | 'lastGoodScanAt'>,
  containers: readonly SurfaceOfContainer[],
  countSoftware: ReturnType<typeof softwareCounter>,
): Omit<HostSurface, 'publishing'> {
  const { reason = null, since = null } = unread ?? {};
  if (lastGoodScanAt === null) return { host, reason, since, ...NOTHING_KNOWN };
  const installed = containers.map(installedIn);
  const keys = new Set(installed.flatMap((one) => (one.state === 'read' ? [one.value.key] : [])));
  const { software, severalVersions } = countSoftware(keys);
  const isAnyRead = containers.length === 0 || installed.some(({ state }) => state === 'read');
  return {
    host,
    reason,
    since,
    containers: containers.length,
    ports: portsOf(containers),
    processes: tally(
      containers.map(({ surface }) => surface?.processes),
      ({ count }) => count,
    ),
    packages: tally(installed, ({ packages }) => packages),
    setUidFiles: tally(
      containers.map(({ surface }) => surface?.setUid),
      ({ count }) => count,
    ),
    withoutDatabase: isAnyRead
      ? installed.filter((one) => one.state === 'read' && one.value.manager === null).length
      : null,
    software: isAnyRead ? software : null,
    severalVersions: isAnyRead ? severalVersions : null,
  };
}

const UNREAD: Tally = { count: null, unknown: 0 };
/** Of a host that was never read. */
const NOTHING_KNOWN = {
  ...{ containers: null, withoutDatabase: null, software: null, severalVersions: null },
  ...{ ports: UNREAD, processes: UNREAD, packages: UNREAD, setUidFiles: UNREAD },
};

function tally<T>(
  readings: readonly (Reading<T> | undefined)[],
  countOf: (value: T) => number,
): Tally {
  let count = 0;
  let unknown = 0;
  for (const reading of readings) {
    if (reading?.state === 'read') count += countOf(reading.value);
    else unknown += 1;
  }
  return { count: unknown > 0 && unknown === readings.length ? null : count, unknown };
}

/** Ports of a host are counted once, through however many containers they lead: of one network, or of the host's. */
function portsOf(containers: readonly SurfaceOfContainer[]): Tally {
  const readings = containers.map(({ surface }) => surface?.ports);
  const { count, unknown } = tally(readings, () => 0);
  const all = readings.flatMap((one) => (one?.state === 'read' ? one.value : []));
  return { count: count === null ? null : countPorts(all), unknown };
}

const MOST = 1_000_000;

/** Position in the list, as text that sorts: most packages first, unknown ones last. */
export function surfaceOrder({ surface, host, name, id }: SurfaceOfContainer): string {
  const packages = surface?.installed.state === 'read' ? surface.installed.value.packages : -1;
  return `${String(MOST - packages).padStart(8, '0')}\n${host}\n${name}\n${id}`;
}
