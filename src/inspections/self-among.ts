import type { Self } from '../answers/own-power.ts';
import type { OwnContainer } from '../ports/own-container.ts';
import type { ScanStore } from '../ports/scan-store.ts';
import type { StoredContainer } from '../ports/stored.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';

export interface SelfParts {
  own: OwnContainer | null;
  watches: Pick<WatchStore, 'listOwnProbes'>;
}

/** What of these containers, which exist, and of the probes on these hosts is Seawall itself. */
export async function selfAmong(
  { own, watches }: SelfParts,
  hosts: readonly string[],
  containers: readonly StoredContainer[],
): Promise<Self> {
  const found = own === null ? null : findOwn(own, containers);
  return {
    container: found && { host: found.host, name: found.facts.name, id: found.facts.id },
    probes: await watches.listOwnProbes(hosts),
  };
}

/** The same of everything that exists on these hosts: containers are read where its own may be. */
export async function selfOn(
  parts: SelfParts & { store: Pick<ScanStore, 'findHostsOfContainer' | 'listContainers'> },
  hosts: readonly string[],
): Promise<Self> {
  const { own, store } = parts;
  const found = own === null ? [] : await store.findHostsOfContainer({ hosts, idPrefix: own.id });
  return selfAmong(parts, hosts, await store.listContainers({ hosts: found }));
}

/** Null where two would be possible: nothing is said then. */
function findOwn(
  { id, isNetworkOwners }: OwnContainer,
  containers: readonly StoredContainer[],
): StoredContainer | null {
  const [first, second] = containers.filter(
    ({ facts, removedAt }) => removedAt === null && facts.id.startsWith(id),
  );
  if (first === undefined || second !== undefined) return null;
  const isJoined = containers.some((one) => joins(one.facts, first.facts));
  return isNetworkOwners && isJoined ? null : first;
}

function joins({ networkNamespace: { mode } }: ContainerFacts, { id, name }: ContainerFacts) {
  return mode === `container:${id}` || mode === `container:${name}`;
}

/** Whether a container is that of the program that answers. */
export const isSelf = ({ host, facts }: StoredContainer, { container }: Self): boolean =>
  container !== null && container.host === host && container.id === facts.id;
