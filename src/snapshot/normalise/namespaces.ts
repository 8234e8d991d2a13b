import type { NamespaceFact } from '../facts/container.ts';

export type NamespaceKind = 'network' | 'pid' | 'ipc' | 'uts' | 'user' | 'cgroup';
export type NamespaceModes = Readonly<Record<NamespaceKind, string>>;

/** A container as far as namespaces are concerned; `modes` is null when it could not be read. */
export interface NamespaceOwner {
  id: string;
  name: string;
  modes: NamespaceModes | null;
}

/** The containers that one joins by its settings, as those name them; none where they could not be read. */
export const joinedBy = (modes: NamespaceModes | null): string[] => [
  ...new Set(
    Object.values(modes ?? {}).flatMap((mode) =>
      mode.startsWith('container:') ? [mode.slice('container:'.length)] : [],
    ),
  ),
];

/** Words that mean "its own". Any word does for a network: it is then a network's name. */
const OWN_WORDS: Readonly<Record<Exclude<NamespaceKind, 'network'>, readonly string[]>> = {
  pid: ['', 'private'],
  ipc: ['', 'private', 'shareable', 'none'],
  uts: ['', 'private'],
  // Whether a container without a word is remapped is the engine's setting, a fact of the engine.
  user: ['', 'private', 'auto', 'nomap', 'keep-id'],
  // Nothing means the engine's default, which differs between cgroup v1 and v2.
  cgroup: ['private'],
};

/** Engines let one container join another that has joined none, or few: a longer way is not followed to its end. */
const JOINED_MAX = 32;

/**
 * Follows `container:` references through every step. The function returned gives the fact of one
 * container, by its id; a reference may be an id, a name or the beginning of exactly one id.
 */
export function namespaceResolver(
  owners: readonly NamespaceOwner[],
): (id: string, kind: NamespaceKind) => NamespaceFact {
  const byId = new Map(owners.map((owner) => [owner.id, owner]));
  const byName = new Map(owners.map((owner) => [owner.name, owner]));

  // The engine's own order: a full id, then a name, then the beginning of an id.
  const find = (reference: string): NamespaceOwner | undefined =>
    byId.get(reference) ?? byName.get(reference.replace(/^\//, '')) ?? byBeginning(reference);
  // Every container is compared with it: once for a reference, however many come by it.
  const begun = new Map<string, NamespaceOwner | undefined>();
  const byBeginning = (reference: string): NamespaceOwner | undefined => {
    if (begun.has(reference)) return begun.get(reference);
    const [first, ...others] = owners.filter((owner) => owner.id.startsWith(reference));
    const found = others.length === 0 ? first : undefined;
    begun.set(reference, found);
    return found;
  };

  return (id, kind) => {
    const mode = byId.get(id)?.modes?.[kind] ?? '';
    const via: string[] = [];
    const visited = new Set([id]);
    let current = byId.get(id);
    while (current?.modes) {
      const step = current.modes[kind];
      if (!step.startsWith('container:')) return { mode, resolved: endOf(kind, step, via), via };
      const reference = step.slice('container:'.length);
      current = reference === '' ? undefined : find(reference);
      if (!current || visited.has(current.id) || via.length === JOINED_MAX) break;
      visited.add(current.id);
      via.push(current.name);
    }
    return { mode, resolved: 'unknown', via };
  };
}

function endOf(
  kind: NamespaceKind,
  mode: string,
  via: readonly string[],
): NamespaceFact['resolved'] {
  if (mode === 'host') return 'host';
  if (!isOwn(kind, mode)) return 'unknown';
  return via.length > 0 ? 'shared' : 'private';
}

function isOwn(kind: NamespaceKind, mode: string): boolean {
  const [word = ''] = mode.split(':', 1);
  // Podman's `ns:<path>` joins whatever lies at that path.
  return kind === 'network' ? word !== 'ns' : OWN_WORDS[kind].includes(word);
}
