import { isAmongSystemFiles, isDataOfRoot, placesIn } from '../rules/dangerous-places.ts';
import { mountLine } from '../rules/mounts.ts';
import { inspected } from '../snapshot/evidence.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import { isWithin, joined, normaliseHostPath } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import type { Edge, GraphNode } from './graph.ts';
import { isLive, type Power, weakness } from './power.ts';

/** A volume, a folder of one or a folder of the host, with the containers that mount it. */
interface Place {
  name: string;
  members: { power: Power; mount: MountFact }[];
  /** This and those of the places in which it lies, the nearest first. */
  chain: Place[];
  /** Where one stands who writes into it. */
  written: GraphNode;
  /** From where one gets into those that mount it. */
  mounted: GraphNode;
}

/**
 * From who writes to a volume or folder into others that mount it, a folder of it or one in which it lies, and take what is
 * written there. What is a way to the host by itself is none of these.
 */
export function volumeEdges(powers: readonly Power[]): Edge[] {
  const places = placesOf(powers);
  for (const [key, place] of places) place.chain = [place, ...above(key, places)];
  const families = Map.groupBy(places.values(), ({ chain }) => chain.at(-1));
  return [...families.values()].flatMap((family) => {
    const members = family.flatMap((place) => place.members);
    const names = new Set(members.map(({ power }) => power.node.id));
    return names.size < 2 ? [] : family.flatMap(edgesThrough);
  });
}

function placesOf(powers: readonly Power[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const power of powers) {
    if (!isLive(power.container)) continue;
    for (const shown of power.shown) {
      for (const key of keysOf(shown, power.engine?.dataRoot ?? null)) {
        const place = places.get(key) ?? placeOf(key);
        places.set(key, place);
        place.members.push({ power, mount: shown.mount });
      }
    }
  }
  return places;
}

function placeOf(name: string): Place {
  const node = (id: string): GraphNode => ({ kind: 'volume', id, name });
  return {
    ...{ name, members: [], chain: [] },
    ...{ written: node(`volume:${name}`), mounted: node(`mounted:${name}`) },
  };
}

/** What a mount of the engine’s list shows of the host, else its volume. */
function keysOf({ mount, things, isUnlisted }: ShownMount, dataRoot: string | null): string[] {
  const { hostPath, volume, part = '' } = mount;
  if (isUnlisted) return [];
  if (hostPath === null && volume !== null)
    return [joined(`volume ${volume}`, normaliseHostPath(`/${part}`))];
  const paths = things.flatMap((thing) => (thing.kind === 'path' ? thing.path : []));
  return [...new Set(paths)].filter((path) => !isOfSystem(path, dataRoot));
}

/** The places in which one lies, the nearest first. */
function above(key: string, places: ReadonlyMap<string, Place>): Place[] {
  const end = key.lastIndexOf('/');
  if (end <= 0) return [];
  const folder = key.slice(0, end);
  const place = places.get(folder);
  return [...(place ? [place] : []), ...above(folder, places)];
}

/** Of the system's own: what a container holds by these is told apart, or nothing. */
const OF_SYSTEM: readonly string[] = ['/dev', '/proc', '/run', '/sys'];

const isOfSystem = (path: string, dataRoot: string | null): boolean =>
  OF_SYSTEM.some((folder) => isWithin(path, folder)) ||
  isDataOfRoot(path) ||
  isAmongSystemFiles(path) ||
  placesIn(path, dataRoot).length > 0;

/** Who writes into a place gets into those that mount it or one in which it lies, and to the places in it. */
function edgesThrough({ name, members, chain, written, mounted }: Place): Edge[] {
  const [, outer] = chain;
  const writers = members.filter(({ mount }) => mount.isWritable);
  return [
    ...writers.map(({ power, mount }) => ({
      from: power.node,
      to: written,
      says: `writes to ${name}, which others mount`,
      conditions: [],
      evidence: () => [inspected('Mounts', [mountLine(mount)])],
      rules: [],
      subjectId: power.container.id,
    })),
    ...chain.map((place) => within(written, place.mounted)),
    ...(outer ? [within(outer.written, written)] : []),
    ...members.map(({ power, mount }) => ({
      from: mounted,
      to: power.node,
      says: `is mounted by ${power.node.name}`,
      conditions: [
        weakness(`a weakness in ${power.node.name} that what is written to ${name} reaches`),
      ],
      evidence: () => [inspected('Mounts', [mountLine(mount)])],
      rules: [],
      subjectId: power.container.id,
    })),
  ];
}

const within = (from: GraphNode, to: GraphNode): Edge => ({
  ...{ from, to, says: `is in ${to.name}`, conditions: [] },
  ...{ evidence: () => [], rules: [], subjectId: '' },
});
