import { makerOfDeb } from '../shared/package-maker.ts';
import { PATH_BYTES_MAX } from '../shared/tar-header.ts';
import type { Checksums } from './checksums.ts';
import { baseName } from './file-kind.ts';
import type { UnreadFile } from './filesystem-inventory.ts';
import { readStanzas } from './read-stanzas.ts';
import { cleanPath, createLinkResolver } from './resolve-links.ts';
import { filesOfRpm } from './rpm-files.ts';
import { UnreadableDatabase } from './unreadable-database.ts';

const MEGABYTE = 1024 * 1024;
/** Of the lists of all packages, with checksums; those of a desktop have 30 MB. */
const LISTS_BYTES_MAX = 48 * MEGABYTE;
/** Of the checksums in it; those of a server’s image have 5 MB. */
const SUMS_BYTES_MAX = 16 * MEGABYTE;
/** What a list takes beside its bytes. */
const OF_LIST = 512;
/** An rpm database of a large server has 40 MB. */
const LIST_BYTES_MAX = 40 * MEGABYTE;

type ListKind = 'status' | 'dpkg' | 'md5sums' | 'sums' | 'apk' | 'diversions' | 'sqlite' | 'ndb';
const DPKG = 'var/lib/dpkg/status';
const SUMS = /^var\/lib\/dpkg\/info\/[^/]+\.md5sums$/;
const lists: readonly { kind: ListKind; file: RegExp }[] = [
  { kind: 'dpkg', file: /^var\/lib\/dpkg\/info\/[^/]+\.list$/ },
  // Images without a shell keep a file for each package, and one with the checksums of its files.
  { kind: 'md5sums', file: /^var\/lib\/dpkg\/status\.d\/[^/]+\.md5sums$/ },
  { kind: 'sums', file: SUMS },
  { kind: 'diversions', file: /^var\/lib\/dpkg\/diversions$/ },
  { kind: 'sqlite', file: /^(?:var\/lib|usr\/lib\/sysimage)\/rpm\/rpmdb\.sqlite$/ },
  { kind: 'ndb', file: /^(?:var\/lib|usr\/lib\/sysimage)\/rpm\/Packages\.db$/ },
  { kind: 'apk', file: /^(?:usr\/)?lib\/apk\/db\/installed$/ },
  { kind: 'status', file: /^var\/lib\/dpkg\/status(?:\.d\/[^/]+)?$/ },
];
/** The format of old, and a journal with changes that are not in the database yet. */
const UNREAD = /^(?:var\/lib|usr\/lib\/sysimage)\/rpm\/(?:Packages|rpmdb\.sqlite-wal)$/;

/**
 * Files that packages of the distribution brought, by what its package managers keep of them. What others packed is judged as
 * what it is: no feed of the distribution speaks of a library in it.
 */
export interface SystemOwners {
  wants(path: string, size: number): boolean;
  add(path: string, bytes: Buffer): void;
  /**
   * Those of these paths that a package of the distribution owns, by the links of the file system. What has another checksum
   * than its package says was put there by somebody else.
   */
  ownedAmong(
    paths: ReadonlyMap<string, { sums?: Checksums }>,
    links: ReadonlyMap<string, string>,
  ): ReadonlySet<string>;
  /** Lists that are not read: then it is unknown what else is owned. */
  readonly unread: readonly UnreadFile[];
  /** That packages have lists of files, and are not in the database: somebody cut or emptied it. */
  unlisted(): UnreadFile[];
}

interface List {
  kind: ListKind;
  path: string;
  bytes: Buffer;
}

