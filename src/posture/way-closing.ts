import type { Assessment } from '../assessment/assess.ts';
import { severityOfWay } from '../paths/attack-paths.ts';
import { type AttackGraph, type Edge, isTakeover, type NodeKind } from '../paths/graph.ts';
import { hiddenSteps } from '../paths/hidden-steps.ts';
import { type Way, waysInto } from '../paths/ways.ts';
import type { Rule } from '../rules/rule.ts';
import { enumerate } from '../shared/text.ts';

/** How many ways a change closes; `sure` are those that need no other weakness. */
export interface Closed {
  all: number;
  sure: number;
  critical: number;
  high: number;
}

/** What a container, or the engine, holds of the host, and the ways that end in it. */
interface Held {
  step: Edge;
  ways: Closed;
}

/** Changes of one container, or of the replicas of one service: each rule of `rules` passes then. */
export interface Change {
  rules: ReadonlySet<string>;
  subjectIds: ReadonlySet<string>;
}

export interface WayClosing {
  /** False where no step hangs on this rule, not even one that is hidden now. */
  mayTouch(rule: Pick<Rule, 'id'>): boolean;
  /** True when a sure way leads from one of these containers to the host. */
  isWayFrom(subjectIds: readonly string[]): boolean;
  /** True when `--privileged` hides further weaknesses of these containers, and the change takes it. */
  isHidingBehind(change: Change): boolean;
  /**
   * The fewest rules that close every sure way through these containers: parallel ways are closed
   * together or not at all. Empty when there is no such way. `isFailing` tells what can be repaired.
   */
  rulesAgainst(subjectIds: Iterable<string>, isFailing: (rule: string) => boolean): Set<string>;
  /** These rules, and those that must pass too because only `--privileged` hides what they forbid. */
  withHidden(change: Change, isFailing: (rule: string) => boolean): Set<string>;
  closedBy(change: Change): Closed;
  /** What the container loses, e.g. `--privileged and the mount of /`. */
  wordsOf(change: Change): string;
  /** How many ways are left, counted anew where other steps go too. */
  countAfter(change: Change): number;
}

const PRIVILEGED = 'no-privileged-container';
const UNMASKED = 'no-unmasked-system-path';
const THINGS_NAMED = 4;
const none: Closed = { all: 0, sure: 0, critical: 0, high: 0 };

/** Answers about the ways of one host; `ways` are all ways into its graph. */
export function wayClosing(
  graph: AttackGraph,
  ways: readonly Way[],
  assessment: Assessment,
): WayClosing {
  const held = heldBySubject(ways);
  const heldSteps = new Set(graph.toHeld);
  const hidden = hiddenSteps(assessment, new Set(graph.toHeld.map(({ to }) => to.id)));
  // Most rules take no such step away: they are answered at once.
  const closing = new Set(graph.toHeld.flatMap(({ rules }) => rules));
  // Who takes a container over goes on by another thing that it holds, once one is gone.
  const takenOver = takenOverOn(ways);

  const hiddenOf = ({ rules, subjectIds }: Change): Edge[] =>
    rules.has(PRIVILEGED) ? [...subjectIds].flatMap((id) => hidden.get(id) ?? []) : [];
  const closedHeld = (change: Change): Held[] =>
    [...change.subjectIds].flatMap((id) =>
      (held.get(id) ?? []).filter(({ step }) => isGoneBy(change, step)),
    );
  const closedBy = (change: Change): Closed => {
    if (![...change.rules].some((rule) => closing.has(rule))) return none;
    return closedHeld(change).reduce((sum, one) => added(sum, one.ways), none);
  };

  const touching = new Set<string>();
  for (const steps of [graph.edges, ...hidden.values()])
    for (const { rules } of steps) for (const rule of rules) touching.add(rule);
  return {
    mayTouch: ({ id }) => touching.has(id),
    isWayFrom: (subjectIds) => subjectIds.some((id) => held.get(id)?.some(isSure)),
    isHidingBehind: (change) => hiddenOf(change).length > 0,
    closedBy,
    rulesAgainst(subjectIds, isFailing) {
      const ids = new Set(subjectIds);
      const sure = [...ids].flatMap((id) =>
        (held.get(id) ?? []).filter(isSure).map(({ step }) => step),
      );
      const rules = fewestRules(sure, isFailing);
      return fewestRules([...sure, ...hiddenOf({ rules, subjectIds: ids })], isFailing);
    },
    withHidden(change, isFailing) {
      return fewestRules(hiddenOf(change), isFailing, change.rules);
    },
    wordsOf(change) {
      const steps = [
        ...closedHeld(change).map(({ step }) => step),
        ...hiddenOf(change).filter((step) => isGoneBy(change, step)),
      ];
      const things = [...new Set(steps.map(thingOf))];
      const left = things.length - THINGS_NAMED;
      return enumerate(
        left > 1 ? [...things.slice(0, THINGS_NAMED), `${left} things more`] : things,
      );
    },
    countAfter(change) {
      const isCounted = graph.edges.every(
        (edge) => !isGoneBy(change, edge) || (heldSteps.has(edge) && !takenOver.has(edge.from.id)),
      );
      if (isCounted) return ways.length - closedBy(change).all;
      // A door that closes may let the way from inside be told beside a lesser one from outside.
      return Math.min(ways.length, waysInto(graph, (edge) => isGoneBy(change, edge)).length);
    },
  };
}

