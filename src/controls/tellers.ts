import type { NamespaceIds } from '../snapshot/facts/process.ts';
import type { OwnFacts } from './control-facts.ts';
import { declaredOf, isGivenEntering, isOfItsOwn, isTold, mayHaveEntered } from './entering.ts';
import type { Inhabitant } from './inhabitants.ts';

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

/** The same for the same inhabitants of a namespace of this kind, which are looked at once. */
export function tellersOf(
  kind: keyof NamespaceIds,
  inhabitants: readonly Inhabitant<OwnFacts>[],
): Tellers {
  const known = found.get(inhabitants);
  if (known) return known;
  const mains = inhabitants.filter(({ isMain }) => isMain).map(({ facts }) => facts);
  const asked =
    kind === 'user' ? [] : mains.filter((one) => declaredOf(one, kind).resolved === 'host');
  const tellers = {
    all: inhabitants.map(({ facts }) => facts),
    mains,
    onHost: asked.filter((one) => !isGivenEntering(one)),
    own: mains.filter((one) => isOfItsOwn(one, kind)),
    entering: mains.filter((one) => mayHaveEntered(one, kind)),
    leaving: asked.filter((one) => !isTold(one, kind)),
  };
  found.set(inhabitants, tellers);
  return tellers;
}

const found = new WeakMap<readonly Inhabitant<OwnFacts>[], Tellers>();
