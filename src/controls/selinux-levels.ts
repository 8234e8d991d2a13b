/**
 * How far up the label of a process reaches: the sensitivity and the categories of the high end of its range. The policy lets a
 * process of containers read, write and trace only what its own level dominates (`h1 dom h2`, `policy/mcs`).
 */
export interface Clearance {
  type: string;
  sensitivity: number;
  /** One bit for each. */
  categories: bigint;
}

/** Categories are numbered up to here in every policy that is shipped (`mcs_num_cats`). */
const CATEGORY_MAX = 1023;

/** Characters of a context that are parsed: a list of every category that an engine or a person writes is a range. */
const CONTEXT_MAX = 256;

/** By a context `user:role:type:low-high`; null for a level in other words, or a very long one. Of a policy without levels it is the lowest. */
export function clearanceOf(context: string): Clearance | null {
  if (context.length > CONTEXT_MAX) return null;
  const [, , type = '', ...range] = context.split(':');
  const [low = '', high = low] = range.join(':').split('-');
  const [, sensitivity, listed] = /^s(\d{1,2})(?::([c\d.,]+))?$/.exec(high || 's0') ?? [];
  if (sensitivity === undefined) return null;
  let categories = 0n;
  for (const part of listed?.split(',') ?? []) {
    const [, first, last = first] = /^c(\d{1,4})(?:\.c(\d{1,4}))?$/.exec(part) ?? [];
    const count = Number(last) - Number(first) + 1;
    if (first === undefined || Number(last) > CATEGORY_MAX || count < 1) return null;
    categories |= ((1n << BigInt(count)) - 1n) << BigInt(first);
  }
  return { type, sensitivity: Number(sensitivity), categories };
}

/** True where the policy lets who has `a` at what has `b`, which an ordinary container is at its own alone. */
export const dominates = (a: Clearance, b: Clearance): boolean =>
  a.type === b.type && a.sensitivity >= b.sensitivity && (b.categories & ~a.categories) === 0n;

/** Labels of one container that are told apart; an engine gives all its processes one. */
const LABELS_MAX = 16;

/** What the labels of a container reach. */
export interface Levels {
  known: readonly Clearance[];
  /** Labels whose level is in other words. */
  others: readonly string[];
  /** False where there are more labels, or longer ones. */
  isWhole: boolean;
}

/** The levels of these labels, of which no more than a few are told apart. */
export function levelsOf(labels: readonly string[]): Levels {
  const distinct = [...new Set(labels)];
  const taken = distinct.slice(0, LABELS_MAX).filter(({ length }) => length <= CONTEXT_MAX);
  return {
    known: taken.flatMap((label) => clearanceOf(label) ?? []),
    others: taken.filter((label) => clearanceOf(label) === null),
    isWhole: taken.length === distinct.length,
  };
}

/** Whether one with these labels has what has those; null where that hangs on a level which nobody read. */
export function mayReach(own: Levels, other: Levels): boolean | null {
  const isAbove =
    own.known.some((one) => other.known.some((two) => dominates(one, two))) ||
    own.others.some((label) => other.others.includes(label));
  if (isAbove) return true;
  const isRead = [own, other].every(({ others, isWhole }) => isWhole && others.length === 0);
  return isRead ? false : null;
}

/** The types of these labels, as far as they are told. */
export const typesOf = ({ known, others }: Levels): string[] => [
  ...known.map(({ type }) => type),
  ...others.map((label) => label.split(':')[2] ?? ''),
];

/** Categories that an engine gives each container, which no other one has both of. */
const GIVEN = 2;

/** How a level by hand keeps containers less apart; null where it is like an engine's own, or the policy has none. */
export function apartness(context: string, { categories }: Clearance): string | null {
  const count = countOf(categories);
  if (count === GIVEN || context.split(':').length < LEVEL_AT) return null;
  if (count > GIVEN) {
    return `its SELinux label has ${count} categories where an engine gives ${GIVEN}, so it is not kept from containers whose two are among them`;
  }
  return count === 0
    ? 'its SELinux label has no categories: it is kept from what has some, and who has some is not kept from it'
    : `its SELinux label has one category where an engine gives ${GIVEN}, so who has that one among others is not kept from it`;
}

/** Parts of a context with a level: a policy without has none. */
const LEVEL_AT = 4;

const countOf = (categories: bigint): number => categories.toString(2).replaceAll('0', '').length;