/** Ids of the places of containers that somebody takes over from another one. */
function takenOverOn(ways: readonly Way[]): Set<string> {
  const taken = new Set<string>();
  for (const { edges } of ways)
    for (const edge of edges) if (isTakeover(edge)) taken.add(edge.to.id);
  return taken;
}

const isSure = ({ ways }: Held): boolean => ways.sure > 0;

/** A step that is not there any more once a change is made. */
export const isGoneBy = (change: Change, { subjectId, rules }: Edge): boolean =>
  change.subjectIds.has(subjectId) && hasOne(change, rules);

const hasOne = ({ rules }: Change, wanted: readonly string[]): boolean =>
  wanted.some((rule) => rules.has(rule));

function heldBySubject(ways: readonly Way[]): Map<string, Held[]> {
  const byStep = new Map<string, Held>();
  for (const way of ways) {
    // The last step says that holding it means root; the one before is how it is held.
    const step = way.edges.at(-2);
    if (!step) continue;
    const severity = severityOfWay(way);
    const counted: Closed = {
      all: 1,
      sure: Number(way.certainty !== 'conditional'),
      critical: Number(severity === 'critical'),
      high: Number(severity === 'high'),
    };
    const known = byStep.get(step.to.id);
    if (known) known.ways = added(known.ways, counted);
    else byStep.set(step.to.id, { step, ways: counted });
  }
  return Map.groupBy(byStep.values(), ({ step }) => step.subjectId);
}

const added = (a: Closed, b: Closed): Closed => ({
  all: a.all + b.all,
  sure: a.sure + b.sure,
  critical: a.critical + b.critical,
  high: a.high + b.high,
});

/** Rules of which each step has one; `already` are taken. Steps with a single rule leave no choice. */
function fewestRules(
  steps: readonly Edge[],
  isFailing: (rule: string) => boolean,
  already: Iterable<string> = [],
): Set<string> {
  const chosen = new Set(already);
  for (const { rules } of steps.toSorted((a, b) => a.rules.length - b.rules.length)) {
    if (rules.some((rule) => chosen.has(rule))) continue;
    const rule = rules.find(isFailing) ?? rules[0];
    if (rule !== undefined) chosen.add(rule);
  }
  return chosen;
}

const MOUNTS: readonly NodeKind[] = [
  'socket',
  'service-socket',
  'writable-mount',
  'readable-mount',
];

/** What a container is recreated without. */
function thingOf({ to, rules, cameWith }: Edge): string {
  if (rules.includes(UNMASKED)) return `writable ${to.name}`;
  if (MOUNTS.includes(to.kind)) return `the mount of ${cameWith ?? to.name}`;
  return to.kind === 'namespace' ? `the host's ${to.name}` : to.name;
}
