import type { IdRange, KernelProcess } from '../snapshot/facts/kernel.ts';
import { isMapped } from '../snapshot/user-mapping.ts';
import { INITIAL } from './initial-namespaces.ts';
import type { OwnFacts } from './own-facts.ts';
import { tasksOf } from './seen-processes.ts';

/**
 * Those whose capabilities are power over the container. One in a user namespace that a process of the
 * container made for itself holds them over that alone.
 */
export function tasksWithPower(facts: OwnFacts): KernelProcess[] {
  const tasks = tasksOf(facts);
  // Of an engine that maps nobody the containers have the namespace of the probe.
  const given = isMapped(facts.engine, facts.container) ? widestMap(tasks) : facts.hostUidMap;
  if (given === null) return tasks;
  const hasInitial = tasks.some(isInInitialNamespace);
  return tasks.filter((task) => {
    if (task.uidMap !== null && !isSameMap(task.uidMap, given)) return false;
    // A namespace may map everybody to himself: then only its number tells.
    return !hasInitial || task.userNamespace === null || isInInitialNamespace(task);
  });
}

const isInInitialNamespace = ({ userNamespace }: KernelProcess): boolean =>
  userNamespace === INITIAL.user;

/** A namespace maps no id that the one above it has not. */
function widestMap(tasks: readonly KernelProcess[]): IdRange[] | null {
  const maps = tasks.flatMap(({ uidMap }) => (uidMap === null ? [] : [uidMap]));
  return maps.toSorted((a, b) => sizeOfMap(b) - sizeOfMap(a))[0] ?? null;
}

/** How many ids a user namespace has. */
export const sizeOfMap = (map: readonly IdRange[]): number =>
  map.reduce((sum, { count }) => sum + count, 0);

const isSameMap = (a: readonly IdRange[], b: readonly IdRange[]): boolean =>
  a.length === b.length &&
  a.every((range, index) => {
    const other = b[index];
    return (
      range.inside === other?.inside &&
      range.outside === other.outside &&
      range.count === other.count
    );
  });
