import { NUMBERS, UNITS } from './durations.ts';
import type { Reading } from './read-question.ts';

/** “Older than a month”, “open for over 30 days”, “two weeks old”: how long it has been so. */
const FOR_LONG = new RegExp(
  `\\b(?:(?:older|longer|more|earlier) than|for (?:over|at least|the entire)|(?:open|up|running|alive|there) over|>)(?: about| around| the (?:last|past))* (?:${NUMBERS}) ?(?:${UNITS}|mo|[hdwy])\\b|` +
    `\\b(?:${NUMBERS}) (?:${UNITS}) (?:old|or (?:older|more|longer))\\b`,
);
/** “Before November”, “until yesterday”: stands before a time that is an end. */
const ENDS = /\b(?:before|until|till|prior to|up to|earlier than|older than)(?: the| last)?$/;
/** “What ran at night”: in which one? */
const NIGHTLY = /^(?:at|by) night$/;

/** What lists things by when they began or were so, and has no word for an end or an age. */
const OF_TIMES = /^(?:findings|containers|diff|history|execs|audit)$/;

/**
 * True where a question asks for what is older than a time or was so before it, or in no one night: a line of that command
 * says since when or at what time, which is another question.
 */
export function isBeyondTimes(command: string, { tokens, when, age, deadline }: Reading): boolean {
  if (!OF_TIMES.test(command) || age !== null || deadline !== null) return false;
  const texts = tokens.map(({ text }) => text);
  if (FOR_LONG.test(texts.join(' '))) return true;
  if (when === null) return false;
  const said = texts.slice(when.from, when.from + when.length).join(' ');
  return NIGHTLY.test(said) || ENDS.test(texts.slice(0, when.from).join(' '));
}
