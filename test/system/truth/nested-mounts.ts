import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttackGraph } from '../../../src/paths/graph.ts';
import { askEngine, type RealEngine } from '../../support/real-engine.ts';
import type { WayCase } from './containers-with-ways.ts';

// Containers of which one mounts a folder of the host, or a part of a volume, and others what it lies in or what lies in
// it, or which have their shared memory in common. Whether what one writes is there for another is read by root in the trees of both.

const VOLUME = 'parts';
const PARTS: readonly string[] = ['one/two', 'one/tw', 'other'];
const FOLDERS: readonly string[] = ['nest/a/b/c', 'nest/ab'];

const folder = (path: string, how = '') => ['--volume', `FOLDER/${path}:/x${how}`];
const part = (path: string, ...rest: string[]) => [
  '--mount',
  ['type=volume', `src=${VOLUME}`, 'dst=/y', `volume-subpath=${path}`, ...rest].join(','),
];
const bound = ['type=none', 'o=bind', 'device=FOLDER/nest/a'].map(
  (option) => `volume-opt=${option}`,
);

/** Those that are there in any run, and those of which one is. */
const always: Record<string, readonly string[]> = {
  'nest-top': [...folder('nest'), ...part('one/two', 'readonly'), '--ipc', 'shareable'],
  'nest-deep': [...folder('nest/a/b/c'), '--volume', `${VOLUME}:/y:ro`],
  'nest-beside': [...folder('nest/ab'), ...part('one/tw')],
  'nest-memory': ['--ipc', 'container:nest-top'],
};
const more: Record<string, readonly string[]> = {
  'nest-middle': [...folder('nest/a/b', ':ro'), ...part('one')],
  'nest-by-volume': ['--mount', ['type=volume', 'dst=/x', ...bound].join(','), ...part('other')],
  'nest-by-link': folder('link-nest'),
  'nest-data': [...folder(`data/volumes/${VOLUME}/_data/one`), '--volume', '/:/y:ro'],
};

/** All of them, or those of one day. */
export function nestedCases(isLongRun: boolean, day: number): WayCase[] {
  const others = Object.entries(more);
  const some = isLongRun ? others : others.filter((_one, index) => index === day % others.length);
  return [...Object.entries(always), ...some].map(([name, options]) => ({
    name,
    options,
    exec: [],
  }));
}

/** Such a container that is known by a link alone, which no answer tells at the level `api`. */
export const BY_LINK = 'nest-by-link';

/** Makes what they mount; the folders of the host, those of the volume among them. */
export async function prepareNest({ folder: at, socketPath }: RealEngine): Promise<string[]> {
  await askEngine(socketPath, 'POST', '/volumes/create', { Name: VOLUME });
  const data = join(at, 'data/volumes', VOLUME, '_data');
  const deepest = [...FOLDERS.map((one) => join(at, one)), ...PARTS.map((one) => join(data, one))];
  for (const path of deepest) mkdirSync(path, { recursive: true });
  return ['nest', 'nest/a', 'nest/a/b']
    .map((one) => join(at, one))
    .concat(data, join(data, 'one'), deepest);
}

/** Which of these processes have a file in their mounts that lies in some of these folders of the host. */
export function seenBy(
  root: string,
  { folders, name }: { folders: readonly string[]; name: string },
  pids: ReadonlyMap<string, number>,
): string[] {
  const written = folders.filter((one) => existsSync(`${root}${one}/${name}`));
  const ends = new Set(written.flatMap(endsOf));
  return [...pids].flatMap(([container, pid]) => {
    const tree = `${root}/proc/${pid}`;
    const targets = readFileSync(`${tree}/mountinfo`, 'utf8').match(/(?<= )\/[xy](?= )/g) ?? [];
    const isSeen = targets.some((target) =>
      [...ends].some((end) => existsSync(`${tree}/root${target}${end}/${name}`)),
    );
    return isSeen || existsSync(`${tree}/root/dev/shm/${name}`) ? [container] : [];
  });
}

/** A path and what it ends with from each of its folders on, nothing at last. */
const endsOf = (path: string): string[] => {
  const parts = path.split('/').slice(1);
  return parts.map((_part, index) => `/${parts.slice(index).join('/')}`).concat('');
};

/** Ids of the containers into which the graph leads who writes from one to what they mount. */
export function takersOf({ leaving }: AttackGraph, id: string): Set<string> {
  const found = new Set<string>();
  const places = new Set([`container:${id}`]);
  // It grows meanwhile.
  for (const place of places) {
    for (const { to } of leaving.get(place) ?? []) {
      if (to.kind === 'volume') places.add(to.id);
      else if (to.kind === 'container') found.add(to.id.replace('container:', ''));
    }
  }
  found.delete(id);
  return found;
}
