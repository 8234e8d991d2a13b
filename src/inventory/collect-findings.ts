import type { Checksums } from './checksums.ts';
import { withoutKnownCopies } from './copies.ts';
import { type Finding, nothing } from './file-kind.ts';
import type { FilesystemInventory, UnreadFile } from './filesystem-inventory.ts';
import type { FilesystemLimits } from './filesystem-limits.ts';
import { withoutReleases } from './kinds/of-commits.ts';
import { createBeside } from './other-managers.ts';
import type { ExecutableFinding } from './programs/executable.ts';
import { createLinkResolver } from './resolve-links.ts';
import type { SystemOwners } from './system-owners.ts';

/** Symbolic links that are kept, to know what is owned; an image of a desktop has 50,000. */
const LINKS_MAX = 100_000;
const LINK_CHARACTERS_MAX = 12_000_000;
/** Names and paths of all that is found. */
const CHARACTERS_MAX = 12_000_000;
/** What could not be read, that included which packages of the system own. */
const UNREAD_MAX = 20_000;

/** What the files of one file system told so far, each by its path. */
export interface Findings {
  /** With the checksums of what a package of the system may have brought; left out for what is not compared. */
  add(path: string, finding: Finding | ExecutableFinding, sums?: Checksums): void;
  addUnread(path: string, reason: string, sums?: Checksums): void;
  /** A file whose path may tell of packages that are not read; of each place this is told once. */
  lookBeside(path: string): void;
  /** Another name of a file that was in the archive before; it is unread where only this name tells its kind. */
  addSame(path: string, of: string, isOfKind: boolean): void;
  addLink(path: string, target: string): void;
  /** For a file that comes again: the last one counts. */
  remove(path: string): void;
  /** True when no more is kept. */
  isFull(): boolean;
  /** Without what packages of the system own. */
  inventory(owners: SystemOwners, cut: string | null): FilesystemInventory;
}

type Found = Finding & Partial<Pick<ExecutableFinding, 'versionless'>> & { sums?: Checksums };

/** Collects what the files of one file system tell, within limits. */
export function createFindings(limits: FilesystemLimits): Findings {
  const byFile = new Map<string, Found>();
  const links = new Map<string, string>();
  const beside = createBeside();
  let linkCharacters = 0;
  let areLinksCut = false;
  let count = 0;
  let characters = 0;
  let unreadCount = 0;
  let lostUnread = 0;

  function add(path: string, finding: Found, sums?: Checksums): void {
    const size = sizeOf(finding);
    const kept = { ...finding, unread: finding.unread.slice(0, UNREAD_MAX - unreadCount) };
    for (const { path: at, name } of [...kept.packages, ...kept.programs]) {
      characters += at.length + 2 * name.length;
    }
    lostUnread += finding.unread.length - kept.unread.length;
    unreadCount += kept.unread.length;
    if (size + kept.unread.length + (finding.versionless?.length ?? 0) === 0) return;
    count += size;
    byFile.set(path, sums ? { ...kept, sums } : kept);
  }
  const addUnread = (path: string, reason: string, sums?: Checksums): void =>
    add(path, { ...nothing, unread: [{ path, reason }] }, sums);

  function remove(path: string): void {
    const before = byFile.get(path);
    if (before === undefined) return;
    count -= sizeOf(before);
    unreadCount -= before.unread.length;
    byFile.delete(path);
  }

  return {
    add,
    addUnread,
    lookBeside: beside.look,
    addSame(path, of, isOfKind) {
      const known = byFile.get(of);
      if (known === undefined || (isOfKind && hasOnlyCopies(known))) {
        const reason = 'another name of a file that is no such file by its first name';
        if (isOfKind) addUnread(path, reason);
        return;
      }
      // What lies in an archive begins with the path of the archive.
      const renamed = <T extends { path: string }>(one: T): T => ({
        ...one,
        path: `${path}${one.path.slice(of.length)}`,
      });
      const [packages, programs] = [known.packages.map(renamed), known.programs.map(renamed)];
      add(path, { packages, programs, unread: known.unread.map(renamed) }, known.sums);
    },
    addLink(path, target) {
      linkCharacters += path.length + target.length;
      areLinksCut ||= links.size >= LINKS_MAX || linkCharacters > LINK_CHARACTERS_MAX;
      if (!areLinksCut) links.set(path, target);
    },
    remove,
    isFull: () => count > limits.found || characters > CHARACTERS_MAX,
    inventory(owners, cut) {
      const isThere = (path: string) => byFile.has(path) || links.has(path);
      for (const { beside: at, unread } of beside.missing(isThere)) {
        const known = byFile.get(at) ?? nothing;
        remove(at);
        add(at, { ...known, unread: [...known.unread, unread] });
      }
      const owned = owners.ownedAmong(byFile, links);
      const doubt = areLinksCut ? 'there are too many links' : (owners.unread[0]?.reason ?? null);
      const found = sift(byFile, owned, doubt);
      const unread = [
        ...leadElsewhere(links),
        ...owners.unread,
        ...owners.unlisted(),
        ...beside.unread(),
        ...found.unread,
      ];
      return withinLimits({ ...found, unread, cut }, limits, lostUnread);
    },
  };
}