/** Collects lists of files, and reads them when all have come: they follow what they list. */
export function createSystemOwners(): SystemOwners {
  const found: List[] = [];
  const sums: List[] = [];
  const unread: UnreadFile[] = [];
  let bytesLeft = LISTS_BYTES_MAX;
  let sumsLeft = SUMS_BYTES_MAX;
  let hasDpkg = false;

  /** Lists tell more than they do. */
  function dropSums(): void {
    for (const { bytes } of sums.splice(0)) bytesLeft += bytes.length + OF_LIST;
    sumsLeft = 0;
  }

  return {
    unread,
    wants(path, size) {
      if (UNREAD.test(path)) {
        const reason = 'lists of files of this kind of package database are not read';
        if (size > 0) unread.push({ path, reason });
        return false;
      }
      hasDpkg ||= path === DPKG && size > 0;
      const cost = size + OF_LIST;
      // Without them a file is taken for what its package brought.
      if (SUMS.test(path)) return cost <= Math.min(sumsLeft, bytesLeft);
      if (!lists.some(({ file }) => file.test(path))) return false;
      if (cost > bytesLeft) dropSums();
      if (cost <= Math.min(LIST_BYTES_MAX, bytesLeft)) return true;
      if (unread.length < 2) unread.push({ path, reason: 'lists of files that are too large' });
      return false;
    },
    add(path, bytes) {
      const kind = lists.find(({ file }) => file.test(path))?.kind;
      if (kind === undefined) return;
      bytesLeft -= bytes.length + OF_LIST;
      if (kind === 'sums') sumsLeft -= bytes.length + OF_LIST;
      (kind === 'sums' ? sums : found).push({ kind, path, bytes });
    },
    unlisted: () => unlistedIn(found),
    ownedAmong(paths, links) {
      const of = (kind: ListKind) => found.filter((one) => one.kind === kind);
      const reason = 'the lists of files of the packages of dpkg are missing';
      if (hasDpkg && of('dpkg').length === 0) unread.push({ path: 'var/lib/dpkg/info', reason });
      const isSlim = of('status').some(({ path }) => path !== DPKG);
      if (isSlim && of('md5sums').length === 0) {
        unread.push({ path: 'var/lib/dpkg/status.d', reason });
      }
      const diverted = diversionsIn(of('diversions'));
      const names = new Set([...paths.keys()].map(baseName));
      for (const path of diverted.keys()) names.add(baseName(path));
      const realFolder = createLinkResolver(links);
      const owned = new Map<string, Set<string>>();
      const placeOf = (listed: string, owner: string): string | null => {
        const name = baseName(listed);
        if (!names.has(name) || listed.length > PATH_BYTES_MAX) return null;
        const clean = cleanPath(listed);
        const elsewhere = diverted.get(clean);
        const at = elsewhere === undefined || elsewhere.by === owner ? clean : elsewhere.to;
        const folder = realFolder(at.slice(0, Math.max(0, at.lastIndexOf('/'))));
        if (folder === null) return null;
        const real = folder === '' ? baseName(at) : `${folder}/${baseName(at)}`;
        return paths.has(real) ? real : null;
      };
      const others = new Set(
        of('status').flatMap((list) => [...readable(list, unread, packagesOfOthers)]),
      );
      for (const list of found) {
        const owner = ownerOf(list.path);
        const isOfDpkg = list.kind === 'dpkg' || list.kind === 'md5sums';
        if (isOfDpkg && others.has(owner)) continue;
        for (const listed of readable(list, unread, filesIn)) {
          const real = placeOf(listed, owner);
          if (real !== null) owned.set(real, (owned.get(real) ?? new Set()).add(owner));
        }
      }
      for (const path of replaced([...sums, ...of('md5sums'), ...of('apk')], owned, paths, placeOf))
        owned.delete(path);
      return new Set(owned.keys());
    },
  };
}

/** What is owned and has the checksum of no list. */
function replaced(
  from: readonly List[],
  owned: ReadonlyMap<string, ReadonlySet<string>>,
  paths: ReadonlyMap<string, { sums?: Checksums }>,
  placeOf: (listed: string, owner: string) => string | null,
): string[] {
  const isSame = new Map<string, boolean>();
  for (const list of from) {
    const owner = ownerOf(list.path);
    for (const { path, sum } of sumsIn(list)) {
      const real = placeOf(path, owner);
      const own = real === null ? undefined : paths.get(real)?.sums;
      // What another package took over keeps its checksum in the list of the first one.
      if (real === null || !own || !owned.get(real)?.has(owner)) continue;
      isSame.set(real, isSame.get(real) || sum === own.md5 || sum === own.sha1);
    }
  }
  return [...isSame].flatMap(([path, same]) => (same ? [] : [path]));
}

