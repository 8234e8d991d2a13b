import type { Reading } from '../shared/reading.ts';
import type { ContainerFacts } from '../snapshot/facts/container.ts';
import type { NamespaceIds, ProcessFacts } from '../snapshot/facts/process.ts';

interface Listed {
  container: Pick<ContainerFacts, 'pid'>;
  processes: Reading<ProcessFacts[]>;
}

/** A container with a process in some namespace. */
export interface Inhabitant<Facts> {
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
