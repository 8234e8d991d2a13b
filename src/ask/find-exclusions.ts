import { nicknames } from '../inspections/vulnerability-id.ts';
import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';

const alternatives = (...texts: string[]): string => `(?:${texts.join('|')})`;

/** Words that leave out what follows, whatever stands before them. */
const LEAVES_OUT = alternatives(
  'except(?:ing|ed)?(?: for)?|exept|exclud(?:e|es|ing)|exluding|excl|with (?:the |an )?exception (?:of|for)',
  'other than|else than|elsewhere than|apart from|aside from|(?<!put \\S{1,40} )besides?|minus|sans|barring',
  'leav(?:e|ing) (?:out|aside)|ignor(?:e|ing)|skip(?:ping)?|omit(?:ting)?|never mind|forget about',
  'rather than|instead of',
  '(?:not|without) (?:count|includ|consider|look|touch|mention)(?:e|ing)?(?: at)?|not interested in',
  'not (?:concern|affect|involve|touch|include|cover|count|mean|need)(?:ing)?',
  'not (?:care|bother|worry)(?: about| for)?|not (?:give|show|list|print|send)(?: me| us)?',
  'not (?:a )?(?:belong(?:ing)?|part|member|related|located|hosted|deployed|living|sitting)(?: to| of)?',
);
/** Such that do so behind the whole: “all hosts but web1”; “I looked but web1 …” leaves nothing out. */
const WHOLE = alternatives(
  '(?:every\\w*|any\\w*|all|each)(?: \\w{1,12}){0,2}?',
  '(?:hosts|servers|machines|boxes|teams|environments|fleet|containers|findings|images)(?: (?:in|of|on) \\S{1,30})?',
);
const BUT = '(?:but|save|bar|less)(?: for| not)?|but not';
const BETWEEN = alternatives(
  'in|of|on|for|from|the|with|at|to|label|labelled|those|these|that|what|which|ones?|are|is|runs?',
  'running|belong|hosts?|machines?|servers?|box|boxes|containers?|findings?|team|our|all|my|inside',
  'within|called|named|everything|anything|stuff|things|=',
);
/** “Not in prod”; of images “without containers on web1” says something else. */
const DENIES = '(?:not|non|without|neither|nor|(?<!\\b(?:from|the|to) )outside)';
const BETWEEN_FEW = '(?:in|of|on|for|from|the|with|at|inside|within|our|label|labelled|ones|those)';
const EXCLUDED = new RegExp(
  `(?:^|(?<= ))(?:${LEAVES_OUT}|(?<=(?:^| )${WHOLE} )(?:${BUT})|but not)(?: ${BETWEEN}){0,5} $|` +
    `(?:^|(?<= ))${DENIES}(?: ${BETWEEN_FEW}){0,3} $`,
);
const PLAIN_NOT = ' not(?: (?:affect|the|our|my|all|any|of|in|on)){0,3} $';
/** “Isn't web1 affected?”, “verify that log4shell is not on web1”: said of the place, which is not left out. */
const SAYS_SO = new RegExp(
  '(?:^|\\b(?:why|how|me|if|whether) )(?:is|are|was|were|do|does|did|has|have|had|can|could|should|would|must|will)' +
    `${PLAIN_NOT}|\\b(?:verify|confirm|make sure|assure|proof|prove|ensure|guarantee) .*${PLAIN_NOT}|` +
    `\\b(?:(?:cve|ghsa)-\\S+|${[...nicknames.keys()].join('|')}) (?:is|was|does|did|has|do)${PLAIN_NOT}`,
);
/** “Not only in prod”: names no place alone. */
const NOT_ALONE = /\bnot (?:only|just|merely)(?: (?:in|on|for|of|the|from|at)){0,2} $/;
/** “Prod excluded”, “with web1 left out”. */
const BEHIND =
  /^ (?:(?:hosts?|ones|machines?|servers?|team|environment) )?(?:(?:is|are|being|should be|can be) )?(?:excluded|excepted|aside|exempt(?:ed)?|omitted|skipped|left out|left aside|not included|not counted|out of scope)(?= |$)/;
