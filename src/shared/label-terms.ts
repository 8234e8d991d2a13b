import { nearest } from './nearest.ts';
import { compareText } from './text.ts';

/** Something that has a name, and labels by which several are meant at once. */
export interface Labelled {
  name: string;
  labels: Readonly<Record<string, string>>;
}

/** A word that says which of them are meant. */
export type Term = { isNot: boolean } & (
  | { kind: 'all' }
  | { kind: 'name'; name: string }
  | { kind: 'label'; key: string; value: string }
);

/** A label of some of them, and how many have it. */
export interface LabelCount {
  key: string;
  value: string;
  count: number;
}

/** A word that means none of them, or more than one thing; `near`: what was probably meant. */
export type TermMistake =
  | { kind: 'unknown'; word: string; near: string | null }
  /** No label has the key, or none of those with it has the value. */
  | { kind: 'no-label'; key: string; value: string; labels: LabelCount[]; near: string | null }
  /** A key without a value, or a value of several keys. */
  | { kind: 'unclear'; word: string; labels: LabelCount[] };

/** Free text about one thing: no word for several. */
const REMARK = 'remark';

/** Every label by which several may be meant: the commonest first within a key, keys by their names. */
export function labelsOf(things: readonly Labelled[]): LabelCount[] {
  const counts = new Map<string, LabelCount>();
  for (const { labels } of things) {
    for (const [key, value] of Object.entries(labels)) {
      const both = JSON.stringify([key, value]);
      const known = counts.get(both);
      if (known === undefined) counts.set(both, { key, value, count: 1 });
      else known.count += 1;
    }
  }
  return [...counts.values()]
    .filter(({ key }) => key !== REMARK)
    .sort(
      (a, b) => compareText(a.key, b.key) || b.count - a.count || compareText(a.value, b.value),
    );
}

/**
 * What a word stands for, in this order: all of them, the name of one, a label as `key=value`, the value
 * of a label that only one key has. Cases do not matter.
 */
export function readTerm(
  word: string,
  things: readonly Labelled[],
  isNot = false,
): Term | TermMistake {
  const typed = word.toLowerCase();
  if (typed === 'all') return { kind: 'all', isNot };
  const named = things.find(({ name }) => name.toLowerCase() === typed);
  if (named !== undefined) return { kind: 'name', name: named.name, isNot };
  const labels = labelsOf(things);
  const equals = word.indexOf('=');
  if (equals > 0) {
    const [key, value] = [word.slice(0, equals), word.slice(equals + 1)];
    return readLabel({ key, value }, labels, isNot);
  }
  const ofValue = labels.filter(({ value }) => value.toLowerCase() === typed);
  const [only] = ofValue;
  if (only !== undefined && ofValue.length === 1) {
    return { kind: 'label', key: only.key, value: only.value, isNot };
  }
  const meant = ofValue.length > 0 ? ofValue : labels.filter(({ key }) => isSame(key, word));
  if (meant.length > 0) return { kind: 'unclear', word, labels: meant };
  const words = [...things.map(({ name }) => name), 'all', ...labels.map(({ value }) => value)];
  return { kind: 'unknown', word, near: nearest(word, words) ?? null };
}

const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

function readLabel(
  { key, value }: { key: string; value: string },
  labels: readonly LabelCount[],
  isNot: boolean,
): Term | TermMistake {
  const ofKey = labels.filter((label) => isSame(label.key, key));
  const found = ofKey.find((label) => isSame(label.value, value));
  if (found) return { kind: 'label', key: found.key, value: found.value, isNot };
  const [first] = ofKey;
  const keys = [...new Set(labels.map((label) => label.key))];
  const nearKey = first?.key ?? nearest(key, keys);
  const values = labels.filter((label) => label.key === nearKey).map((label) => label.value);
  const begun = values.filter((each) => isSame(each.split(' ')[0] ?? '', value));
  const nearValue =
    values.find((each) => isSame(each, value)) ??
    (begun.length === 1 ? begun[0] : nearest(value, values));
  const near = nearKey === undefined || nearValue === undefined ? null : `${nearKey}=${nearValue}`;
  return { kind: 'no-label', key, value, labels: ofKey, near };
}

export const isTerm = (read: Term | TermMistake): read is Term => 'isNot' in read;

/**
 * Those of the things that the terms mean, in their own order: with one of the names, where any is
 * named, with one of the values of each key that is named, and without what is excluded. Without a term that is not
 * excluded: all.
 */
export function selectBy<T extends Labelled>(terms: readonly Term[], things: readonly T[]): T[] {
  const asked = terms.filter(({ kind, isNot }) => kind !== 'all' && !isNot);
  const choices = [
    ...Map.groupBy(asked, (term) => (term.kind === 'label' ? term.key : '')).values(),
  ];
  const excluded = terms.filter(({ isNot }) => isNot);
  return things.filter(
    (thing) =>
      choices.every((either) => either.some((term) => isMeant(term, thing))) &&
      !excluded.some((term) => isMeant(term, thing)),
  );
}

function isMeant(term: Term, { name, labels }: Labelled): boolean {
  if (term.kind === 'all') return true;
  if (term.kind === 'name') return term.name === name;
  return Object.hasOwn(labels, term.key) && isSame(labels[term.key] ?? '', term.value);
}

/** Terms as they are typed: `team=shop,env=prod not web-1`. */
export function termsText(terms: readonly Term[]): string {
  const wordOf = (term: Term) =>
    term.kind === 'all' ? 'all' : term.kind === 'name' ? term.name : `${term.key}=${term.value}`;
  const list = (isNot: boolean) =>
    terms
      .filter((term) => term.isNot === isNot)
      .map(wordOf)
      .join(',');
  const [meant, excluded] = [list(false), list(true)];
  return [meant, ...(excluded === '' ? [] : [`not ${excluded}`])].filter(Boolean).join(' ');
}
