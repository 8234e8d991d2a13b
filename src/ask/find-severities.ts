import type { Clues } from './clues.ts';

const severities = { CRITICAL: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low' } as const;
/** In their order, the worst first. */
export const severityWords: readonly string[] = Object.values(severities);

const OR_WORSE =
  /\b(?:critical|high|medium|low)s? (?:or|and) (?:worse|higher|above|up|upwards|more severe|more)\b|\bat least (?:high|medium|low)\b/;

/** “High or worse”. */
export const isOrWorse = (clues: Clues): boolean => clues.says(OR_WORSE);

/** “Without the low ones”, “no low ones”, “but not the low ones”. */
const DENIED =
  /\b(?:without|(?:everything|anything|all|any|those|findings?|problems?|issues?|them) but(?! (?:not?|only|also|just)\b)|(?:but|just|please) (?:not?|none of)|not?(?= (?:\w+ ){0,4}ones?\b)|(?:not|nor|never)(?= (?:the|critical|high|medium|low)s?\b)|minus|except|excluding|skip(?:ping)?|ignor(?:e|ing)|leav(?:e|ing) out|hide|hiding|not (?:\w+ ){0,2}?(?:show|list|display|give|send|include|want|need|print|see)(?: (?:me|us|to|see|have|about))*|^no(?= (?:\w+ ){1,4}(?:only|just)\b)|omit(?:ting)?|drop(?:ping)?)(?: (?:the|any|all|those|of|that|are|is|about|interested|in))*((?: (?:and|or|nor|the)| (?:critical|high|medium|low|minor)s?)+)\b/;

/** Severities that the question leaves out, in their order. */
export function severitiesDenied(clues: Clues): string[] {
  const said = DENIED.exec(clues.text())?.[1] ?? '';
  const denied = severityWords.filter((word) => said.includes(word));
  return said.includes('minor') ? [...denied, 'low'] : denied;
}

/** “Anything worse than medium”: those above it alone. */
const ABOVE =
  /\b(?:wors|graver?|high|severe|serious|above|over|beyond|more than|dangerous|important|urgent)\w*(?: than)?(?: a| the)? (high|medium|low)\b/;
const IS_ABOVE = /\b(?:than|above|over|beyond)(?: a| the)? (?:high|medium|low)\b/;
/** “Findings below high”: those below it alone. */
const BELOW =
  /\b(?:below|under|(?:lower|lesser|milder|smaller|less (?:than|severe|serious|grave|bad|critical|urgent)(?: than)?) ?(?:than)?)(?: a| the)? (critical|high|medium)\b/;
/** “Nothing below high” and “not lower than high”. */
const NOT_BELOW = /\b(?:no|not|nothing|none|never)(?: \w+){0,2} (?:below|under|lower|less)\b/;

/** “At most medium”, “nothing above medium”, “medium or below”: that one and those below it. */
const AT_MOST =
  /\b(?:at (?:the )?most|at worst|up to(?: and including)?|max(?:imum)?|(?<!(?:are|is|were|have|we) )(?<!(?:are|is|were) there )(?:no|not|nothing|none|never)(?: \w+){0,2} (?:(?:worse|higher|above|over|beyond|graver|more (?:severe|serious|critical))(?: than)?|more than))(?: a| the)? (critical|high|medium|low)\b|\b(critical|high|medium|low)s? (?:or|and) (?:below|lower|less(?: severe)?|under|milder|down(?:wards)?)\b/;

/** True where a severity is only what others are worse or milder than. */
export const isBeyondSeverity = (clues: Clues): boolean =>
  clues.says(IS_ABOVE) || clues.says(BELOW) || clues.says(AT_MOST);

/** Severities in the order in which they are said; those above as well where a least one is. */
export function severitiesIn(clues: Clues): string[] {
  const said = Object.entries(severities).filter(([idea]) => clues.has(idea));
  const words = said
    .map(([idea, word]) => ({ word, at: clues.first(idea) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ word }) => word);
  const all = severityWords;
  const [least = ''] = words;
  const [, most, mostBehind] = AT_MOST.exec(clues.text()) ?? [];
  const highest = most ?? mostBehind;
  if (highest !== undefined && words.length === 1) return all.slice(all.indexOf(highest));
  const ceiling = BELOW.exec(clues.text())?.[1];
  if (ceiling !== undefined && words.length === 1)
    return clues.says(NOT_BELOW)
      ? all.slice(0, all.indexOf(ceiling) + 1)
      : all.slice(all.indexOf(ceiling) + 1);
  const limit = clues.says(IS_ABOVE) ? ABOVE.exec(clues.text())?.[1] : undefined;
  if (limit !== undefined) return all.slice(0, all.indexOf(limit));
  return words.length === 1 && isOrWorse(clues) ? all.slice(0, all.indexOf(least) + 1) : words;
}
