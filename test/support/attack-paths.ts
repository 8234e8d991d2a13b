import type { Assessment } from '../../src/assessment/assess.ts';
import { type AttackPath, toldWays, toPath } from '../../src/paths/attack-paths.ts';
import { buildGraph, unknownReasons } from '../../src/paths/build-graph.ts';
import { waysInto } from '../../src/paths/ways.ts';

/** All ways into a host, worst first, and what could not be read although one may hide in it. */
export function attackPaths(assessment: Assessment): {
  paths: AttackPath[];
  pathsUnknown: string[];
} {
  const graph = buildGraph(assessment);
  return {
    paths: toldWays(graph, waysInto(graph)).map(toPath),
    pathsUnknown: unknownReasons(assessment.snapshot),
  };
}
