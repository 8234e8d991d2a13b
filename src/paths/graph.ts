import { addTo } from '../shared/add-to.ts';
import type { Evidence } from '../snapshot/evidence.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';

export type NodeKind =
  | 'outside'
  | 'public-port'
  | 'image'
  | 'exec'
  | 'container'
  | 'network'
  | 'volume'
  | 'engine-api'
  | 'socket'
  | 'service-socket'
  | 'privileged'
  | 'writable-mount'
  | 'readable-mount'
  | 'capability'
  | 'keyring'
  | 'namespace'
  | 'device'
  | 'host';

/** A place an attacker can stand. `id` is unique in its graph, `name` is for people. */
export interface GraphNode {
  kind: NodeKind;
  id: string;
  name: string;
}

/** What has to be true before a step works. */
export interface Condition {
  /** Completes “this needs: …”. */
  text: string;
  /** True for a fact that was not read: the step may well work as it is. */
  isMissingFact: boolean;
}

/**
 * One step of an attack, with the facts it rests on. Thousands are walked along again and again, which is
 * faster where all are written in this order.
 */
export interface Edge {
  from: GraphNode;
  to: GraphNode;
  /** What makes it possible; completes a sentence that begins with the name of `from`. */
  says: string;
  /** Empty: the step works without another weakness. */
  conditions: readonly Condition[];
  /** Written down for the few steps that are told. */
  evidence: () => readonly Evidence[];
  /** Rules of which each, once it passes for `subjectId`, takes the step away. */
  rules: readonly string[];
  /** Id of the container or engine that those rules judge. */
  subjectId: string;
  /** The path of the mount with which it came along, where nobody asked for it itself. Else absent. */
  cameWith?: string;
}

/** What most steps need, and many are taken away by: one list for all of them. */
export const NONE = [] as const;

/** What several steps rest on. */
export type Grounds = Pick<Edge, 'evidence' | 'rules' | 'subjectId'>;

/** One of these steps. */
export const edgeOf = (
  { evidence, rules, subjectId }: Grounds,
  from: GraphNode,
  to: GraphNode,
  says: string,
  conditions: readonly Condition[] = NONE,
): Edge => ({ from, to, says, conditions, evidence, rules, subjectId });

/** Ways from outside into a host: an edge leads to `host` when taking it is root on the host. */
export interface AttackGraph {
  host: GraphNode;
  edges: readonly Edge[];
  /** The edges by the id of the place that they leave, without `takeovers`. */
  leaving: ReadonlyMap<string, readonly Edge[]>;
  /** Those from outside, by whether they lead to a door that stands open to whoever reaches the machine. */
  entering: Readonly<Record<'public' | 'inside', readonly Edge[]>>;
  /** Those by which a container takes others over, by its node: most of all where many see each other. */
  takeovers: ReadonlyMap<string, readonly Edge[]>;
  /** Those of which the end is root on the host. */
  toHost: readonly Edge[];
  /** Those to what is as good as root on the host: held by a container, or the engine's own API. */
  toHeld: readonly Edge[];
  /** By the id of a container why more steps may leave it than were found; of those with no such reason nothing. */
  unread: ReadonlyMap<string, string>;
}

/** A graph of these steps. */
export function graphOf(
  host: GraphNode,
  edges: readonly Edge[],
  unread: AttackGraph['unread'],
): AttackGraph {
  const leaving = new Map<string, Edge[]>();
  const takeovers = new Map<string, Edge[]>();
  const others: Edge[] = [];
  // One takes over up to a hundred, whose steps stand together.
  let taken: Edge[] = [];
  for (const edge of edges) {
    if (!isTakeover(edge)) {
      addTo(leaving, edge.from.id, edge);
      others.push(edge);
    } else if (taken[0]?.from === edge.from) taken.push(edge);
    else taken = addTo(takeovers, edge.from.id, edge);
  }
  const toHost = others.filter(isToHost);
  const held = new Set(toHost.map(({ from }) => from.id));
  const toHeld = others.filter(({ to }) => held.has(to.id));
  const first = leaving.get(outside.id) ?? [];
  const entering = {
    public: first.filter(({ to }) => isPublicDoor(to)),
    inside: first.filter(({ to }) => !isPublicDoor(to)),
  };
  return { host, edges, leaving, entering, takeovers, toHost, toHeld, unread };
}

export const outside: GraphNode = { kind: 'outside', id: 'outside', name: 'anyone outside' };

const CONTAINER = 'container:';

/** The node of a container. */
export function containerNode({ id, name }: Pick<ContainerFacts, 'id' | 'name'>): GraphNode {
  return { kind: 'container', id: `${CONTAINER}${id}`, name: name || id };
}

/** The node of a network; the key is the same for whoever is in it. */
export const networkNode = (key: string, name: string): GraphNode => ({
  kind: 'network',
  id: `network:${key}`,
  name: `network ${name}`,
});

/** The id of the container that a node stands for; undefined for any other node. */
export const containerIdOf = ({ kind, id }: GraphNode): string | undefined =>
  kind === 'container' ? id.slice(CONTAINER.length) : undefined;

/**
 * How sure a step is: `direct` works without another weakness, `unproven` hangs on nothing but facts
 * that were not read, `conditional` needs another weakness first.
 */
export type Certainty = 'direct' | 'unproven' | 'conditional';

/** The surest first. */
export const certainties: readonly Certainty[] = ['direct', 'unproven', 'conditional'];

/** The certainty of several steps taken together: that of the weakest. */
export const certaintyOf = (conditions: readonly Condition[]): Certainty =>
  certainties[rankOf(conditions)] ?? 'conditional';

/** Where the certainty of these stands among `certainties`: 0 is the surest. Written out, since it is asked of thousands. */
export function rankOf(conditions: readonly Condition[]): number {
  for (const { isMissingFact } of conditions) if (!isMissingFact) return 2;
  return conditions.length === 0 ? 0 : 1;
}

/** True for a step of which the end is root on the host. */
export const isToHost = ({ to }: Edge): boolean => to.kind === 'host';

/** True for a step from one container into another. */
export const isTakeover = ({ from, to }: Edge): boolean =>
  from.kind === 'container' && to.kind === 'container';

/** True for a door that stands open to whoever reaches the machine. */
export const isPublicDoor = ({ kind }: GraphNode): boolean =>
  kind === 'public-port' || kind === 'engine-api';
