import type { Evidence } from '../snapshot/evidence.ts';
import { networksInspected } from '../snapshot/own-networks.ts';
import type { Condition, Edge } from './graph.ts';
import type { Door, Spot } from './inner-engine-spots.ts';
import { missing, type Power } from './power.ts';
import { type CertificateOf, REACHED_MAX } from './shared-engines.ts';

/** A spot as it is reached from a container. */
export interface Near {
  spot: Spot;
  door: Door;
  what: string;
  conditions: readonly Condition[];
  /** What tells of it beside the networks of the container. */
  evidence?: () => readonly Evidence[];
}

/** Its own, or one that asks for a certificate which it has nowhere. */
export const isShut = (power: Power, spot: Spot, certificateOf: CertificateOf): boolean =>
  spot.power === power || (spot.isLocked && certificateOf(power, spot.power) === null);

/** Steps of a container into the spots that it reaches and is let in by, the nearest of each. */
export function edgesFrom(
  power: Power,
  near: Iterable<Near>,
  certificateOf: CertificateOf,
): Edge[] {
  const edges = new Map<Spot, Edge>();
  for (const one of near) {
    const { spot } = one;
    if (!edges.has(spot) && !isShut(power, spot, certificateOf)) {
      edges.set(spot, edgeTo(power, one, certificateOf(power, spot.power)));
    }
    if (edges.size === REACHED_MAX) break;
  }
  return [...edges.values()];
}

function edgeTo(
  power: Power,
  { spot, door, what, conditions, evidence }: Near,
  certificate: string | null,
): Edge {
  const { power: inner, isAlone, isLocked } = spot;
  const { port, program, letsAnybodyIn } = door;
  const reaches = conditions.some(({ isMissingFact }) => isMissingFact) ? 'may reach' : 'reaches';
  return {
    ...{ from: power.node, to: inner.node, rules: [], subjectId: inner.container.id },
    says: `${reaches} port ${port} ${isAlone ? 'of' : 'in the network of'} ${inner.node.name} through ${what}`,
    conditions: [
      ...power.always,
      ...conditions,
      missing(`${program} answers there (unknown)`),
      ...(typeof letsAnybodyIn === 'string' ? [missing(`${letsAnybodyIn} (unknown)`)] : []),
      ...(isLocked ? [missing(`a certificate for it lies in ${certificate} (unknown)`)] : []),
      ...(isAlone ? [] : [missing(`it is one of ${inner.node.name} (unknown)`)]),
    ],
    evidence: evidence ?? (() => [networksInspected(power.container)]),
  };
}

/** Why nobody knows whether a spot is one. */
export const whyHidden = ({ power, reason }: Spot): string =>
  `whether an engine is reached in ${power.node.name} was not read: ${reason}`;
