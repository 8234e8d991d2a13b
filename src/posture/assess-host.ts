import type { RuleResult } from '../findings/result.ts';
import { type AttackPath, pathsOf, reachOf, worstWay } from '../paths/attack-paths.ts';
import { buildGraph, unknownReasons } from '../paths/build-graph.ts';
import type { Rule } from '../rules/rule.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { type Publishing, publishing } from '../surface/publishing.ts';
import { bestFixes, type Fix } from './best-fixes.ts';
import { type Posture, postureOf } from './posture.ts';

/** A host's posture with what explains it, as plain data that is stored with the scan. */
export interface HostPosture extends Posture {
  /** At most three, best first. */
  bestFixes: Fix[];
  /** The worst ways to root on the host, at most ten. */
  paths: AttackPath[];
  /** How many ways there are. */
  pathCount: number;
  /** What could not be read although a way may hide in it. */
  pathsUnknown: string[];
  /** How the engine opens published ports; missing for scans of a version that did not look. */
  publishing?: Publishing;
}

/** How many paths are kept with a scan. */
const PATHS_KEPT = 10;

/** Judges a host as a whole. `results` are those of `rules` for this snapshot. */
export function assessHost(
  rules: readonly Rule[],
  results: readonly RuleResult[],
  snapshot: Snapshot,
): HostPosture {
  const graph = buildGraph(snapshot);
  const pathsUnknown = unknownReasons(snapshot);
  const paths = pathsOf(graph);
  const posture = postureOf(rules, results, {
    worst: reachOf(worstWay(graph, 'unproven')),
    proven: reachOf(worstWay(graph, 'direct')),
    pathsUnknown,
  });
  return {
    ...posture,
    bestFixes: bestFixes({ rules, results, snapshot, graph, posture, pathsUnknown }),
    paths: paths.slice(0, PATHS_KEPT),
    pathCount: paths.length,
    pathsUnknown,
    publishing: publishing(snapshot),
  };
}