const NAME: ReadonlySet<string> = new Set(['Package']);

function unlistedIn(found: readonly List[]): UnreadFile[] {
  const listed = new Set(
    found
      .filter(({ kind }) => kind === 'status')
      .flatMap((list) => [
        ...readable(list, [], () => readStanzas(list.bytes, NAME).map((one) => one.get('Package'))),
      ]),
  );
  // Without a database nobody takes its packages for known.
  if (listed.size === 0) return [];
  const missing = found.filter(({ kind, path }) => kind === 'dpkg' && !listed.has(ownerOf(path)));
  const [first] = missing;
  if (first === undefined) return [];
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  const reason = `the package ${ownerOf(first.path)}${more} has files, and is not in the database of dpkg`;
  return [{ path: first.path, reason, ecosystem: 'system' }];
}

/** The package whose list of files this is. */
const ownerOf = (path: string): string =>
  baseName(path)
    .replace(/\.(?:list|md5sums)$/, '')
    .split(':')[0] ?? '';

/** What a list names up to where it can be read no further, which is noted. */
function* readable<T>(
  list: List,
  unread: UnreadFile[],
  namesIn: (list: List) => Iterable<T>,
): Generator<T> {
  try {
    yield* namesIn(list);
  } catch (error) {
    if (!(error instanceof UnreadableDatabase)) throw error;
    unread.push({ path: list.path, reason: error.message });
  }
}

function* filesIn({ kind, bytes }: List): Generator<string> {
  if (kind === 'diversions' || kind === 'status') return;
  if (kind === 'sqlite' || kind === 'ndb') {
    yield* filesOfRpm(bytes, kind);
    return;
  }
  let folder = '';
  for (const line of linesOf(bytes)) {
    if (kind === 'dpkg') yield line;
    else if (kind === 'md5sums') yield line.slice(line.indexOf('  ') + 2);
    // apk writes the folder once, and below it the names of its files.
    else if (line.startsWith('F:')) folder = line.slice(2);
    else if (line.startsWith('R:')) yield `${folder}/${line.slice(2)}`;
  }
}

function* sumsIn({ kind, bytes }: List): Generator<{ path: string; sum: string }> {
  let [folder, file] = ['', ''];
  for (const line of linesOf(bytes)) {
    const blanks = line.indexOf('  ');
    if (kind === 'sums' || kind === 'md5sums')
      yield { path: line.slice(blanks + 2), sum: line.slice(0, blanks) };
    else if (line.startsWith('F:')) folder = line.slice(2);
    else if (line.startsWith('R:')) file = line.slice(2);
    else if (line.startsWith('Z:Q1')) yield { path: `${folder}/${file}`, sum: line.slice(4) };
  }
}

function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length; ) {
    const newLine = bytes.indexOf('\n', start);
    const end = newLine < 0 ? bytes.length : newLine;
    if (end - start <= PATH_BYTES_MAX) yield bytes.toString('utf8', start, end);
    start = end + 1;
  }
}

const FIELDS: ReadonlySet<string> = new Set(['Package', 'Version', 'Maintainer', 'Origin']);

/** Packages that the distribution did not build, by the names of their lists of files. */
function packagesOfOthers({ path, bytes }: List): string[] {
  return readStanzas(bytes, FIELDS)
    .filter((stanza) => {
      const [version = '', maintainer, origin] = ['Version', 'Maintainer', 'Origin'].map((one) =>
        stanza.get(one),
      );
      return makerOfDeb({ version, maintainer, origin }) !== null;
    })
    .map((stanza) => (path === DPKG ? (stanza.get('Package') ?? '') : baseName(path)));
}

/** Three lines each: the file, where that of other packages lies instead, and for which package. */
function diversionsIn(files: readonly List[]): Map<string, { to: string; by: string }> {
  const diverted = new Map<string, { to: string; by: string }>();
  for (const { bytes } of files) {
    const [...lines] = linesOf(bytes);
    for (let at = 0; at + 2 < lines.length; at += 3) {
      const [from = '', to = '', by = ''] = lines.slice(at, at + 3);
      diverted.set(cleanPath(from), { to: cleanPath(to), by });
    }
  }
  return diverted;
}
