/** As many links as Linux follows on the way to one file. */
const LINKS_MAX = 40;
/** Folders that are remembered at a time; a desktop has 30,000. */
const KNOWN_MAX = 30_000;

/** Parts of a path without empty ones and those that lead nowhere; what leads out of the root stays in it. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/**
 * Where folders really are, by the symbolic links of one file system (path → target): `lib` is `usr/lib`
 * in most. Never leads out of the root; null for a path whose links lead in a circle.
 */
export function createLinkResolver(
  links: ReadonlyMap<string, string>,
): (folder: string) => string | null {
  const known = new Map<string, string | null>();

  function resolve(folder: string, left: number): string | null {
    const before = folder === '' ? '' : known.get(folder);
    if (before !== undefined) return before;
    const slash = folder.lastIndexOf('/');
    const parent = resolve(folder.slice(0, Math.max(0, slash)), left);
    const here = parent === null ? null : joined(parent, folder.slice(slash + 1));
    const target = here === null ? undefined : links.get(here);
    if (here === null || target === undefined) return keep(folder, here);
    if (left === 0) return null;
    const base = target.startsWith('/') ? '' : (parent ?? '');
    return keep(folder, resolve(cleanPath(`${base}/${target}`), left - 1));
  }
  function keep(folder: string, real: string | null): string | null {
    if (known.size > KNOWN_MAX) known.clear();
    known.set(folder, real);
    return real;
  }
  return (folder) => resolve(folder, LINKS_MAX);
}

const joined = (parent: string, name: string): string =>
  parent === '' ? name : `${parent}/${name}`;
