import type { Judgement, Severity } from '../rules/rule.ts';
import type { Evidence } from '../snapshot/evidence.ts';

/** How many different judgements of one rule are remembered. */
const KNOWN_MAX = 8;

/**
 * Gives an earlier judgement in place of one that says the same: of a thousand containers a rule mostly
 * says one of a few things, and all of them are kept until the scan is answered.
 */
export function createSharing(): (judgement: Judgement) => Judgement {
  const known: Judgement[] = [];
  return (judgement) => {
    const same = known.find((one) => isSame(one, judgement));
    if (same !== undefined) return same;
    if (known.length === KNOWN_MAX) known.shift();
    known.push(judgement);
    return judgement;
  };
}

/** What any kind of judgement may say beside its evidence. */
type Said = { message?: string; reason?: string; severity?: Severity; cause?: string };

function isSame(a: Judgement & Said, b: Judgement & Said): boolean {
  return (
    a.verdict === b.verdict &&
    a.message === b.message &&
    a.reason === b.reason &&
    a.severity === b.severity &&
    a.cause === b.cause &&
    isSameList(a.evidence ?? [], b.evidence ?? [], isSameEvidence)
  );
}

const isSameEvidence = (a: Evidence, b: Evidence): boolean =>
  a.path === b.path &&
  a.source === b.source &&
  (a.value === b.value ||
    (isList(a.value) && isList(b.value) && isSameList(a.value, b.value, Object.is)));

const isList = (value: Evidence['value']): value is readonly string[] => Array.isArray(value);

const isSameList = <T>(
  a: readonly T[],
  b: readonly T[],
  isSameItem: (a: T, b: T) => boolean,
): boolean => a.length === b.length && a.every((item, index) => isSameItem(item, b[index] as T));
