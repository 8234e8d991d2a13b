import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { StoredContainer } from './ports.ts';
import type { OwnProbes, WatchStore } from './watch-store.ts';

/** What tells in which container this program runs, as far as it can be known from inside. */
export interface OwnContainer {
  /** Its id, or as many of the first digits as are known. */
  id: string;
  /** True when a container whose network another has joined would say the same of itself. */
  isNetworkOwners: boolean;
}

/** What of a host's containers is Seawall itself. */
export interface Self {
  /** That of the program that answers, in the list like any other; null when there is none. */
  container: { host: string; name: string; id: string } | null;
  /** Its probes, which stand in no list; hosts on which none was seen are left out. */
  probes: OwnProbes[];
}

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
