import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { FolderWindow, HostEntryStat, HostFileDoor } from './collector.ts';
import type { MountSource } from './facts/container.ts';
import { isWithin, joined, LINKS_MAX, pathParts } from './normalise/host-path.ts';

/** Each call about a container mounts everything that it is shown: some 0.1 ms for each folder. */
const SHOWN_MAX = 16;
/** Windows for all paths of one host together, each of two calls a folder at most. */
const WINDOWS_MAX = 24;
/** Where the kernel or the system itself mounts: by name already no place for a container. */
const SYSTEM_FOLDERS: readonly string[] = ['/dev', '/run', '/sys'];
/** systemd mounts an empty one there (file-hierarchy(7)). */
const TEMPORARY = '/tmp';

export interface WalkedSource extends MountSource {
  /** The file that it leads to; null where nobody saw what lies there. */
  file: HostEntryStat | 'folder' | null;
}

const fileOf = (stat: HostEntryStat) => (stat.kind === 'directory' ? 'folder' : stat);

const BY_KERNEL = 'the kernel’s table of mounts tells it for a running container, and was not read';
const NOT_SHOWN = 'the engine did not show what lies there';

/** What these paths lead to, without how: links are followed by the engine. None of a path that it cannot show. */
export async function lookAtSources(
  door: Pick<HostFileDoor, 'lookInto'>,
  paths: readonly string[],
): Promise<WalkedSource[]> {
  const found: WalkedSource[] = [];
  for (let start = 0; start < paths.length; start += SHOWN_MAX) {
    const part = paths.slice(start, start + SHOWN_MAX);
    const stats = await statsOf(door, part);
    for (const path of part) {
      const stat = stats.get(path) ?? null;
      const file = stat && fileOf(stat);
      const leadsTo = unread<string>(file === null ? NOT_SHOWN : BY_KERNEL);
      found.push({ path, leadsTo, isFolder: file === null || file === 'folder', file });
    }
  }
  return found;
}

async function statsOf(
  door: Pick<HostFileDoor, 'lookInto'>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, HostEntryStat | null>> {
  try {
    return await door.lookInto(paths, async ({ shown, itself }) => {
      const stats = shown.map(async (path) => [path, await itself(path)] as const);
      return new Map(await Promise.all(stats));
    });
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    // One that cannot be mounted spoils the window of all.
    const alone = paths.length > 1 ? paths : [];
    const found = new Map<string, HostEntryStat | null>();
    for (const path of alone) {
      for (const [key, stat] of await statsOf(door, [path])) found.set(key, stat);
    }
    return found;
  }
}

/** A path on its way: `at` holds no link, `rest` was not looked at. */
interface Walk {
  path: string;
  at: string;
  rest: string[];
  links: number;
  /** What it met in a window with others: one folder that cannot be shown spoils the window of all. */
  isAlone: boolean;
  end: Reading<string> | null;
  /** Of what lies at `at`; null for `/`. */
  stat: HostEntryStat | null;
}

/**
 * Follows the links in these paths as the host's kernel would. Each folder is looked at alone, without
 * what is mounted below it, so that a mount on the way shows: what is at its place in the folder is then
 * not what is there. Where `isDisk` is false of such a place, nobody knows what it shows.
 */
export async function walkSources(
  door: Pick<HostFileDoor, 'lookInto'>,
  paths: readonly string[],
  isDisk: IsDisk,
): Promise<WalkedSource[]> {
  const walks = paths.map(
    (path): Walk => ({
      path,
      at: '/',
      rest: pathParts(path),
      links: 0,
      isAlone: false,
      end: null,
      stat: null,
    }),
  );
  const seen: Seen = { entries: new Map(), plain: new Map() };
  const blind: Look = { window: NO_WINDOW, asked: [], seen, isDisk };
  let windows = 0;
  for (;;) {
    // As far as others came on the same way.
    for (const walk of walks) if (walk.end === null) await advance(walk, blind);
    const open = walks.filter(({ end }) => end === null);
    const [group] = groupsOf(open);
    if (group === undefined) break;
    windows += 1;
    if (windows > WINDOWS_MAX) {
      const end = unread('there are more folders and links on the way than are looked at');
      for (const walk of open) walk.end = end;
      break;
    }
    const asked = [...new Set(group.flatMap(foldersOf))];
    await orAlone(group, () =>
      door.lookInto(asked, async (window) => {
        const look: Look = { window, asked, seen, isDisk };
        await Promise.all(group.map((walk) => orAlone([walk], () => advance(walk, look))));
      }),
    );
  }
  return walks.map(({ path, end, stat }) => ({
    path,
    leadsTo: end ?? unread('it was not looked at'),
    isFolder: stat === null || stat.kind === 'directory',
    file: end?.state !== 'read' ? null : stat === null ? 'folder' : fileOf(stat),
  }));
}

/** Walks that are looked at through one window. */
function groupsOf(walks: readonly Walk[]): Walk[][] {
  const groups: Walk[][] = [];
  let shown = new Set<string>();
  const order = (a: Walk, b: Walk) =>
    Number(a.isAlone) - Number(b.isAlone) || (a.path < b.path ? -1 : 1);
  for (const walk of walks.toSorted(order)) {
    const folders = foldersOf(walk);
    const more = folders.filter((folder) => !shown.has(folder)).length;
    if (groups.length === 0 || shown.size + more > SHOWN_MAX || walk.isAlone) {
      groups.push([]);
      shown = new Set();
    }
    groups.at(-1)?.push(walk);
    for (const folder of folders) shown.add(folder);
  }
  return groups;
}

/** Every place that it comes by from here if none is a link. */
function foldersOf({ at, rest }: Walk): string[] {
  const folders = [at];
  for (const part of rest) {
    if (part === '..') break;
    folders.push(joined(folders.at(-1) ?? '/', `/${part}`));
  }
  return folders;
}

/** What was seen of the host so far, by path: many paths come by the same folders. */
interface Seen {
  entries: Map<string, Promise<HostEntryStat | null>>;
  /** Whether an entry is what lies at its place. */
  plain: Map<string, Promise<boolean>>;
}

/** One window, with what it was asked to show. */
interface Look {
  window: FolderWindow;
  asked: readonly string[];
  seen: Seen;
  isDisk: IsDisk;
}

const NO_WINDOW: FolderWindow = { shown: [], entry: async () => null, itself: async () => null };

/** Whether a place is where the host mounts a disk, and nothing else. */
export type IsDisk = (mountPoint: string) => Promise<boolean>;

/** What fails is tried again for each of these walks by itself, once. */
async function orAlone(walks: readonly Walk[], work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof OutsideError)) throw error;
    for (const walk of walks) {
      if (walk.isAlone) walk.end ??= unread(error.message);
      walk.isAlone = true;
    }
  }
}

