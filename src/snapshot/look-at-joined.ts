import { isPathId } from './foreign.ts';
import type { InspectedContainer } from './inspected-container.ts';
import { joinedBy, type NamespaceOwner } from './normalise/namespaces.ts';
import type { Outcome } from './outcome.ts';

/** Chains of containers that join each other are short. */
const FOLLOWED_MAX = 8;

/**
 * Whom a container joins by its settings, and whom they join; `ask` makes a call at a path. Whoever cannot be read is
 * left out, so that whose the namespace is stays unknown. Never rejects.
 */
export async function lookAtJoined(
  { identity }: Pick<InspectedContainer, 'identity'>,
  ask: (path: string) => Promise<Outcome<NamespaceOwner>>,
): Promise<NamespaceOwner[]> {
  const found: NamespaceOwner[] = [];
  const named = new Set('value' in identity ? joinedBy(identity.value.modes) : []);
  // Grows while it is gone through.
  for (const reference of named) {
    if (found.length === FOLLOWED_MAX) break;
    if (!isPathId(reference)) continue;
    const owner = await ask(`/containers/${reference}/json`);
    if (!('value' in owner) || !isMeant(reference, owner.value)) continue;
    found.push(owner.value);
    for (const next of joinedBy(owner.value.modes)) named.add(next);
  }
  return found;
}

/** Joined by its id, the beginning of that, or its name; who answers for another is not believed. */
const isMeant = (reference: string, { id, name }: NamespaceOwner): boolean =>
  id.startsWith(reference) || name === reference;
