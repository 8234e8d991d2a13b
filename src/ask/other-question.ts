import type { Clues } from './clues.ts';
import { NUMBERS, UNITS } from './durations.ts';
import type { Reading } from './read-question.ts';
import { wordSet } from './words/word-list.ts';

interface Line {
  command: { name: string };
  words: readonly string[];
  ignored: readonly string[];
}

/** True for a line that answers another question than was asked, however well it fits the rest. */
export function isOtherQuestion(one: Line, clues: Clues): boolean {
  const { reading } = clues;
  const { name } = one.command;
  // “What does docker run --help”: an option is no word of a question.
  const isOfOther = (word: string) =>
    word.startsWith('--') || TURNS.has(word) || isBound(word, one);
  return (
    one.ignored.some(isOfOther) ||
    isPastOnly(one, reading) ||
    isBeyondTimes(name, reading) ||
    (name === 'diff' && reading.when === null && isSinceElse(one, reading)) ||
    (SINCE.test(name) && (reading.when?.left ?? []).length > 0) ||
    isOfNobody(one) ||
    one.ignored.some((word) => METADATA.test(word)) ||
    (name === 'findings' && FIXABLE.test(textOf(reading))) ||
    (name === 'findings' && DECIDES.test(textOf(reading))) ||
    (name === 'inspect' && MANY.test(textOf(reading))) ||
    (COUNTED.test(name) && BOUND.test(textOf(reading))) ||
    (ONE_STATE.test(name) && one.ignored.some((word) => SAYS_MORE.test(word))) ||
    one.ignored.some((word) => KEPT.test(word)) ||
    (name === 'hosts' && one.ignored.some((word) => CLEAN.test(word))) ||
    (name === 'images' && one.ignored.includes('signed')) ||
    (OF_TIMES.test(name) && WOULD.test(textOf(reading))) ||
    (name === 'exposure' && WHO_FIXED.test(textOf(reading))) ||
    one.ignored.some((word) => ORDINAL.test(word)) ||
    (clues.isOfRights && TELLS_DONE.test(name))
  );
}

/** “Images nobody pulled”, “exceptions that nobody reviewed”: who uses none is told, and nothing else that nobody did. */
const isOfNobody = ({ command: { name }, words, ignored }: Line): boolean =>
  ignored.some((word) => /^(?:nobody|none)$/.test(word)) &&
  ((name === 'images' && !words.includes('unused')) ||
    (name === 'findings' && /^(?:accepted|expiring)$/.test(words[0] ?? '')));

/** What shows how things are: neither what somebody changed nor which of them have vulnerabilities. */
const ONE_STATE = /^(?:containers|controls|inspect|isolation)$/;
const SAYS_MORE =
  /^(?:changed|modified|altered|tampered|zero|criticals?|exploited|exploitable|vulnerabilit(?:y|ies)|cves?)$/;

/** “How long is history kept?” */
const KEPT = /^(?:kept|stored|retained|retention)$/;

/** “Which hosts are clean?”: each stands with its findings, and none is left out. */
const CLEAN = /^(?:clean|spotless|flawless|immaculate|perfect)$/;

/** “Criticals that have a fix”: no list tells which of them have one. */
const FIXABLE =
  /\b(?:with|without|has|have|having|got|there (?:is|are)) (?:an? |no |any |the )?(?:\w+ )?(?:fix(?:es)?|patch(?:es)?)\b(?! (?:first|next|for|on)\b)|\b(?:un)?(?:fix|patch)able\b/;

/** “Accept all lows”: those are decided one by one. */
const DECIDES = /^(?:accept|waive|tolerate|exempt|unaccept)\b/;

/** What a cloud tells its machines is not read. */
const METADATA = /^(?:metadata|imds|169\.254\.169\.254)$/;

/** “Which containers use the postgres image” is not told by one, and “pull the new nginx image” by none. */
const MANY =
  /^(?:(?:which|what|how many) (?:containers|workloads|services)\b|pull (?!up\b|out\b).*\bimage$)/;

/** “At least two capabilities”, “lived less than a minute”: a list has all, be it one or hours. */
const COUNTED = /^(?:containers|findings)$/;
const BOUND = new RegExp(
  `\\b(?:(?:at least|at most|exactly) (?:${NUMBERS}) (?!times?\\b)|(?:more|less|fewer|shorter) than (?:${NUMBERS}) |under (?:${NUMBERS}) (?:seconds?|${UNITS})\\b)`,
);

/** “What would happen to the score if we fixed that?”: a list says how it is. */
const WOULD = /\bwould\b.*\bif\b|\bif\b.*\bwould\b/;

