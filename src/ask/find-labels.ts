import type { LabelCount } from '../shared/label-terms.ts';
import { howMeant } from './find-exclusions.ts';
import type { Place } from './find-subjects.ts';
import { isEveryday } from './lexicon.ts';
import type { Token } from './split-question.ts';

/** Hosts that a question means by a label, e.g. “team shop” or “in prod”. */
export interface FoundLabel extends Place {
  key: string;
  value: string;
  /** True where those without it are meant. */
  isNot: boolean;
}

type Label = Omit<FoundLabel, 'isNot'>;

/** After these a label stands alone, e.g. “in prod”; after the others what it is of must follow. */
const LEADS =
  /^(?:on|in|of|for|at|from|to|across|within|inside|not|except|excluding|without|outside|is|are|was|were|does|did|do|has|would|will|could|can|should|labelled|labeled|tagged|marked|scan|rescan|recheck|check|grade|rate|inspect|audit|review|cover|whole|entire)$/;
const ARTICLES = /^(?:the|our|my|all|every|which|whole|entire)$/;
/** “In the prod” says as much as “in prod”; “our data protection officer” says nothing of hosts. */
const isLed = (at: number, textAt: (at: number) => string): boolean => {
  if (LEADS.test(textAt(at - 1))) return true;
  // “The age of the data” means no team.
  const isWord = isEveryday(textAt(at)) && !isUsual(textAt(at));
  return !isWord && ARTICLES.test(textAt(at - 1)) && LEADS.test(textAt(at - 2));
};
const HOSTS =
  /^(?:hosts?|servers?|machines?|boxes|nodes?|engines?|containers?|environment|env|team|systems?|only|side|fleet)$/;
/** What people call the usual environments. */
const ENVIRONMENTS = [
  ['prod', 'prd', 'production', 'productive'],
  ['stage', 'stg', 'staging'],
  ['dev', 'devel', 'development'],
  ['test', 'testing', 'tst'],
  ['qa', 'quality'],
];
/** “Prod was down”. */
const IS_SO =
  /^(?:matters|counts|first|is|was|has|had|went|goes|got|gets|fell|looks?|feels?|needs?)$/;
/** What is said to be of whatever a label means: “shop's criticals”. */
const OF_ANY = /^(?:findings|criticals|highs|problems|issues|posture|grades?|scores?)$/;
/** What is said to be of an environment: “prod findings”. */
const OF_PLACE =
  /^(?:findings?|problems?|issues?|risks?|images?|grades?|scores?|posture|vulnerabilit\w+|workloads?|services?|isolation|surface|execs?|shells?|trend|history|changes|diff|sbom|criticals?|highs?|critical|high|please|pls)$/;
/** “Prod and staging”. */
const JOINS = /^(?:and|or|nor)$/;

/** “Data platform” has two. */
const wordsIn = (value: string): number => value.split(' ').length;
const isUsual = (text: string): boolean => ENVIRONMENTS.some((names) => names.includes(text));
const isCalled = (value: string, text: string): boolean =>
  value === text || ENVIRONMENTS.some((names) => names.includes(value) && names.includes(text));

/** True for what people call a usual environment that hosts are labelled with. */
export const isEnvironment = (text: string, labels: readonly LabelCount[]): boolean =>
  isUsual(text) && labels.some(({ value }) => isCalled(value.toLowerCase(), text));

/**
 * Labels within a question: the key beside the value, or a value that only one key has where a name must stand.
 * `taken` places are left alone.
 */
export function findLabels(
  tokens: readonly Token[],
  labels: readonly LabelCount[],
  taken: ReadonlySet<number>,
): Label[] {
  const textAt = (at: number): string => tokens[at]?.text.toLowerCase() ?? '';
  const found: Label[] = [];
  const texts = tokens.map(({ text }) => text.toLowerCase());
  const isLeftOut = (at: number) => howMeant(texts, { from: at, length: 1 }).meant === 'without it';
  const isBehindAnother = (at: number) => {
    const last = found.at(-1);
    return JOINS.test(textAt(at - 1)) && last !== undefined && last.from + last.length === at - 1;
  };
  for (let at = 0; at < tokens.length; at++) {
    if (taken.has(at)) continue;
    const said = (count: number) => texts.slice(at, at + count).join(' ');
    const called = labels.filter(({ value }) =>
      isCalled(value.toLowerCase(), said(wordsIn(value))),
    );
    const words = Math.max(0, ...called.map(({ value }) => wordsIn(value)));
    if (words === 0) continue;
    const alike = called.filter(({ value }) => wordsIn(value) === words);
    const end = at + words;
    const isKey = (place: number) => alike.find(({ key }) => key.toLowerCase() === textAt(place));
    const before = isKey(/^[=:]$/.test(textAt(at - 1)) ? at - 2 : at - 1);
    const behind = isKey(end);
    const [only, second] = alike;
    const isAlone =
      second === undefined &&
      (isLed(at, textAt) ||
        (isUsual(textAt(at)) && IS_SO.test(textAt(at + 1))) ||
        isLeftOut(at) ||
        isBehindAnother(at) ||
        HOSTS.test(textAt(end)) ||
        (isUsual(textAt(at)) && OF_PLACE.test(textAt(end))) ||
        OF_ANY.test(textAt(end)) ||
        (at > 0 && at === tokens.length - 1 && isUsual(textAt(at))));
    const label = before ?? behind ?? (isAlone ? only : undefined);
    if (label === undefined) continue;
    const from = before ? (/^[=:]$/.test(textAt(at - 1)) ? at - 2 : at - 1) : at;
    const length = end - from + (before === undefined && behind ? 1 : 0);
    found.push({ key: label.key, value: label.value, from, length });
    at = from + length - 1;
  }
  return found;
}
