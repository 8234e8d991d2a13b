import { once } from '../shared/once.ts';
import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';
import { declaredOf, isGivenEntering, isOfItsOwn, isTold, mayHaveEntered } from './entering.ts';
import type { OwnFacts } from './own-facts.ts';

interface Listed {
  container: Pick<ContainerFacts, 'pid'>;
  processes: Reading<ProcessFacts[]>;
}

/** A container with a process in some namespace. */
interface Inhabitant<Facts> {
  facts: Facts;
  /** The main one is there, and not another one alone. */
  isMain: boolean;
}

/** The containers of a host that have a process in the namespace of this kind and number, each once. */
export type Inhabitants<Facts> = (
  kind: keyof NamespaceIds,
  number: number,
) => readonly Inhabitant<Facts>[];

/** Looks once at every process that was listed. */
export function inhabitantsOf<Facts extends Listed>(
  containers: readonly Facts[],
): Inhabitants<Facts> {
  const found = new Map<number, Partial<Record<keyof NamespaceIds, Inhabitant<Facts>[]>>>();
  for (const facts of containers) {
    const { processes, container } = facts;
    for (const { pid, namespaces } of processes.state === 'read' ? processes.value : []) {
      const isMain = pid === container.pid;
      for (const [kind, number] of Object.entries(namespaces ?? {})) {
        if (number !== null) settle(found, number, kind as keyof NamespaceIds, { facts, isMain });
      }
    }
  }
  return (kind, number) => found.get(number)?.[kind] ?? [];
}

function settle<Facts>(
  found: Map<number, Partial<Record<keyof NamespaceIds, Inhabitant<Facts>[]>>>,
  number: number,
  kind: keyof NamespaceIds,
  one: Inhabitant<Facts>,
): void {
  const kinds = found.get(number) ?? {};
  found.set(number, kinds);
  const there = kinds[kind] ?? [];
  kinds[kind] = there;
  const last = there.at(-1);
  if (last?.facts === one.facts) last.isMain ||= one.isMain;
  else there.push(one);
}

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
  const ofKind = once((kind: keyof NamespaceIds) =>
    once((number: number) => tellersOf(kind, inhabitants(kind, number))),
  );
  return (kind, number) => ofKind(kind)(number);
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
