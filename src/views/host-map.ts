import type { ContainerIsolation, IsolationAnswer } from '../answers/isolation-answer.ts';
import { isolationLevels } from '../controls/isolation.ts';
import type { AttackPath, PathStep } from '../paths/attack-paths.ts';
import type { Certainty } from '../paths/graph.ts';
import { clamp, counted } from '../shared/text.ts';
import { liveStates } from '../snapshot/facts/container.ts';
import type { HostMapPart, HostMapWay } from './document.ts';

const NAME_LENGTH = 40;
const WAYS_SAID = 5;
const certainties: readonly Certainty[] = ['direct', 'unproven', 'conditional'];
/** What a container holds of the host, in a word; a step may lead through several. */
const holdings: Partial<Record<PathStep['to']['kind'], string>> = {
  socket: 'engine socket',
  'service-socket': 'service socket',
  'engine-api': 'engine API',
  privileged: 'privileged',
  'writable-mount': 'host files',
  'readable-mount': 'host files',
  capability: 'capability',
  keyring: 'keyring',
  namespace: 'namespace',
  device: 'device',
};

/**
 * The picture of the one host that an answer is about, `levels` being its levels in words. Null for
 * several hosts, or when no container runs.
 */
export function hostMap(answer: IsolationAnswer, levels: string): HostMapPart | null {
  const [host, second] = answer.hosts;
  const running = answer.containers.filter(({ state }) => liveStates.includes(state));
  if (!host || second || running.length === 0) return null;
  const names = new Set(running.map(({ name }) => name));
  const paths = distinctPaths([
    ...running.flatMap((one) => one.paths),
    ...answer.enginePaths.map(({ path }) => path),
  ]);
  const ways = [...waysOf(paths, names), ...waysNotKept(running)];
  const waysLeftOut = leftOut(running) + paths.filter((path) => !isDrawn(path, names)).length;
  const title = `${clamp(host.name, NAME_LENGTH)}: containers, and their ways to its kernel`;
  const isOneKernel = running.every(({ isolation }) => isolation?.level !== 'virtual-machine');
  const waysSaid = [
    ...waySentences(running, paths),
    ...(waysLeftOut > 0 ? [`${counted(waysLeftOut, 'way')} not drawn.`] : []),
  ];
  return {
    kind: 'host-map',
    title,
    host: host.name,
    engineVersion: host.engineVersion ?? '',
    containers: running.toSorted(weakestFirst).map(toBox),
    ways,
    waysLeftOut,
    alternative: [
      `${counted(answer.containers.length, 'container')}${isOneKernel ? ' on one kernel' : ''}: ${levels}.`,
      ...waysSaid,
    ].join(' '),
    waysSaid,
  };
}

/** Ways that were counted and not kept: beside those of a container that has a line for all of them. */
const leftOut = (running: readonly ContainerIsolation[]): number =>
  running.reduce((sum, { ways, paths }) => {
    if (ways.state !== 'some') return sum;
    return sum + Math.max(0, ways.count - Math.max(paths.length, 1));
  }, 0);

/** A way has its lines only where every container that it leads through has a box. */
const isDrawn = ({ steps }: AttackPath, drawn: ReadonlySet<string>): boolean =>
  steps.every(({ to }) => to.kind !== 'container' || drawn.has(to.name));

/** Ways in words: those that were kept, and of which containers more is not known. */
function waySentences(running: readonly ContainerIsolation[], paths: readonly AttackPath[]) {
  const said = paths.slice(0, WAYS_SAID).map(({ sentence }) => sentence);
  const isCut = running.some(
    ({ ways, paths: kept }) => ways.state === 'some' && (ways.isLeast || ways.count > kept.length),
  );
  const known = `${isCut ? 'At least ' : ''}${counted(paths.length, 'way')} to root on the host`;
  const open = running.filter(({ ways }) => ways.state === 'not-kept' || ways.state === 'unknown');
  const unsaid = running.filter(({ ways, paths: kept }) => ways.state === 'some' && !kept.length);
  const lines = [
    ...(paths.length > 0
      ? [`${known}:`, ...said, ...(paths.length > said.length ? ['…'] : [])]
      : []),
    ...(unsaid.length > 0 ? [`${counted(unsaid.length, 'more container')} with ways.`] : []),
    ...(open.length > 0
      ? [`Of ${counted(open.length, 'container')} the ways to root on the host are not known.`]
      : []),
  ];
  return lines.length > 0 ? lines : ['No way to root on the host is known.'];
}

/** Order of containers: ways to the host before what is not known, that before none; then by level. */
export const weakestFirst = (a: ContainerIsolation, b: ContainerIsolation): number =>
  rank(a) - rank(b) || wayCount(b) - wayCount(a);

const wayCount = ({ ways }: ContainerIsolation): number => (ways.state === 'some' ? ways.count : 0);

const rank = ({ isolation, ways }: ContainerIsolation): number => {
  const level = isolation?.level ? isolationLevels.indexOf(isolation.level) : 1;
  const ifNotKnown = ways.state === 'none' ? certainties.length + 1 : certainties.length;
  const worst = ways.state === 'some' ? certainties.indexOf(ways.worst) : ifNotKnown;
  return worst * isolationLevels.length + level;
};

const toBox = ({ name, isolation, ways, paths }: ContainerIsolation) => ({
  name,
  level: isolation?.level ?? null,
  holds: [
    ...(ways.state === 'not-kept' || ways.state === 'unknown' ? ['ways not known'] : []),
    ...(ways.state === 'some' && paths.length === 0 ? [counted(ways.count, 'way')] : []),
    ...new Set(
      paths
        .flatMap(({ steps }) => steps)
        .filter(({ from }) => from.kind === 'container' && from.name === name)
        .flatMap(({ to }) => holdings[to.kind] ?? []),
    ),
  ],
});

/** Each way once, though it leads through several containers. */
function distinctPaths(paths: readonly AttackPath[]): AttackPath[] {
  const bySentence = new Map(paths.map((path) => [path.sentence, path]));
  return [...bySentence.values()].toSorted(
    (a, b) => certainties.indexOf(a.certainty) - certainties.indexOf(b.certainty),
  );
}

/** Lines between the places that are drawn, each once and as sure as its surest way. */
function waysOf(paths: readonly AttackPath[], drawn: ReadonlySet<string>): HostMapWay[] {
  const ways = new Map<string, HostMapWay>();
  for (const { steps, certainty, startsFromPublicPort } of paths) {
    let from: HostMapWay['from'] | null = startsFromPublicPort ? 'outside' : null;
    for (const { to: node } of steps) {
      const to = placeOf(node.kind, node.name, drawn);
      if (to === null) continue;
      const key = JSON.stringify([from, to]);
      if (from !== null && !ways.has(key)) ways.set(key, { from, to, certainty });
      from = to === 'kernel' ? null : to;
    }
  }
  return [...ways.values()];
}

/** A line for each container whose ways were counted and not kept. */
const waysNotKept = (running: readonly ContainerIsolation[]): HostMapWay[] =>
  running.flatMap(({ name, ways, paths }) =>
    ways.state === 'some' && paths.length === 0
      ? [{ from: { container: name }, to: 'kernel' as const, certainty: ways.worst }]
      : [],
  );

function placeOf(
  kind: PathStep['to']['kind'],
  name: string,
  drawn: ReadonlySet<string>,
): HostMapWay['to'] | null {
  if (kind === 'host') return 'kernel';
  if (kind === 'socket' || kind === 'engine-api') return 'engine';
  return kind === 'container' && drawn.has(name) ? { container: name } : null;
}
