import { isAmongSystemFiles, placesIn } from '../rules/dangerous-places.ts';
import type { EngineHost } from '../rules/engine-host.ts';
import { isDataOfRoot } from '../rules/harmless-places.ts';
import { mountLine } from '../rules/mounts.ts';
import { isKept } from '../rules/offending-mounts.ts';
import { inspected } from '../snapshot/evidence.ts';
import type { MountFact } from '../snapshot/facts/container.ts';
import { isWithin, joined, normaliseHostPath } from '../snapshot/normalise/host-path.ts';
import type { ShownMount } from '../snapshot/shown-mounts.ts';
import { type Condition, type Edge, edgeOf, type GraphNode } from './graph.ts';
import { isLive, type Power } from './power.ts';

/** A container with one of its mounts of a place. */
interface Member {
  power: Power;
  mount: MountFact;
  isWriter: boolean;
}

/** A volume, a folder of one or a folder of the host, with the containers that mount it. */
interface Place {
  name: string;
  members: Member[];
  /** This and those of the places in which it lies, the nearest first. */
  chain: Place[];
  /** Where one stands who writes into it. */
  written: GraphNode;
  /** From where one gets into those that mount it. */
  mounted: GraphNode;
  /** What its steps need, or are taken away by, where that is nothing: one for all of them. */
  none: readonly never[];
}

/**
 * From who writes to a volume or folder into others that mount it, a folder of it or one in which it lies, and take what is
 * written there. Who writes to what is a way to the host by itself needs none of these.
 */
export function volumeEdges(powers: readonly Power[]): Edge[] {
  const places = placesOf(powers);
  const families = Map.groupBy(places.values(), ({ chain }) => chain.at(-1));
  return [...families.values()].flatMap((family) => {
    const members = family.flatMap((place) => place.members);
    const names = new Set(members.map(({ power }) => power.node.id));
    const isWritten = names.size > 1 && members.some(({ isWriter }) => isWriter);
    return isWritten ? family.flatMap(edgesThrough) : [];
  });
}

function placesOf(powers: readonly Power[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const power of powers) {
    if (!isLive(power.container)) continue;
    const dataRoot = power.engine?.dataRoot ?? null;
    for (const shown of power.shown) {
      for (const [key, isWriter] of foldersOf(shown, power.host)) {
        const place = places.get(key) ?? placeOf(nameOf(key, dataRoot));
        places.set(key, place);
        place.members.push({ power, mount: shown.mount, isWriter });
      }
    }
  }
  const lengths = new Set([...places.keys()].map(({ length }) => length));
  for (const [key, place] of places) {
    place.chain = [place, ...foldersAbove(key, lengths).flatMap((one) => places.get(one) ?? [])];
  }
  return places;
}

/** A place that containers have in common. */
export interface SharedPlace {
  name: string;
  /** Those that have it where it is looked for. */
  inners: readonly Power[];
  /** Those that mount it, whole or in part and be it to read; the others among them too. */
  seers: ReadonlySet<Power>;
}

/**
 * What containers for which `isInner` is true mount at a destination for which `isFit` is, with who else mounts that. No
 * work where none has such a place, and no pairs of containers, of which a thousand make a million.
 */
export function sharedAt(
  powers: readonly Power[],
  isInner: (power: Power) => boolean,
  isFit: (destination: string) => boolean,
): SharedPlace[] {
  const isAt = ({ destination }: MountFact) => isFit(normaliseHostPath(destination));
  const mayBe = new Set(
    powers.filter((one) => isInner(one) && one.shown.some(({ mount }) => isAt(mount))),
  );
  if (mayBe.size === 0) return [];
  const all = [...placesOf(powers).values()];
  const shared = all.flatMap((place) => {
    const here = place.members.filter(({ power, mount }) => mayBe.has(power) && isAt(mount));
    return here.length === 0 ? [] : [{ place, inners: here.map(({ power }) => power) }];
  });
  // Chains are long where folders lie in each other: of those without such a place nothing is kept.
  const within = new Map(shared.map(({ place }) => [place, [] as Place[]]));
  for (const one of all) for (const outer of one.chain.slice(1)) within.get(outer)?.push(one);
  return shared.map(({ place, inners }) => {
    const places = [...place.chain, ...(within.get(place) ?? [])];
    const seers = places.flatMap(({ members }) => members.map(({ power }) => power));
    return { name: place.name, inners: [...new Set(inners)], seers: new Set(seers) };
  });
}

function placeOf(name: string): Place {
  const node = (id: string): GraphNode => ({ kind: 'volume', id, name });
  return {
    ...{ name, members: [], chain: [], none: [] },
    ...{ written: node(`volume:${name}`), mounted: node(`mounted:${name}`) },
  };
}

/**
 * What a mount of the engine’s list shows, an ordinary volume as the folder in which the engine keeps it, by whether what
 * is written goes there and is no way to the host by itself.
 */
