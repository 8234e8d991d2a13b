import { trimmedEnd } from '../shared/text.ts';

/** The parts of an image reference, with the defaults of Docker filled in. */
export interface ImageReference {
  /** Registry and path, e.g. `docker.io/library/redis`. */
  repository: string;
  /** Empty without one. */
  tag: string;
  /** `sha256:…`; empty without one. */
  digest: string;
}

/** Reads a reference as Docker does: `redis` is `docker.io/library/redis`. Ids give nonsense. */
export function parseReference(reference: string): ImageReference {
  const [named = '', digest = ''] = reference.split('@', 2);
  // A colon before the last slash belongs to the port of a registry.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  return { repository: fullName(name), tag: colon < 0 ? '' : named.slice(colon + 1), digest };
}

/** The first part is a registry when it has a dot or a port, or is `localhost`. */
function fullName(name: string): string {
  const [first = '', ...path] = name.split('/');
  const isRegistry = path.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (!isRegistry) return `docker.io/${path.length > 0 ? name : `library/${name}`}`;
  const registry = first === 'index.docker.io' ? 'docker.io' : first;
  const isOfficial = registry === 'docker.io' && path.length === 1;
  return [registry, ...(isOfficial ? ['library'] : []), ...path].join('/');
}

/**
 * True when a repository lies in one of the allowed registries, paths or repositories. Parts are
 * compared whole: `registry.example/team` does not allow `registry.example/team-2`.
 */
export function isFromAllowed(repository: string, allowed: readonly string[]): boolean {
  return allowed.some((entry) => {
    const prefix = trimmedEnd(entry.replace(/^https?:\/\//, ''), '/');
    return repository === prefix || repository.startsWith(`${prefix}/`);
  });
}

/**
 * True for a reference that cannot come to mean another image: a digest, or an id, whole or its
 * beginning as Docker accepts it.
 */
export function isPinned(reference: string, imageId: string): boolean {
  return (
    reference.includes('@') ||
    reference.startsWith('sha256:') ||
    (/^[0-9a-f]+$/.test(reference) && imageId.startsWith(`sha256:${reference}`))
  );
}
