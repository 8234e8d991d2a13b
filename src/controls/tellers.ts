import type { NamespaceIds } from '../snapshot/facts/process.ts';
import { declaredOf, isGivenEntering, isOfItsOwn, isTold, mayHaveEntered } from './entering.ts';
import type { Inhabitant, Inhabitants } from './inhabitants.ts';
import type { OwnFacts } from './own-facts.ts';

/** Who has a process in one namespace, by what that tells of the namespace. */
export interface Tellers {
  all: readonly OwnFacts[];
  /** Whose main process is there; each of the rest is of these. */
  mains: readonly OwnFacts[];
  /** Those that are asked to be on the host, and were given nothing to leave it by. */
  onHost: readonly OwnFacts[];
  /** Those for which the engine made it. */
  own: readonly OwnFacts[];
  /** Those that may have entered the host's. */
  entering: readonly OwnFacts[];
  /** Those that are asked to be on the host, where no number tells it. */
  leaving: readonly OwnFacts[];
}

/** Who tells what of the namespace of this kind and number. */
export type TellersIn = (kind: keyof NamespaceIds, number: number) => Tellers;

/** Looks once at those who are in a namespace, when it is asked about first. */
export function tellersIn(inhabitants: Inhabitants<OwnFacts>): TellersIn {
  const known = new Map<string, Tellers>();
  return (kind, number) => {
    const key = `${kind} ${number}`;
    const found = known.get(key) ?? tellersOf(kind, inhabitants(kind, number));
    known.set(key, found);
    return found;
  };
}

function tellersOf(
  kind: keyof NamespaceIds,
  inhabitants: readonly Inhabitant<OwnFacts>[],
): Tellers {
  const mains = inhabitants.filter(({ isMain }) => isMain).map(({ facts }) => facts);
  const asked =
    kind === 'user' ? [] : mains.filter((one) => declaredOf(one, kind).resolved === 'host');
  return {
    all: inhabitants.map(({ facts }) => facts),
    mains,
    onHost: asked.filter((one) => !isGivenEntering(one)),
    own: mains.filter((one) => isOfItsOwn(one, kind)),
    entering: mains.filter((one) => mayHaveEntered(one, kind)),
    leaving: asked.filter((one) => !isTold(one, kind)),
  };
}
