import { quoteWord } from '../../shared/text.ts';
import type { Clues } from '../clues.ts';
import { isStopDenied } from '../denied-stop.ts';
import { severitiesMeant } from '../find-severities.ts';
import { type FoundTopic, findTopic } from '../find-topic.ts';
import { type Offer, offer, type Taken } from '../offer.ts';
import type { Kind } from '../words/kind.ts';
import { ideasOfKind } from '../words/kind-ideas.ts';
import { kinds } from '../words/kinds.ts';
import { deniesAccepted, OF_PERSON } from './finding-frames.ts';
import type { Frame, Vocabulary } from './frame.ts';
import { aboutHost } from './seawall-frames.ts';

const SCORE = 0.95;

/** What tells a question of each kind, and what makes it none. */
const told = kinds.map((kind, at) => ({
  kind,
  ideas: ideasOfKind(at),
  denial: kind.not === undefined ? undefined : new RegExp(`\\b(?:${kind.not})s?\\b`),
}));

/** Kinds of questions that are told by their words, in any order. */
export const kindsOfQuestion: Frame = (clues, vocabulary) =>
  told.flatMap(({ kind, ideas: { all, others }, denial }) => {
    if (!all.every((idea) => clues.has(idea)) || (denial !== undefined && clues.says(denial)))
      return [];
    return offerOf(kind, [...all, others], clues, vocabulary);
  });

function offerOf(
  { line, names, isBroad = false, isOfTime = false, score = SCORE }: Kind,
  ideas: readonly string[],
  clues: Clues,
  { rules }: Vocabulary,
): Offer[] {
  const [said = '', flag] = line.split(' --');
  const [command = '', ...words] = said.split(' ');
  const { container, reading } = clues;
  const isOfContainer = names !== undefined && names !== 'host';
  if (reading.containers.length > 1 || (container !== null) !== isOfContainer) return [];
  if (names === 'host' && clues.host === null) return [];
  if (words.includes('off') && command !== 'audit' && isStopDenied(clues)) return [];
  if (isOfTime && reading.when === null) return [];
  const topic = names === 'rule and container' ? ruleNamed(clues, rules) : null;
  if (names === 'rule and container' && topic === null) return [];
  const takes: Taken[] = [
    ...(container === null ? [] : (['container'] as const)),
    ...(topic === null ? [] : (['topic'] as const)),
  ];
  // The audit has no word for a container, and rows about one.
  const isAbout = command === 'audit' && container !== null;
  // Help is of a command, whatever it is wanted for.
  const isNamed = container !== null && !isAbout && command !== 'help';
  const named = [...(topic === null ? [] : [topic.word]), ...(isNamed ? [container] : [])];
  const isElse = deniesAccepted(clues) || clues.says(OF_PERSON);
  if (line === 'findings accepted' && isElse) return [];
  const isGraded = command === 'findings' && words.length === 0;
  const graded = isGraded ? severitiesMeant(clues) : [];
  if (graded === null) return [];
  const uses = [...ideas, 'LIST', ...graded.map((word) => word.toUpperCase())].join(' ');
  const onHost: Partial<Offer> = command === 'audit' && !isAbout ? aboutHost(clues, words) : {};
  const more: Partial<Offer> = {
    ...onHost,
    ...{ takes: [...takes, ...(onHost.takes ?? [])], isBroad, doesNothing: !words.includes('off') },
    hasNoTime: words.includes('expiring'),
    ...(flag === undefined ? {} : { flags: ` --${flag}` }),
    ...(isAbout ? { flags: ` --about ${quoteWord(container)}` } : {}),
    ...(topic === null ? {} : { topic }),
  };
  return [offer(command, [...words, ...graded, ...named], score, uses, more)];
}

/** The rule that is named, by its id or by what it reports: `no-memory-limit`. */
function ruleNamed(clues: Clues, rules: Vocabulary['rules']): FoundTopic | null {
  const topic = findTopic(clues, rules);
  if (topic?.kind === 'rule') return topic;
  for (const [from, { text }] of clues.reading.tokens.entries()) {
    const rule = text.includes('-') ? rules.find(({ facet }) => facet === text) : undefined;
    if (rule !== undefined) return { word: rule.id, kind: 'rule', from, length: 1 };
  }
  return null;
}
