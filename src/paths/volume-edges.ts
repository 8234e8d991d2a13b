import { isAmongSystemFiles, isDataOfRoot, placesIn } from '../rules/dangerous-places.ts';
import { mountLine } from '../rules/mounts.ts';
import { inspected } from '../snapshot/evidence.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import { isWithin } from '../snapshot/normalise/host-path.ts';
import type { Edge, GraphNode } from './graph.ts';
import { isLive, type Power, weakness } from './power.ts';

/** A place that several containers mount, with those that do. */
interface Shared {
  node: GraphNode;
  members: { power: Power; mount: MountFact }[];
}

/**
 * From who writes to a volume or folder into others that mount it, and take what is written there. What is a way to the host
 * by itself is none of these.
 */
export function volumeEdges(powers: readonly Power[]): Edge[] {
  const places = new Map<string, Shared | null>();
  for (const power of powers) {
    if (!isLive(power.container)) continue;
    for (const mount of power.container.mounts) {
      const key = mount.hostPath ?? mount.volume;
      if (!key) continue;
      const place = places.has(key) ? places.get(key) : placeOf(mount, key, power);
      places.set(key, place ?? null);
      place?.members.push({ power, mount });
    }
  }
  return [...places.values()].flatMap((place) => (place ? edgesThrough(place) : []));
}

/** Of the system's own: what a container holds by these is told apart, or nothing. */
const OF_SYSTEM: readonly string[] = ['/dev', '/proc', '/run', '/sys'];

const isOfSystem = (path: string, dataRoot: string | null): boolean =>
  OF_SYSTEM.some((folder) => isWithin(path, folder)) ||
  isDataOfRoot(path) ||
  isAmongSystemFiles(path) ||
  placesIn(path, dataRoot).length > 0;

function placeOf({ hostPath }: MountFact, key: string, { engine }: Power): Shared | null {
  if (hostPath !== null && isOfSystem(hostPath, engine?.dataRoot ?? null)) return null;
  const name = hostPath === null ? `volume ${key}` : key;
  return { node: { kind: 'volume', id: `volume:${key}`, name }, members: [] };
}

function edgesThrough({ node, members }: Shared): Edge[] {
  const writers = members.filter(({ mount }) => mount.isWritable);
  const names = new Set(members.map(({ power }) => power.node.id));
  if (writers.length === 0 || names.size < 2) return [];
  const [only] = new Set(writers.map(({ power }) => power));
  const isAlone = writers.every(({ power }) => power === only);
  const into = members.filter(({ power }) => !isAlone || power !== only);
  return [
    ...writers.map(({ power, mount }) => ({
      from: power.node,
      to: node,
      says: `writes to ${node.name}, which others mount`,
      conditions: [],
      evidence: () => [inspected('Mounts', [mountLine(mount)])],
      rules: [],
      subjectId: power.container.id,
    })),
    ...into.map(({ power, mount }) => ({
      from: node,
      to: power.node,
      says: `is mounted by ${power.node.name}`,
      conditions: [
        weakness(`a weakness in ${power.node.name} that what is written to ${node.name} reaches`),
      ],
      evidence: () => [inspected('Mounts', [mountLine(mount)])],
      rules: [],
      subjectId: power.container.id,
    })),
  ];
}
