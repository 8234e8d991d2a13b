/**
 * How far up the label of a process reaches: the sensitivity and the categories of the high end of its range. The policy lets a
 * process of containers read, write and trace only what its own level dominates (`h1 dom h2`, `policy/mcs`).
 */
export interface Clearance {
  type: string;
  sensitivity: number;
  categories: ReadonlySet<number>;
}

/** Categories are numbered up to here in every policy that is shipped (`mcs_num_cats`). */
const CATEGORY_MAX = 1023;

/** By a context `user:role:type:low-high`; null for a level in other words. Of a policy without levels it is the lowest. */
export function clearanceOf(context: string): Clearance | null {
  const [, , type = '', ...range] = context.split(':');
  const [low = '', high = low] = range.join(':').split('-');
  const [, sensitivity, listed] = /^s(\d{1,2})(?::([c\d.,]+))?$/.exec(high || 's0') ?? [];
  if (sensitivity === undefined) return null;
  const categories = new Set<number>();
  for (const part of listed?.split(',') ?? []) {
    const [, first, last = first] = /^c(\d{1,4})(?:\.c(\d{1,4}))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) > CATEGORY_MAX) return null;
    for (let one = Number(first); one <= Number(last); one++) categories.add(one);
  }
  return { type, sensitivity: Number(sensitivity), categories };
}

/** True where the policy lets who has `a` at what has `b`, which an ordinary container is at its own alone. */
export const dominates = (a: Clearance, b: Clearance): boolean =>
  a.type === b.type && a.sensitivity >= b.sensitivity && isWithinSet(b.categories, a.categories);

function isWithinSet(some: ReadonlySet<number>, all: ReadonlySet<number>): boolean {
  if (some.size > all.size) return false;
  for (const one of some) if (!all.has(one)) return false;
  return true;
}

/** Categories that an engine gives each container, which no other one has both of. */
const GIVEN = 2;

/** What a level by hand changes of how containers are kept apart; null where it is like an engine's own. */
export function apartness({ categories }: Clearance): { isWide: boolean; note: string } | null {
  if (categories.size > GIVEN) {
    const note = `its SELinux label has ${categories.size} categories where an engine gives ${GIVEN}, so it is not kept from containers whose two are among them`;
    return { isWide: true, note };
  }
  if (categories.size > 0) return null;
  return {
    isWide: false,
    note: 'its SELinux label has no categories: it is kept from what has some, and who has some is not kept from it',
  };
}
