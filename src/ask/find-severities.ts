import type { Clues } from './clues.ts';

const severities = { CRITICAL: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low' } as const;
/** In their order, the worst first. */
export const severityWords: readonly string[] = Object.values(severities);

/** True where a question names a severity. */
export const isGraded = (clues: Clues): boolean => clues.has(Object.keys(severities).join('|'));

const OR_WORSE =
  /\b(critical|high|medium|low)s? (?:or|and) (?:worse|higher|above|up|upwards|more severe|more)\b|\bat least (high|medium|low)\b/;

/** “High or worse”. */
export const isOrWorse = (clues: Clues): boolean => OR_WORSE.test(gradedText(clues));

/** The words of a question, with severities as they are called: “crits” is “critical”. */
function gradedText({ reading: { tokens, mentions } }: Clues): string {
  const words = tokens.map(({ text }) => text);
  for (const { idea, from, length } of mentions) {
    const word = severities[idea as keyof typeof severities];
    if (word !== undefined) words.splice(from, length, word, ...Array(length - 1).fill(''));
  }
  return words.join(' ').replaceAll(/ +/g, ' ');
}

const either = (...texts: string[]): string => `(?:${texts.join('|')})`;
const SEVERITY = either(...severityWords);
/** “Highs and the mediums”, “critical or high”. */
const GROUP = `(?: (?:and|or|nor|the))* ${SEVERITY}(?:(?: (?:and|or|nor|the|also))* ${SEVERITY})*\\b`;
const BETWEEN = '(?: (?:the|any|all|those|of|that|are|is|about|interested|in))*';
/** “Not only high”, “do not show only high”: more than what is named. */
const MORE_THAN = new RegExp(
  '\\bnot (?:(?:only|just|merely|solely|exclusively)(?: (?:show|list|display|give|send))?|(?:\\w+ ){0,2}?(?:show|list|display|give|send|want|need|see)(?: (?:me|us|to|see)){0,3} (?:only|just))' +
    `(?=(?: (?:me|us|on|for|about))?${BETWEEN}${GROUP})`,
);
/** What leaves out the severities behind it. */
const LEAVES_OUT = either(
  'without|minus|except(?:ing)?(?: for)?|excluding|excl|other than|apart from|omit(?:ting)?|drop(?:ping)?|hid(?:e|ing)',
  'skip(?:ping)?|ignor(?:e|ing)|leav(?:e|ing) out|non(?= )',
  '(?:everything|anything|all|any|those|findings?|problems?|issues?|them) but(?! (?:not?|only|also|just)\\b)',
  '(?:but|just|please) (?:not?|none of)|neither',
  `(?:not|nor|never)(?=(?: (?:the|any))? ${SEVERITY}\\b)`,
  'not?(?= (?:\\w+ ){0,4}ones?\\b)',
);
/** What may only say what nobody wants to see from now on. */
const DENIES = either(
  'not (?:\\w+ ){0,2}?(?:show|list|display|give|send|include|want|need|print|see|care|bother)(?: (?:me|us|to|see|have|about|with|much))*',
  // “No criticals” asks whether there are any.
  '^no(?= (?:low|medium)\\b| (?:\\w+ ){1,4}(?:only|just)\\b)',
);
const LEFT_OUT = new RegExp(`\\b${LEAVES_OUT}${BETWEEN}${GROUP}`, 'g');
const DENIED = new RegExp(`\\b${either(LEAVES_OUT, DENIES)}${BETWEEN}${GROUP}`, 'g');
/** “Only high, no medium”: denied where others are named. */
const NONE_OF = new RegExp(`\\bno${BETWEEN}${GROUP}`, 'g');

/** “All but the low ones on web1”: those of other hosts may be wanted. */
const LEFT_OUT_THERE = new RegExp(
  `\\b(?:except|excluding|but|other than|apart from)\\b(?: for)?${BETWEEN}${GROUP}(?: \\w+)? (?:on|in|at|from|of)\\b`,
);

const gradesIn = (text: string): string[] =>
  severityWords.filter((word) => new RegExp(`\\b${word}\\b`).test(text));

/** Severities as they stand in a question: those that it leaves out, and the others that it names. */
function sides(said: string): { denied: string[]; kept: string[]; isNone: boolean } {
  const text = said.replace(MORE_THAN, 'more than');
  const rest = text.replaceAll(DENIED, ' ');
  const kept = gradesIn(rest.replaceAll(NONE_OF, ' '));
  const denied = gradesIn((text.match(DENIED) ?? []).join(' '));
  const none = kept.length === 0 ? [] : gradesIn((rest.match(NONE_OF) ?? []).join(' '));
  const isDenied = (word: string) => denied.includes(word) || none.includes(word);
  return { denied: severityWords.filter(isDenied), kept, isNone: none.length > 0 };
}

/** Severities that the question leaves out, in their order. */
export const severitiesDenied = (clues: Clues): string[] => sides(gradedText(clues)).denied;

/** “Are there only lows?”: what else there is tells. */
const WHETHER =
  /^(?:(?:and|so|but|now|then) )*(?:(?:is|are|was|were|do(?! not\b)|does|did|has|have|had)|(?:we|they|there|i) (?:\w+ )?(?:have|has|are|is|see))(?: not)? /;
const ALONE = new RegExp(
  `\\b(?:only|just|nothing but|merely)${BETWEEN} ${SEVERITY}\\b|\\b${SEVERITY}(?: (?:ones?|findings?|issues?|problems?|left))* only\\b`,
);
const ALL_OF = new RegExp(
  `^(?:is|are) (?:everything|all(?: (?:of|the|our|open|remaining|those|findings|problems|issues|risks))*) ${SEVERITY}\\b`,
);
/** Hosts or images that have some and none of others are no findings. */
const OF_OTHERS =
  /\b(?:hosts?|servers?|machines?|box(?:es)?|nodes?|images?|containers?|services?|teams?|who)\b(?: \w+){0,3}? (?:with|have|has|having|got|without)\b/;
const FINDINGS = /\b(?:findings?|problems?|issues?|risks?|violations?|ones|wrong|everything)\b/;

/**
 * Severities that are asked for; none where all are, and null where that is not clear. What is left out is none of
 * them; whether there is nothing but some is told by all.
 */
export function severitiesMeant(clues: Clues): readonly string[] | null {
  const text = gradedText(clues);
  const { kept, denied, isNone } = sides(text);
  const isWhether = WHETHER.test(text);
  const isOfAll = ALL_OF.test(text) || (isNone && kept.length > 0) || ALONE.test(text);
  if (isWhether && isOfAll && !MORE_THAN.test(text)) return [];
  if (denied.length === 0) {
    const said = severitiesIn(clues);
    return MORE_THAN.test(text) && said.length === 1 ? [] : said;
  }
  const isBounded = isBeyondSeverity(clues) || isOrWorse(clues) || MORE_THAN.test(text);
  const isElsewhere = kept.length > 0 && clues.reading.hosts.length > 1;
  const isBoth = kept.some((word) => denied.includes(word));
  if (isBounded || isElsewhere || isBoth || OF_OTHERS.test(text)) return null;
  if (kept.length > 0) return severitiesIn(clues).filter((word) => kept.includes(word));
  const leftOut = gradesIn((text.match(LEFT_OUT) ?? []).join(' '));
  const isLeft = leftOut.length === denied.length;
  return isLeft && FINDINGS.test(text) && !isWhether && !LEFT_OUT_THERE.test(text)
    ? severityWords.filter((word) => !denied.includes(word))
    : null;
}

/** “At most medium”, “nothing above medium”, “medium or below”: that one and those below it. */
const AT_MOST =
  /\b(?:at (?:the )?most|at worst|up to(?: and including)?|max(?:imum)?|(?<!(?:are|is|were|have|we) )(?<!(?:are|is|were) there )(?:no|not|nothing|none|never)(?: \w+){0,2} (?:(?:worse|higher|above|over|beyond|graver|more (?:severe|serious|critical))(?: than)?|more than))(?: a| the)? (critical|high|medium|low)\b|\b(critical|high|medium|low)s? (?:or|and) (?:below|lower|less(?: severe)?|under|milder|down(?:wards)?)\b/;
/** “Findings below high”: those below it alone. */
const BELOW =
  /\b(?:below|under|(?:lower|lesser|milder|smaller|less (?:than|severe|serious|grave|bad|critical|urgent)(?: than)?) ?(?:than)?)(?: a| the)? (critical|high|medium)\b/;
/** “Nothing below high” and “not lower than high”: that one and those above it. */
const NOT_BELOW = /\b(?:no|not|nothing|none|never)(?: \w+){0,2} (?:below|under|lower|less)\b/;
const IS_ABOVE = /\b(?:than|above|over|beyond)(?: a| the)? (?:high|medium|low)\b/;
/** “Anything worse than medium”: those above it alone. */
const ABOVE =
  /\b(?:wors|graver?|high|severe|serious|above|over|beyond|more than|more critical|dangerous|important|urgent)\w*(?: than)?(?: a| the)? (high|medium|low)\b/;

/** True where a severity is only what others are worse or milder than. */
export const isBeyondSeverity = (clues: Clues): boolean =>
  [IS_ABOVE, BELOW, AT_MOST].some((form) => clues.says(form));

/** Which of all are meant by what is said of the one at a place; the first that fits counts. */
const BOUNDS: readonly (readonly [RegExp, (at: number, clues: Clues) => readonly string[]])[] = [
  [AT_MOST, (at) => severityWords.slice(at)],
  [
    BELOW,
    (at, clues) =>
      clues.says(NOT_BELOW) ? severityWords.slice(0, at + 1) : severityWords.slice(at + 1),
  ],
  [ABOVE, (at) => severityWords.slice(0, at)],
  [OR_WORSE, (at) => severityWords.slice(0, at + 1)],
];

/** Severities in the order in which they are said, or those that are beyond the one. */
function severitiesIn(clues: Clues): readonly string[] {
  const said = Object.entries(severities)
    .filter(([idea]) => clues.has(idea))
    .toSorted(([a], [b]) => clues.first(a) - clues.first(b));
  // “More critical than medium” names another one.
  const isOfOne = ([form]: (typeof BOUNDS)[number]) =>
    form === ABOVE ? clues.says(IS_ABOVE) : said.length === 1;
  for (const [form, meant] of BOUNDS.filter(isOfOne)) {
    const [, before, behind] = form.exec(gradedText(clues)) ?? [];
    const bound = before ?? behind;
    if (bound !== undefined) return meant(severityWords.indexOf(bound), clues);
  }
  return said.map(([, word]) => word);
}