/** Folders of npm that are links to one by another name, in which packages are not looked for. */
function leadElsewhere(links: ReadonlyMap<string, string>): UnreadFile[] {
  const realFolder = createLinkResolver(links);
  return [...links.keys()].flatMap((path): UnreadFile[] => {
    if (!/(?:^|\/)node_modules$/.test(path) || isOfSystem(path)) return [];
    const real = realFolder(path);
    if (real === null || `/${real}/`.includes('/node_modules/')) return [];
    return [
      {
        path,
        reason: `it is a link to /${real}, where packages are not looked for`,
        ecosystem: 'npm',
      },
    ];
  });
}

/** Without what is owned; with a doubt about that, also without what lies where the system has its files. */
function sift(
  byFile: ReadonlyMap<string, Found>,
  owned: ReadonlySet<string>,
  doubt: string | null,
): Omit<FilesystemInventory, 'cut'> {
  const found: Omit<FilesystemInventory, 'cut'> = {
    packages: [],
    programs: [],
    ownedBySystem: 0,
    unread: [],
  };
  const versioned = new Set([...byFile.values()].flatMap(({ programs }) => programs.map(nameOf)));
  for (const [path, { packages, programs, unread, versionless = [] }] of byFile) {
    if (owned.has(path)) {
      found.ownedBySystem += packages.length + programs.length;
    } else if (doubt !== null && isOfSystem(path)) {
      const reason = `whether a package of the system owns it is unknown: ${doubt}`;
      if (packages.length + programs.length + versionless.length > 0)
        found.unread.push({ path, reason });
      for (const one of unread) found.unread.push(one);
    } else {
      for (const one of packages) found.packages.push(one);
      for (const one of programs) found.programs.push(one);
      const missing = versionless.filter(({ name }) => !versioned.has(name));
      for (const one of [...unread, ...missing.map(withoutName)]) found.unread.push(one);
    }
  }
  return found;
}

const hasOnlyCopies = ({ packages, unread }: Found): boolean =>
  packages.length === 0 && unread.some(({ copies }) => copies !== undefined);
const sizeOf = ({ packages, programs }: Found): number => packages.length + programs.length;
const nameOf = ({ name }: { name: string }): string => name;
const withoutName = ({ path, reason }: UnreadFile): UnreadFile => ({ path, reason });

/** Where packages of the system bring their files, and hardly anybody else does. */
export const isOfSystem = (path: string): boolean =>
  /^(?:usr\/(?!local\/)|s?bin\/|lib[^/]*\/)/.test(path);

function withinLimits(
  found: FilesystemInventory,
  limits: FilesystemLimits,
  lost: number,
): FilesystemInventory {
  const all = withoutKnownCopies(found.unread, found.packages, limits.unread);
  const unread = all.slice(0, limits.unread);
  const more = lost + all.length - unread.length;
  const about = more > 0 ? `${more} more files that could not be read are not listed` : null;
  const cut = [found.cut, about].filter((one) => one !== null).join('; ');
  return {
    ...found,
    packages: withoutReleases(found.packages).slice(0, limits.found),
    unread,
    cut: cut === '' ? null : cut,
  };
}
