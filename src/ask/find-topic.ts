import { findTerm, normalTerm } from '../inspections/terms/index.ts';
import type { Rule } from '../rules/rule.ts';
import { once, onceForEach } from '../shared/once.ts';
import type { Clues } from './clues.ts';
import { findFacets, findFeature } from './find-facets.ts';
import type { Place } from './find-subjects.ts';
import { ruleWords } from './words/rule-words.ts';
import { wordSet } from './words/word-list.ts';

/** What somebody wants to have explained, as `explain` takes it. */
export interface FoundTopic extends Place {
  word: string;
  kind: 'rule' | 'term' | 'facet';
}

const TERM_WORDS_MAX = 5;
/** What belongs to every container and is too plain to be asked about alone. */
const plainTerms = wordSet(`
image rule finding severity control docker-engine snapshot posture grade baseline verdict
published-port unknown environment-secret baseline-state image-digest facet health-check
restart-policy bind-mount acceptance control-verdict coverage image-tag device attestation
namespace registry
`);

type Rules = readonly Pick<Rule, 'id'>[];
const idsOf = onceForEach((rules: Rules) => new Set(rules.map(({ id }) => id)));
const topicsOf = onceForEach((clues: Clues) =>
  once((ids: ReadonlySet<string>) => ({ topic: topicIn(clues, ids) })),
);

/** The longest word of the terms or rules in the question; null where there is none. */
export const findTopic = (clues: Clues, rules: Rules): FoundTopic | null =>
  topicsOf(clues)(idsOf(rules)).topic;

function topicIn({ reading }: Clues, ids: ReadonlySet<string>): FoundTopic | null {
  const { tokens, rule } = reading;
  if (rule !== null) return { ...rule, word: rule.id, kind: 'rule' };
  for (let length = Math.min(TERM_WORDS_MAX, tokens.length); length > 0; length--) {
    const found = tokens.flatMap((_token, from): FoundTopic[] => {
      const window = tokens.slice(from, from + length).map(({ text }) => text);
      const word = window.length < length ? null : topicWord(window.join(' '), ids);
      return word === null ? [] : [{ ...word, from, length }];
    });
    const best = found.toSorted((a, b) => rank(a) - rank(b))[0];
    if (best !== undefined) return best;
  }
  return null;
}

/** A rule by its id is meant before a term, and any before what every question mentions. */
const rank = ({ kind, word }: FoundTopic): number =>
  kind === 'rule' ? 0 : plainTerms.has(word) ? 2 : 1;

function topicWord(
  text: string,
  ids: ReadonlySet<string>,
): Pick<FoundTopic, 'word' | 'kind'> | null {
  const id = normalTerm(text);
  if (ids.has(id)) return { word: id, kind: 'rule' };
  const rule = ruleWords.get(text);
  if (rule !== undefined && ids.has(rule)) return { word: rule, kind: 'rule' };
  const term = findTerm(text) ?? (text.endsWith('s') ? findTerm(text.slice(0, -1)) : null);
  return term === null ? null : { word: term.id, kind: 'term' };
}

/** True for a term that a question about anything may mention. */
export const isPlainTerm = (id: string): boolean => plainTerms.has(id);

/** The rule that is named, else the one that judges the property which the question is about. */
export function findMeantRule(
  clues: Clues,
  rules: readonly Pick<Rule, 'id' | 'facet'>[],
): FoundTopic | null {
  const topic = findTopic(clues, rules);
  return topic?.kind === 'rule' ? topic : findJudgingRule(clues, rules);
}

/** The rule that judges the property which the question is about. */
export function findJudgingRule(
  clues: Clues,
  rules: readonly Pick<Rule, 'id' | 'facet'>[],
): FoundTopic | null {
  const [facet] = findFacets(clues);
  const feature = findFeature(clues);
  const name = facet?.facet ?? feature?.facet;
  const rule = rules.find((one) => one.facet !== undefined && one.facet === name);
  if (rule === undefined) return null;
  return {
    word: rule.id,
    kind: 'facet',
    from: facet?.from ?? feature?.mention.from ?? 0,
    length: 1,
  };
}
