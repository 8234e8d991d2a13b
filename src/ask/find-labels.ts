import type { LabelCount } from '../shared/label-terms.ts';
import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';

/** Hosts that a question means by a label, e.g. “team shop” or “in prod”. */
export interface FoundLabel extends Place {
  key: string;
  value: string;
  /** True where those without it are meant. */
  isNot: boolean;
}

const LEADS =
  /^(?:on|in|of|for|at|from|across|within|inside|the|our|my|not|except|without|outside)$/;
const HOSTS =
  /^(?:hosts?|servers?|machines?|boxes|nodes?|engines?|containers?|environment|env|team)$/;
const DENIALS = /^(?:not|except|without|outside)$/;

/**
 * Labels within a question: the key beside the value, or a value that only one key has where a name must stand.
 * `taken` places are left alone.
 */
export function findLabels(
  tokens: readonly Token[],
  labels: readonly LabelCount[],
  taken: ReadonlySet<number>,
): FoundLabel[] {
  const textAt = (at: number): string => tokens[at]?.text.toLowerCase() ?? '';
  const found: FoundLabel[] = [];
  for (let at = 0; at < tokens.length; at++) {
    if (taken.has(at)) continue;
    const alike = labels.filter(({ value }) => value.toLowerCase() === textAt(at));
    const isKey = (place: number) => alike.find(({ key }) => key.toLowerCase() === textAt(place));
    const before = isKey(textAt(at - 1) === '=' ? at - 2 : at - 1);
    const behind = isKey(at + 1);
    const [only, second] = alike;
    const isAlone =
      second === undefined && (LEADS.test(textAt(at - 1)) || HOSTS.test(textAt(at + 1)));
    const label = before ?? behind ?? (isAlone ? only : undefined);
    if (label === undefined) continue;
    const from = before ? (textAt(at - 1) === '=' ? at - 2 : at - 1) : at;
    const length = at - from + (before === undefined && behind ? 2 : 1);
    const isNot = DENIALS.test(textAt(from - 1));
    found.push({
      ...{ key: label.key, value: label.value, isNot },
      ...(isNot ? { from: from - 1, length: length + 1 } : { from, length }),
    });
    at = from + length - 1;
  }
  return found;
}
