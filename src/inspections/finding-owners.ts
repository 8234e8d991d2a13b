import type { PartsOfContainer, StoredFinding } from '../ports/stored.ts';
import { addTo } from '../shared/add-to.ts';

/** Which container label tells the owner, and the id of the Slack user group by its values. */
export interface OwnerRouting {
  label: string;
  groups: Readonly<Record<string, string>>;
}

type OwnedContainer = Pick<PartsOfContainer<'facts'>, 'host' | 'facts'>;
type OwnedFinding = Pick<StoredFinding, 'host' | 'subjectKind' | 'subjectKey' | 'subjects'>;

/**
 * Tells whose a finding is: the owner that all existing containers behind it share. Behind an image stand the
 * containers made from it, behind the engine and the host all of them. Null when there is none, or
 * when they differ.
 */
export function ownerLookup(
  containers: readonly OwnedContainer[],
): (finding: OwnedFinding) => string | null {
  const byHost = Map.groupBy(containers, ({ host }) => host);
  const ofWholeHost = new Map([...byHost].map(([host, all]) => [host, sharedOwner(all)]));
  const byName = indexBy(containers, ({ facts }) => [facts.name]);
  const byImage = indexBy(containers, ({ facts: { imageId, imageReference } }) => [
    imageId,
    imageReference,
    `${imageReference}:latest`,
  ]);
  return ({ host, subjectKind, subjectKey, subjects }) => {
    const named = (index: typeof byName, names: readonly string[]) =>
      sharedOwner(names.flatMap((name) => index.get(keyOf(host, name)) ?? []));
    if (subjectKind === 'container') return named(byName, subjects);
    if (subjectKind === 'image') return named(byImage, [subjectKey, ...subjects]);
    return ofWholeHost.get(host) ?? null;
  };
}

const keyOf = (host: string, name: string): string => JSON.stringify([host, name]);

function indexBy(
  containers: readonly OwnedContainer[],
  namesOf: (container: OwnedContainer) => string[],
): Map<string, OwnedContainer[]> {
  const index = new Map<string, OwnedContainer[]>();
  for (const container of containers) {
    for (const name of namesOf(container)) addTo(index, keyOf(container.host, name), container);
  }
  return index;
}

/** Containers stored by an older version know no owner. */
function sharedOwner(containers: readonly OwnedContainer[]): string | null {
  const owners = new Set(containers.map(({ facts }) => facts.owner ?? null));
  const [only = null] = owners;
  return owners.size === 1 ? only : null;
}
