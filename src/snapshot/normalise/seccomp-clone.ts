import { isRecord } from '../../shared/record.ts';

/** A rule of a profile about `clone`, as far as it counts here. */
export interface CloneRule {
  /** As written, with the names of fields in small letters; all have to hold. */
  args: readonly unknown[];
  isSure: boolean;
}

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET (clone(2)). */
const NAMESPACES = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000];
/** Other bits that a caller may set beside them: none, SIGCHLD, and that with CLONE_PARENT. */
const BESIDE = [0, 0x11, 0x8011];
const CALLS = NAMESPACES.flatMap((flag) => BESIDE.map((more) => BigInt(flag + more)));

/**
 * Whether a `clone` that makes a namespace goes through. The rules are those that allow where a profile denies by
 * default, else those that deny. Of every argument but the flags the caller is free to choose what suits it.
 */
export const makesNamespaces = (rules: readonly CloneRule[], isByDefault: boolean): boolean =>
  CALLS.some((flags) => {
    const isMet = rules.some((rule) => matches(rule, flags, !isByDefault));
    return isByDefault ? !isMet : isMet;
  });

/** `other` is what counts of a condition that is not about the flags. */
function matches({ args, isSure }: CloneRule, flags: bigint, other: boolean): boolean {
  const conditions = args.filter(isRecord);
  const indexes = conditions.map(({ index }) => index);
  const holds = (condition: Record<string, unknown>): boolean => {
    // Some machines have the flags in the second argument, and rules of their own.
    const isAboutFlags = condition.index === 0 || (!isSure && condition.index === 1);
    return isAboutFlags ? (compared(condition, flags) ?? other) : other;
  };
  // Of several about one argument any counts (runc `libcontainer/seccomp`).
  const isEither = new Set(indexes).size < indexes.length;
  return isEither ? conditions.some(holds) : conditions.every(holds);
}

/** Null for a comparison that is not known, or with a number that is not. */
function compared({ op, value, valuetwo }: Record<string, unknown>, flags: bigint): boolean | null {
  const [first, second] = [wholeNumber(value), wholeNumber(valuetwo)];
  if (first === null || second === null) return null;
  switch (op) {
    case 'SCMP_CMP_EQ':
      return flags === first;
    case 'SCMP_CMP_NE':
      return flags !== first;
    case 'SCMP_CMP_LT':
      return flags < first;
    case 'SCMP_CMP_LE':
      return flags <= first;
    case 'SCMP_CMP_GE':
      return flags >= first;
    case 'SCMP_CMP_GT':
      return flags > first;
    case 'SCMP_CMP_MASKED_EQ':
      return (flags & first) === second;
    default:
      return null;
  }
}

/** 0 for what is not written, as the engine reads it; null for a number that JSON gives without its last digits. */
const wholeNumber = (written: unknown): bigint | null => {
  if (written === undefined || written === null) return 0n;
  return typeof written === 'number' && Number.isSafeInteger(written) ? BigInt(written) : null;
};
