import type { Coverage } from '../findings/result.ts';
import { type PillarId, pillarIds } from '../rules/rule.ts';
import { pillars } from './pillars.ts';
import type { Posture } from './posture.ts';
import { type Grade, gradeOf } from './score.ts';

/** The posture of several hosts together. */
export interface FleetPosture {
  /** Mean of the hosts' scores; null when no host has one. */
  score: number | null;
  grade: Grade | null;
  pillars: { id: PillarId; weight: number; score: number | null }[];
  coverage: Coverage;
  /** Hosts with a grade. */
  graded: number;
  hosts: number;
}

/**
 * Adds hosts up: each weighs the same however many there are, and one without a grade earns
 * nothing, so that looking away from a host never makes the fleet look better.
 */
export function fleetPosture(hosts: readonly (Posture | null)[]): FleetPosture {
  const known = hosts.filter((host) => host !== null);
  const scores = known.flatMap(({ score }) => score ?? []);
  const sum = scores.reduce((total, one) => total + one, 0);
  const score = scores.length === 0 ? null : Math.round(sum / hosts.length);
  return {
    score,
    grade: score === null ? null : gradeOf(score),
    pillars: pillarIds.map((id) => ({
      id,
      weight: pillars[id].weight,
      score: meanOf(known.map((host) => host.pillars.find((one) => one.id === id)?.score ?? null)),
    })),
    coverage: {
      answered: total(known, 'answered'),
      unknown: total(known, 'unknown'),
      notApplicable: total(known, 'notApplicable'),
      total: total(known, 'total'),
    },
    graded: scores.length,
    hosts: hosts.length,
  };
}

/** Of the hosts on which a pillar could be judged. */
function meanOf(scores: readonly (number | null)[]): number | null {
  const known = scores.filter((score) => score !== null);
  if (known.length === 0) return null;
  return Math.round(known.reduce((sum, one) => sum + one, 0) / known.length);
}

const total = (hosts: readonly Posture[], count: keyof Coverage): number =>
  hosts.reduce((sum, { coverage }) => sum + coverage[count], 0);