const textOf = ({ tokens }: Reading): string => tokens.map(({ text }) => text).join(' ');

/** “The second worst host”: a list has no place that a line names. */
const ORDINAL = /^(?:second|third|fourth|fifth|2nd|3rd|4th|5th)$/;

/** “Who patched CVE-…?”: who has it is another question. */
const WHO_FIXED =
  /^who (?:has |have |had )?(?:already )?(?:fixed|patched|closed|resolved|found|discovered|reported|published)\b/;

/** What was done, and not who may. */
const TELLS_DONE = /^(?:execs|audit)$/;

/** What denies something or sets a condition: a line that makes no use of it answers another question. */
const TURNS = wordSet(`
unless except excepting excluding besides without neither nor never lest minus sans barring whenever nowhere outside
`);

/** “Was redis privileged a week ago?”: how it is now is another answer. */
const isPastOnly = (one: Line, { tokens, when }: Reading): boolean =>
  when !== null &&
  /^(?:was|were|had)$/.test(tokens[0]?.text ?? '') &&
  one.command.name === 'inspect' &&
  one.ignored.includes(tokens[when.from]?.text ?? '');

/**
 * “Openssl from 3.0.0 to 3.0.15”: a line says one bound, which without the other is another question. So are
 * containers that publish any port, where one is named.
 */
const isBound = (word: string, { command, words }: Line): boolean =>
  (command.name === 'containers' && /^\d{2,5}$/.test(word)) ||
  (command.name === 'exposure' &&
    /[<>=]/.test(words[0] ?? '') &&
    /^v?\d+(?:\.[\w-]+)+$/.test(word));

/** “Older than a month”, “open for over 30 days”, “two weeks old”: how long it has been so. */
const FOR_LONG = new RegExp(
  `\\b(?:(?:older|longer|more|earlier) than|for (?:over|at least|the entire)|(?:open|up|running|alive|there) over|>)(?: about| around| the (?:last|past))* (?:${NUMBERS}) ?(?:${UNITS}|mo|[hdwy])\\b|` +
    `\\b(?:${NUMBERS}) (?:${UNITS}) (?:old|or (?:older|more|longer))\\b`,
);
/** True where a question asks how long something has been so, which no clause says. */
export const isForLong = (reading: Reading): boolean => FOR_LONG.test(textOf(reading));
/** Containers that were there since then may be older. */
const YOUNGER = new RegExp(
  `\\b(?:newer|younger|more recent) than (?:${NUMBERS}) ?(?:${UNITS}|mo|[hdwy])\\b`,
);
/** “Before November”, “until yesterday”: stands before a time that is an end. */
const ENDS = /\b(?:before|until|till|prior to|up to|earlier than|older than)(?: the| last)?$/;
/** “What ran at night”: in which one? */
const NIGHTLY = /^(?:at|by) night$/;

/** “How many criticals were there last Monday?”: a count of then, and not of what came since. */
const WERE_THERE = /\bhow many\b.{0,60}\b(?:were there|did we have|had we)\b/;

/** What lists things since a time, up to now: a stretch that ends before is another question. */
const SINCE = /^(?:findings|containers|diff|history|execs|audit|exposure)$/;

/** “New since lunch”, “since the release”: no line says when that was, and one without a time is of a day. */
const isSinceElse = ({ ignored }: Line, { tokens }: Reading): boolean => {
  const at = tokens.findIndex(({ text }) => text === 'since');
  return at >= 0 && tokens.slice(at + 1, at + 4).some(({ text }) => ignored.includes(text));
};

/** What lists things by when they began or were so, and has no word for an end or an age. */
const OF_TIMES = /^(?:findings|containers|diff|history|execs|audit)$/;

/**
 * True where a question asks for what is older than a time or was so before it, or in no one night: a line of that command
 * says since when or at what time, which is another question.
 */
function isBeyondTimes(command: string, reading: Reading): boolean {
  const { tokens, when, age, deadline } = reading;
  if (!OF_TIMES.test(command) || age !== null || deadline !== null) return false;
  const texts = tokens.map(({ text }) => text);
  const said = texts.join(' ');
  if (isForLong(reading) || (command === 'containers' && YOUNGER.test(said))) return true;
  if (when === null) return false;
  const time = texts.slice(when.from, when.from + when.length).join(' ');
  const isCount = command === 'findings' && when.clause === 'since' && WERE_THERE.test(said);
  if (isCount && !/^since\b/.test(time)) return true;
  return NIGHTLY.test(time) || ENDS.test(texts.slice(0, when.from).join(' '));
}
