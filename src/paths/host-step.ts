import { type Edge, edgeOf, type NodeKind } from './graph.ts';
import type { Power } from './power.ts';

/** Something that is as good as the host, and how a container holds it. */
interface Held extends Pick<Edge, 'says' | 'conditions' | 'evidence' | 'rules' | 'cameWith'> {
  kind: NodeKind;
  /** What it is called, e.g. the path of a socket. */
  name: string;
  /** Whom its rules judge, where that is another than the container. */
  subjectId?: string;
}

/** The step from this container to what it holds. */
export function stepTo({ node: from, container: { id } }: Power, held: Held): Edge {
  const { kind, name, says, conditions, evidence, rules, subjectId = id, cameWith } = held;
  const to = { kind, id: `${kind}:${id}:${name}`, name };
  const edge = edgeOf({ evidence, rules, subjectId }, from, to, says, conditions);
  return cameWith === undefined ? edge : { ...edge, cameWith };
}