function foldersOf(shown: ShownMount, engine: EngineHost | null): ReadonlyMap<string, boolean> {
  const { mount, things, isUnlisted } = shown;
  if (isUnlisted) return new Map();
  const volume = volumeOf(mount, engine?.dataRoot ?? null);
  const folders = new Map<string, boolean>();
  if (volume !== null) folders.set(volume, mount.isWritable);
  for (const thing of things) {
    if (thing.kind !== 'path' || isOfKernel(thing.path)) continue;
    const isWriter = mount.isWritable && !isKept(thing) && !isWayByItself(thing.path, engine);
    folders.set(thing.path, isWriter || folders.get(thing.path) === true);
  }
  return folders;
}

function volumeOf(
  { hostPath, volume, volumeMount, driver, part = '' }: MountFact,
  dataRoot: string | null,
): string | null {
  if (hostPath !== null || volume === null) return null;
  const isOrdinary = !volumeMount && driver === undefined && dataRoot !== null && dataRoot !== '';
  const folder = isOrdinary ? `${dataRoot}/volumes/${volume}/_data` : `volume ${volume}`;
  return joined(folder, normaliseHostPath(`/${part}`));
}

const OF_VOLUME = /^\/volumes\/([^/]+)\/_data(?=\/|$)/;

const isOfVolume = (path: string, dataRoot: string | null): boolean =>
  dataRoot !== null && isWithin(path, dataRoot) && OF_VOLUME.test(path.slice(dataRoot.length));

/** What lies in a volume is called by the name of that. */
const nameOf = (path: string, dataRoot: string | null): string =>
  dataRoot !== null && isOfVolume(path, dataRoot)
    ? path.slice(dataRoot.length).replace(OF_VOLUME, 'volume $1')
    : path;

/** The folders above a path, the nearest first, as far as they have one of these lengths: a path may have thousands. */
function foldersAbove(path: string, lengths: ReadonlySet<number>): string[] {
  const folders: string[] = [];
  for (
    let end = path.lastIndexOf('/');
    end >= 0;
    end = end === 0 ? -1 : path.lastIndexOf('/', end - 1)
  ) {
    if (end > 0 ? lengths.has(end) : path.length > 1) folders.push(path.slice(0, end) || '/');
  }
  return folders;
}

/** Of the kernel, of services and of what everybody is given: what a container holds by these is told apart, or nothing. */
const isOfKernel = (path: string): boolean =>
  ['/dev', '/proc', '/run', '/sys'].some((folder) => isWithin(path, folder)) || isDataOfRoot(path);

/** What lies in a volume is that of containers, and may be a way by these alone. */
const isWayByItself = (path: string, engine: EngineHost | null): boolean =>
  !isOfVolume(path, engine?.dataRoot ?? null) &&
  (isAmongSystemFiles(path) || placesIn(path, engine).length > 0);

/** Who writes into a place gets into those that mount it or one in which it lies, and to the places in it. */
function edgesThrough(place: Place): Edge[] {
  const { members, chain, written } = place;
  const [, outer] = chain;
  const writers = members.filter(({ isWriter }) => isWriter);
  return [
    ...writers.map((one) => new MemberStep(one, place, null)),
    ...chain.map((one) => within(written, one.mounted)),
    ...(outer ? [within(outer.written, written)] : []),
    ...members.map((one) => new MemberStep(one, place, new Reached(one.power.node, place))),
  ];
}

/**
 * A step of which the words are made when it is told: a few hundred containers with as many volumes have a hundred
 * thousand of them, whose words took most of the memory that a scan of one host may take.
 */
class MemberStep implements Edge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly conditions: Edge['conditions'];
  readonly rules: Edge['rules'];
  private readonly member: Member;
  private readonly place: Place;

  /** Without a weakness: writes into the place. With one: is taken over by what was written there. */
  constructor(member: Member, place: Place, needed: Reached | null) {
    const { node } = member.power;
    this.from = needed === null ? node : place.mounted;
    this.to = needed === null ? place.written : node;
    this.conditions = needed === null ? place.none : [needed];
    this.rules = place.none;
    this.member = member;
    this.place = place;
  }

  get subjectId(): string {
    return this.member.power.container.id;
  }

  get says(): string {
    return this.conditions.length === 0
      ? `writes to ${this.place.name}, which others mount`
      : `is mounted by ${this.to.name}`;
  }

  get evidence(): Edge['evidence'] {
    return () => [inspected('Mounts', [mountLine(this.member.mount)])];
  }
}

class Reached implements Condition {
  readonly isMissingFact = false;
  private readonly node: GraphNode;
  private readonly place: Place;

  constructor(node: GraphNode, place: Place) {
    this.node = node;
    this.place = place;
  }

  get text(): string {
    return `a weakness in ${this.node.name} that what is written to ${this.place.name} reaches`;
  }
}

const within = (from: GraphNode, to: GraphNode): Edge =>
  edgeOf({ evidence: () => [], rules: [], subjectId: '' }, from, to, `is in ${to.name}`);
