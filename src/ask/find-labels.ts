import type { LabelCount } from '../shared/label-terms.ts';
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

/** After these a label stands alone, e.g. “in prod”; after the others what it is of must follow. */
const LEADS =
  /^(?:on|in|of|for|at|from|to|across|within|inside|not|except|excluding|without|outside|is|are|was|were|does|did|do|has|would|will|could|can|should|labelled|labeled|tagged|marked|scan|rescan|recheck|check|grade|rate|inspect|audit|review|cover|whole|entire)$/;
const ARTICLES = /^(?:the|our|my|all|every|which|whole|entire)$/;
/** “In the prod” says as much as “in prod”; “our data protection officer” says nothing of hosts. */
const isLed = (at: number, textAt: (at: number) => string): boolean => {
  if (LEADS.test(textAt(at - 1))) return true;
  // “The age of the data” means no team.
  const isWord = isEveryday(textAt(at)) && !isEnvironment(textAt(at));
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
const IS_SO = /^(?:is|was|has|had|went|goes|got|gets|fell|looks?|feels?|needs?)$/;
/** What is said to be of an environment: “prod findings”. */
const OF_PLACE =
  /^(?:findings?|problems?|issues?|risks?|images?|grades?|scores?|posture|vulnerabilit\w+|workloads?|services?|isolation|surface|execs?|shells?|trend|history|changes|diff|sbom|criticals?|highs?|critical|high|please|pls)$/;
const DENIALS = /^(?:not|except|excluding|without|outside)$/;
/** What may stand between a denial and a label: “not in prod”, “outside of the shop team”. */
const BETWEEN = /^(?:in|of|on|for|from|the|with|at|label|labelled)$/;
const BETWEEN_MAX = 2;

const isEnvironment = (text: string): boolean => ENVIRONMENTS.some((names) => names.includes(text));
const isCalled = (value: string, text: string): boolean =>
  value === text || ENVIRONMENTS.some((names) => names.includes(value) && names.includes(text));

/** Where a denial of the label at a place begins; the place itself where none is said. */
function deniedFrom(from: number, textAt: (at: number) => string): number {
  for (let at = from - 1; at >= 0 && at >= from - 1 - BETWEEN_MAX; at--) {
    // “From outside” is a place, and what follows it is another thought.
    const isPlace = textAt(at) === 'outside' && /^(?:from|the)$/.test(textAt(at - 1));
    if (DENIALS.test(textAt(at))) return isPlace ? from : at;
    if (!BETWEEN.test(textAt(at))) break;
  }
  return from;
}

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
    const alike = labels.filter(({ value }) => isCalled(value.toLowerCase(), textAt(at)));
    const isKey = (place: number) => alike.find(({ key }) => key.toLowerCase() === textAt(place));
    const before = isKey(/^[=:]$/.test(textAt(at - 1)) ? at - 2 : at - 1);
    const behind = isKey(at + 1);
    const [only, second] = alike;
    const isAlone =
      second === undefined &&
      (isLed(at, textAt) ||
        (isEnvironment(textAt(at)) && IS_SO.test(textAt(at + 1))) ||
        HOSTS.test(textAt(at + 1)) ||
        (isEnvironment(textAt(at)) && OF_PLACE.test(textAt(at + 1))) ||
        (at > 0 && at === tokens.length - 1 && isEnvironment(textAt(at))));
    const label = before ?? behind ?? (isAlone ? only : undefined);
    if (label === undefined) continue;
    const from = before ? (/^[=:]$/.test(textAt(at - 1)) ? at - 2 : at - 1) : at;
    const length = at - from + (before === undefined && behind ? 2 : 1);
    const lead = deniedFrom(from, textAt);
    found.push({
      ...{ key: label.key, value: label.value, isNot: lead < from },
      ...{ from: lead, length: length + from - lead },
    });
    at = from + length - 1;
  }
  return found;
}
