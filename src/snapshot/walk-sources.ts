import { OutsideError } from '../shared/errors.ts';
import { type Reading, read, unread } from '../shared/reading.ts';
import type { FolderWindow, HostEntryStat, HostFileDoor } from './collector.ts';
import type { MountSource } from './facts/mount-source.ts';
import { isWithin } from './normalise/host-path.ts';

/** What the kernel allows too (`MAXSYMLINKS`). */
const LINKS_MAX = 40;
/** Each call about a container mounts everything that it is shown. */
const SHOWN_MAX = 64;
/** Windows for all paths of one host together: a path without links takes part in one. */
const WINDOWS_MAX = 48;
/** Where the kernel or the system itself mounts: by name already no place for a container. */
const SYSTEM_FOLDERS: readonly string[] = ['/dev', '/run', '/sys'];
/** systemd mounts an empty one there (file-hierarchy(7)). */
const TEMPORARY = '/tmp';

export interface WalkedSource extends MountSource {
  /** What it leads to; null for `/`, and where that is not known. */
  stat: HostEntryStat | null;
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
      rest: partsOf(path),
      links: 0,
      isAlone: false,
      end: null,
      stat: null,
    }),
  );
  let windows = 0;
  for (;;) {
    const open = walks.filter(({ end }) => end === null);
    if (open.length === 0) break;
    for (const group of groupsOf(open)) {
      windows += 1;
      if (windows > WINDOWS_MAX) {
        const end = unread('there are more folders and links on the way than are looked at');
        for (const walk of open) walk.end ??= end;
        break;
      }
      const asked = [...new Set(group.flatMap(foldersOf))];
      await orAlone(group, () =>
        door.lookInto(asked, async (window) => {
          const look: Look = { window, seen: rememberEntries(window), asked, isDisk };
          await Promise.all(group.map((walk) => orAlone([walk], () => advance(walk, look))));
        }),
      );
    }
  }
  return walks.map(({ path, end, stat }) => ({
    path,
    leadsTo: end ?? unread('it was not looked at'),
    isFolder: stat === null || stat.kind === 'directory',
    stat: end?.state === 'read' ? stat : null,
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

/** Every place that it comes by if none is a link. */
function foldersOf({ at, rest }: Walk): string[] {
  const folders = ['/', at];
  if (isOfProcesses(at, rest[0])) return ['/'];
  for (const part of rest) {
    if (part === '..') break;
    folders.push(joined(folders.at(-1) ?? '/', part));
  }
  return [...new Set(folders)];
}

/** One window, with what it was asked to show. */
interface Look {
  window: FolderWindow;
  /** The same, with a memory: many paths come by the same folders. */
  seen: FolderWindow;
  asked: readonly string[];
  isDisk: IsDisk;
}

type IsDisk = (mountPoint: string) => Promise<boolean>;

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

/** Goes as far as the window shows. */
async function advance(walk: Walk, look: Look): Promise<void> {
  const { seen, asked } = look;
  const { shown } = seen;
  for (;;) {
    const [part, ...others] = walk.rest;
    if (part === undefined) {
      walk.end = read(walk.at);
      return;
    }
    if (part === '..') {
      walk.at = joined('/', partsOf(walk.at).slice(0, -1).join('/'));
      walk.rest = others;
      continue;
    }
    if (!shown.includes(walk.at)) {
      if (asked.includes(walk.at)) walk.end = unread(`${walk.at} is not there`);
      return;
    }
    const next = joined(walk.at, part);
    if (isOfProcesses(walk.at, part)) {
      walk.end = unread('links in /proc are other ones for each process that follows them');
      return;
    }
    const entry = await seen.entry(walk.at, part);
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
      walk.rest = [...partsOf(entry.linkTarget), ...others];
      walk.at = '/';
      continue;
    }
    if (!shown.includes(next)) {
      if (asked.includes(next)) walk.end = unread(`${next} is not to be looked at`);
      return;
    }
    if (!(await isPlain(look, walk.at, part, entry)) && !(await isKnownMount(look, next))) {
      walk.end = unread(`something is mounted at ${next}, and only the level kernel tells what`);
      return;
    }
    walk.at = next;
    walk.stat = entry;
    walk.rest = others;
  }
}

const isOfProcesses = (at: string, part: string | undefined) => at === '/' && part === 'proc';

const isKnownMount = async ({ isDisk }: Look, path: string) =>
  path === TEMPORARY ||
  SYSTEM_FOLDERS.some((folder) => isWithin(path, folder)) ||
  (await isDisk(path));

/**
 * Whether an entry is what lies at its place in the folder: a mount shows something else there. What is
 * written meanwhile changes both alike, so that its times enclose each other.
 */
async function isPlain(
  { window, seen }: Look,
  folder: string,
  name: string,
  before: HostEntryStat,
): Promise<boolean> {
  const itself = await seen.itself(joined(folder, name));
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

function rememberEntries(window: FolderWindow): FolderWindow {
  const known = new Map<string, Promise<HostEntryStat | null>>();
  const once = (key: string, ask: () => Promise<HostEntryStat | null>) => {
    const answer = known.get(key) ?? ask();
    known.set(key, answer);
    return answer;
  };
  return {
    shown: window.shown,
    entry: (folder, name) => once(joined(folder, name), () => window.entry(folder, name)),
    itself: (path) => once(`${path}/.`, () => window.itself(path)),
  };
}

const joined = (folder: string, name: string): string =>
  folder === '/' ? `/${name}` : `${folder}/${name}`;

const partsOf = (path: string): string[] =>
  path.split('/').filter((part) => part !== '' && part !== '.');
