import type { Severity } from '../rules/rule.ts';
import { compareText } from '../shared/text.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import {
  type AttackGraph,
  type Certainty,
  certainties,
  containerIdOf,
  type Edge,
  type NodeKind,
} from './graph.ts';
import type { Way } from './ways.ts';

/** One step as plain data: what stands where, what it leads to, and what must be true first. */
export interface PathStep {
  from: { kind: NodeKind; name: string };
  to: { kind: NodeKind; name: string };
  says: string;
  /** Empty: the step works without another weakness. */
  conditions: string[];
  evidence: readonly Evidence[];
}

/** A way from outside to root on the host. */
export interface AttackPath {
  sentence: string;
  severity: Severity;
  certainty: Certainty;
  startsFromPublicPort: boolean;
  /** Name of the container that gives the host away; null when the engine itself does. */
  container: string | null;
  /** Ids of the containers that it leads through; missing in scans of a version that kept names. */
  through?: string[];
  steps: PathStep[];
}

/** A path whose steps nobody wrote down yet. */
interface ToldWay extends Required<Omit<AttackPath, 'steps'>> {
  edges: readonly Edge[];
}

/** The ways into a graph as they are told, worst first. */
export function toldWays(graph: AttackGraph, ways: readonly Way[]): ToldWay[] {
  return ways
    .map((way): ToldWay => {
      const { certainty, startsFromPublicPort: isPublic } = way;
      const container = way.edges.findLast(({ from }) => from.kind === 'container');
      return {
        sentence: sentenceOf(way, graph.host.name),
        severity: severityOfWay(way),
        certainty,
        startsFromPublicPort: isPublic,
        container: container?.from.name ?? null,
        through: containersOn(way),
        edges: way.edges,
      };
    })
    .sort(
      (a, b) =>
        rank(b) - rank(a) || a.edges.length - b.edges.length || compareText(a.sentence, b.sentence),
    );
}

/** The same with its steps. */
export const toPath = ({ edges, ...told }: ToldWay): AttackPath => ({
  ...told,
  steps: edges.map(toStep),
});

/** How far an outsider comes without another weakness. */
export type Reach = 'public-port' | 'inside' | 'nowhere';

/** What `worstWay` finds in a graph as it is, picked from all ways into it without a search. */
export const worstOf = (ways: readonly Way[], least: 'direct' | 'unproven'): Way | null => {
  const surest = (isPublic: boolean): Way | undefined => {
    const from = ways.filter(({ startsFromPublicPort }) => startsFromPublicPort === isPublic);
    const of = (wanted: Certainty) => from.find(({ certainty }) => certainty === wanted);
    return of('direct') ?? of(least);
  };
  return surest(true) ?? surest(false) ?? null;
};

/**
 * `public-port`: a public port leads to root on the host; `inside`: only who acts in a container
 * already gets there.
 */
export function reachOf(way: Way | null): Reach {
  if (way === null) return 'nowhere';
  return way.startsFromPublicPort ? 'public-port' : 'inside';
}

const SEVERITIES: Record<Certainty, readonly [fromPublicPort: Severity, fromInside: Severity]> = {
  direct: ['critical', 'high'],
  unproven: ['high', 'medium'],
  conditional: ['medium', 'low'],
};

/** How bad a way is: by how sure it is, and by where it begins. */
export const severityOfWay = ({ certainty, startsFromPublicPort }: Way): Severity =>
  SEVERITIES[certainty][startsFromPublicPort ? 0 : 1];

const rank = ({ certainty, startsFromPublicPort }: ToldWay): number =>
  Number(startsFromPublicPort) - certainties.indexOf(certainty) * 2;

/** Ids of the containers that somebody acts in on a way. */
function containersOn({ edges }: Way): string[] {
  const ids: string[] = [];
  for (const { from } of edges) {
    const id = containerIdOf(from);
    if (id !== undefined && !ids.includes(id)) ids.push(id);
  }
  return ids;
}

const toStep = ({ from, to, says, conditions, evidence }: Edge): PathStep => ({
  from: { kind: from.kind, name: from.name },
  to: { kind: to.kind, name: to.name },
  says,
  conditions: conditions.map(({ text }) => text),
  evidence: evidence(),
});

/**
 * A path in one sentence: who gets in where, what the container holds, and what must happen first.
 * `host` is the host's name. Names are untrusted text: whoever shows it must treat it so.
 */
function sentenceOf({ edges, certainty }: Way, host: string): string {
  const [first] = edges;
  const entered = edges.find(({ to }) => to.kind === 'container')?.to.name;
  const beyond: string[] = [];
  const needed: string[] = [];
  for (const { from, says, conditions } of edges) {
    // Only the container that was entered can be called "it".
    if (from.kind === 'container')
      beyond.push(`${from.name === entered ? 'it' : from.name} ${says}`);
    for (const { text } of conditions) if (!needed.includes(text)) needed.push(text);
  }
  const [owns, condition] = SAID[certainty];
  const tail = condition === '' ? '.' : `${condition}${needed.join('; ')}.`;
  if (entered === undefined) {
    return `Anyone who ${first?.says} ${owns} ${host}: it ${edges.at(-1)?.says}${tail}`;
  }
  return `Anyone who ${entrance(first, entered)} ${owns} ${host}: ${beyond.join(', and ')}${tail}`;
}

/** How sure it is, and how its conditions begin. */
const SAID: Readonly<Record<Certainty, readonly [owns: string, condition: string]>> = {
  direct: ['owns', ''],
  unproven: ['may own', ', if '],
  conditional: ['could own', '. This needs: '],
};

function entrance(first: Edge | undefined, container: string): string {
  if (first?.to.kind === 'image')
    return `controls ${first.to.name.replace(/^its/, 'the')} of ${container}`;
  if (first?.to.kind === 'exec') return `may run commands in ${container}`;
  return `${first?.says}, and takes over ${container},`;
}
