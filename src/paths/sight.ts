import { mayReach } from '../controls/selinux-levels.ts';
import { type Certainty, type Condition, certainties } from './graph.ts';
import { missing, type Power } from './power.ts';

/** The nodes of containers that hold a way to the host, with how sure the surest step to one is. */
export type Holders = ReadonlyMap<string, Certainty>;

/** Containers that may be traced, in groups of which the same stands before each. */
export type Sight = readonly Alike[];

export interface Alike {
  /** How sure what they hold is, as `rankOf` has it; behind all of these where they hold nothing. */
  rank: number;
  /** One of them, which stands for all in what the groups differ by. */
  like: Power;
  members: Traced[];
}

/** A container with what it hangs on that one of the same user gets at it: the same for each who sees it. */
export interface Traced {
  power: Power;
  ifOneGroup: readonly Condition[];
}

/** These containers by what stands before the step into each, and by what they hold. */
export function sightOf(powers: readonly Power[], holders: Holders): Sight {
  const groups = new Map<string, Alike>();
  for (const power of powers) {
    const certainty = holders.get(power.node.id);
    const rank = certainty === undefined ? certainties.length : certainties.indexOf(certainty);
    const { isMapped, barrier } = power;
    const key = `${rank} ${isMapped} ${barrier?.isKnown} ${userKey(power)} ${confinementKey(power)}`;
    const group = groups.get(key) ?? { rank, like: power, members: [] };
    if (group.members.length === 0) groups.set(key, group);
    const ifOneGroup = [missing(`its group is that of ${power.container.name} (unknown)`)];
    group.members.push({ power, ifOneGroup });
  }
  return [...groups.values()];
}

const userKey = ({ isRoot, uids: { inside, outside } }: Power): string | number => {
  if (isRoot !== false) return isRoot ? '' : 'unknown';
  const [only = ''] = outside;
  return inside.length === 0 && outside.length < 2 ? only : `${inside.join()}/${outside.join()}`;
};

function confinementKey({ confinement }: Power): string {
  if (confinement === null) return '';
  const { name, levels } = confinement;
  if (levels === null) return name;
  const known = levels.known.map(({ type, sensitivity, categories }) =>
    [type, sensitivity, categories.toString(36)].join(),
  );
  return [name, levels.isWhole, ...known, ...levels.others].join(' ');
}

/** One profile of the engine lets processes trace each other, and one label those that it dominates; null where nobody read its level. */
export function mayTraceLabel(
  { confinement: own }: Power,
  { confinement: other }: Power,
): boolean | null {
  if (own === null || other === null) return own === other;
  if (own.levels === null || other.levels === null) {
    return own.name === other.name && own.isRead;
  }
  return mayReach(own.levels, other.levels);
}
