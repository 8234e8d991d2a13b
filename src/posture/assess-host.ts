import type { Assessment } from '../assessment/assess.ts';
import type { RuleResult } from '../findings/result.ts';
import { type AttackPath, reachOf, toldWays, toPath, worstOf } from '../paths/attack-paths.ts';
import { buildGraph, unknownReasons } from '../paths/build-graph.ts';
import { type ContainerWays, keptPaths, waysByContainer } from '../paths/kept-paths.ts';
import { unresolvedMounts } from '../paths/unresolved-mounts.ts';
import { waysInto } from '../paths/ways.ts';
import type { Rule } from '../rules/rule.ts';
import type { Reading } from '../shared/reading.ts';
import { type Publishing, publishing } from '../surface/publishing.ts';
import { bestFixes, type Fix } from './best-fixes.ts';
import type { Exploitability, Exploitable } from './exploitable.ts';
import { type Posture, postureOf } from './posture.ts';
import { tallyOf } from './tally.ts';

/** A host's posture with what explains it, as plain data that is stored with the scan. */
export interface HostPosture extends Posture {
  /** At most three, best first. */
  bestFixes: readonly Fix[];
  /** Ways to root on the host, worst first; of very many only some, see `keptPaths`. */
  paths: readonly AttackPath[];
  /** How many ways there are, kept or not. */
  pathCount: number;
  /** Counted before anything is left out; missing for scans of a version that kept ten paths. */
  waysByContainer?: readonly ContainerWays[];
  /** What could not be read although a way may hide in it. */
  pathsUnknown: readonly string[];
  /** How the engine opens published ports; missing for scans of a version that did not look. */
  publishing?: Publishing;
  /** What can be exploited in images of running containers; missing for scans of a version that did not count it. */
  exploitable?: Reading<Exploitable>;
}

/**
 * Judges a host as a whole. `results` are those of `rules` for this snapshot, `graph` is its own, and
 * `exploitable` is left out of the account where it is null.
 */
export function assessHost(
  rules: readonly Rule[],
  results: readonly RuleResult[],
  assessment: Assessment,
  graph = buildGraph(assessment),
  exploitable: Exploitability = null,
): HostPosture {
  const { snapshot } = assessment;
  const pathsUnknown = unknownReasons(snapshot);
  const ways = waysInto(graph);
  const told = toldWays(graph, ways);
  const { containers } = snapshot;
  const read = containers.state === 'read' ? containers.value.read : [];
  const worst = worstOf(ways, 'unproven');
  const tallies = tallyOf(results);
  const reaches = {
    worst: reachOf(worst),
    proven: reachOf(worstOf(ways, 'direct')),
    pathsUnknown,
  };
  const posture = postureOf(rules, tallies, reaches, exploitable);
  return {
    ...posture,
    bestFixes: bestFixes({
      rules,
      tallies,
      assessment,
      graph,
      ways,
      worst,
      posture,
      pathsUnknown,
      exploitable,
    }),
    paths: keptPaths(told).map(toPath),
    pathCount: told.length,
    waysByContainer: waysByContainer(
      told,
      read.map(({ id }) => id),
      new Map([...graph.unread, ...unlistedNetworks(assessment), ...unresolvedMounts(assessment)]),
    ),
    pathsUnknown,
    publishing: publishing(snapshot),
    ...(exploitable !== null && { exploitable }),
  };
}

/** Whoever is in a network of which the engine does not tell, or may be in that of the host, may reach a way there. */
function unlistedNetworks({ controls }: Assessment): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const [id, { networkUnlisted, networkDoubt }] of controls) {
    const why = networkUnlisted?.why ?? networkDoubt;
    if (why !== null) reasons.set(id, why);
  }
  return reasons;
}