/** Goes as far as the window shows, or as was seen before. */
async function advance(walk: Walk, { window, asked, seen, isDisk }: Look): Promise<void> {
  const { shown } = window;
  for (;;) {
    const { at } = walk;
    const [part, ...others] = walk.rest;
    if (part === undefined) {
      walk.end = read(at);
      return;
    }
    if (part === '..') {
      walk.at = joined('/', `/${pathParts(at).slice(0, -1).join('/')}`);
      walk.rest = others;
      continue;
    }
    if (isOfProcesses(at, part)) {
      walk.end = unread('links in /proc are other ones for each process that follows them');
      return;
    }
    const next = joined(at, `/${part}`);
    if (!seen.entries.has(next) && !shown.includes(at)) {
      if (asked.includes(at)) walk.end = unread(`${at} is not there`);
      return;
    }
    const entry = await once(seen.entries, next, () => window.entry(at, part));
    if (entry === null) {
      walk.end = unread(`${next} is not there`);
      return;
    }
    if (entry.linkTarget !== null) {
      walk.links += 1;
      if (walk.links > LINKS_MAX) {
        walk.end = unread('it is a circle of links');
        return;
      }
      walk.rest = [...pathParts(entry.linkTarget), ...others];
      walk.at = '/';
      continue;
    }
    if (!seen.plain.has(next) && !shown.includes(next)) {
      if (asked.includes(next)) walk.end = unread(`${next} is not to be looked at`);
      return;
    }
    const isPlace = await once(
      seen.plain,
      next,
      async () => (await isPlain(window, at, part, entry)) || (await isKnownMount(isDisk, next)),
    );
    if (!isPlace) {
      walk.end = unread(`something is mounted at ${next}, and only the level kernel tells what`);
      return;
    }
    walk.at = next;
    walk.stat = entry;
    walk.rest = others;
  }
}

/** What failed is asked again. */
function once<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const earlier = known.get(key);
  if (earlier) return earlier;
  const answer = ask();
  known.set(key, answer);
  answer.catch(() => known.delete(key));
  return answer;
}

const isOfProcesses = (at: string, part: string | undefined) => at === '/' && part === 'proc';

const isKnownMount = async (isDisk: IsDisk, path: string) =>
  path === TEMPORARY ||
  SYSTEM_FOLDERS.some((folder) => isWithin(path, folder)) ||
  (await isDisk(path));

/**
 * Whether an entry is what lies at its place in the folder: a mount shows something else there. What is
 * written meanwhile changes both alike, so that its times enclose each other.
 */
async function isPlain(
  window: FolderWindow,
  folder: string,
  name: string,
  before: HostEntryStat,
): Promise<boolean> {
  const itself = await window.itself(joined(folder, `/${name}`));
  if (itself === null || isSame(before, itself)) return itself !== null;
  const after = await window.entry(folder, name);
  return (
    after !== null &&
    after.kind === itself.kind &&
    before.modifiedNs <= itself.modifiedNs &&
    itself.modifiedNs <= after.modifiedNs
  );
}

/** The same kind, mode, size and time: two names of one thing have them alike. */
export const isSame = (a: HostEntryStat, b: HostEntryStat): boolean =>
  a.kind === b.kind && a.mode === b.mode && a.size === b.size && a.modifiedNs === b.modifiedNs;