/** “Leave prod out”. */
const PUT_OUT = / (?:out|aside|alone|off)(?= |$)/;
const PUTS = /(?:^| )(?:leave|leaving|keep|keeping|set|setting)(?: (?:the|our|team))? $/;
/** Between two places that are left out together. */
const JOINED = /^ (?:(?:and|or|nor|plus) (?:(?:in|on|the|of|team) ){0,2}|(?:(?:the|team) ){0,2})$/;
/** “All but the old ones”: what is left out is no place; severities are left out by themselves (`severitiesMeant`). */
const UNSAID =
  /\b(?:except(?:ing|ed)?|excluding|other than|apart from|aside from|besides|exclud\w+|omit\w*|minus|skip(?:ping)?|leaving out|with the exception of|but not (?:the|those|these))\b(?! (?:that|this|it|you|me|us)\b)(?! (?:for )?(?:(?:the|any|all|those) )?(?:crit|critical|high|med|medium|low|minor)s?\b)/;

/** How a place is meant: it, all without it, or not it alone. */
export type Meant = 'it' | 'without it' | 'more than it';

const wordsIn = (text: string): number => text.split(' ').filter((word) => word !== '').length;

/** How the place at some words is meant, and from where on to where that is said. */
export function howMeant(
  texts: readonly string[],
  { from, length }: Place,
): Place & { meant: Meant } {
  const before = texts.slice(0, from).map((text) => `${text} `);
  const led = before.join('');
  const trail = texts
    .slice(from + length)
    .map((text) => ` ${text}`)
    .join('');
  const alone = NOT_ALONE.exec(led)?.[0];
  if (alone !== undefined) {
    const lead = wordsIn(alone);
    return { meant: 'more than it', from: from - lead, length: length + lead };
  }
  const lead = SAYS_SO.test(led) ? 0 : wordsIn(EXCLUDED.exec(led)?.[0] ?? '');
  if (lead > 0) return { meant: 'without it', from: from - lead, length: length + lead };
  const behind = wordsIn(BEHIND.exec(trail)?.[0] ?? '');
  if (behind > 0) return { meant: 'without it', from, length: length + behind };
  const puts = trail.search(PUT_OUT) === 0 ? wordsIn(PUTS.exec(led)?.[0] ?? '') : 0;
  return puts > 0
    ? { meant: 'without it', from: from - puts, length: length + puts + 1 }
    : { meant: 'it', from, length };
}

/** “Is it fixed on web1 but not on prod-2?”: of both it is asked how it is. */
const ASKS_WHETHER =
  /^(?:(?:and|so|but) )*(?:is|are|was|were|do|does|did|has|have|had) (?!there\b|we\b|any\w*\b|you\b)/;

/** Places in their order, each with how it is meant: what is joined to one that is left out is left out too. */
export function allMeant<P extends Place>(tokens: readonly Token[], places: readonly P[]) {
  const texts = tokens.map(({ text }) => text);
  const ordered = places.toSorted((a, b) => a.from - b.from);
  const found: (P & { meant: Meant })[] = [];
  const isOfEach = ASKS_WHETHER.test(texts.join(' ')) && ordered.length > 1;
  for (const place of ordered) {
    const last = found.at(-1);
    const said = howMeant(texts, place);
    const isAsked =
      isOfEach && found.some(({ meant }) => meant === 'it') && texts[said.from] === 'but';
    const own = isAsked ? { ...said, meant: 'it' as const } : said;
    const between = last && ` ${texts.slice(last.from + last.length, place.from).join(' ')} `;
    const isJoined =
      last?.meant === 'without it' && JOINED.test(between?.replace(/ +/g, ' ') ?? '');
    found.push({
      ...place,
      ...own,
      meant: isJoined && own.meant === 'it' ? last.meant : own.meant,
    });
  }
  return found;
}

/** True where something is left out of which no place is known: no line says so. */
export const isExclusionLeft = (tokens: readonly Token[], taken: ReadonlySet<number>): boolean =>
  UNSAID.test(tokens.map(({ text }, at) => (taken.has(at) ? '\u0000' : text)).join(' '));
