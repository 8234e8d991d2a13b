import type { UserError } from '../shared/errors.ts';
import { nearest } from '../shared/nearest.ts';
import type { Command } from './command.ts';
import { plainLine, splitWords } from './plain-line.ts';

/** Words that begin a question and no command. */
const OPENINGS = new Set([
  ...[
    'what',
    'which',
    'who',
    'whose',
    'how',
    'when',
    'where',
    'is',
    'are',
    'was',
    'were',
    'do',
    'does',
  ],
  ...['did', 'can', 'could', 'should', 'would', 'will', 'has', 'have'],
]);
/** Words of sentences, which no line of a command has; those of its clauses are not among them. */
const SENTENCE_WORDS = new Set([
  ...[
    ...OPENINGS,
    'the',
    'a',
    'an',
    'my',
    'our',
    'your',
    'we',
    'you',
    'i',
    'it',
    'for',
    'of',
    'to',
  ],
  ...['with', 'please', 'there', 'any', 'tell', 'show', 'me', 'us', 'that', 'be', 'am'],
]);
const SENTENCE_WORDS_MIN = 2;
/** One word is no question. */
const QUESTION_WORDS_MIN = 2;
/** Nor are these; they are no mistake either. */
const GREETINGS = new Set(
  'thanks thx ty cheers kudos hello hullo hi hey welcome bye goodbye great nice perfect awesome'.split(
    ' ',
  ),
);

/** True for what reads like a sentence, and has no flags: those belong to commands alone. */
export function isSentence(text: string): boolean {
  const line = unquoted(text);
  if (/(?:^| )--\w/.test(line)) return false;
  if (line.endsWith('?')) return true;
  const words = splitWords(line).map((word) => word.toLowerCase());
  if (OPENINGS.has(words[0] ?? '') && words.length >= QUESTION_WORDS_MIN) return true;
  return words.filter((word) => SENTENCE_WORDS.has(word)).length >= SENTENCE_WORDS_MIN;
}

/** Two things that are named as sentences do it; lines of commands join hosts alone, behind “on”. */
const isJoined = (text: string): boolean =>
  / (?:and|with|vs\.?|versus|against) /i.test(` ${text} `.replace(/ on .*/i, ' '));

/**
 * True for a line that is no command and shall be answered as a question: not a command with a slip, for
 * which `mistake` may have a correction, and not one word that means nothing.
 */
export function isQuestion(
  text: string,
  { correctedLine }: UserError,
  commands: readonly Command[],
): boolean {
  if (isSentence(text) || isGreeting(text)) return true;
  const [first = '', ...rest] = splitWords(unquoted(text));
  const named = commands.find(({ name }) => name === first.toLowerCase());
  if (named?.task === 'ask' && isJoined(unquoted(text))) return true;
  const names = commands.map(({ name }) => name);
  const isSlip = correctedLine !== undefined || nearest(first, names) !== undefined;
  return !isSlip && rest.length + 1 >= QUESTION_WORDS_MIN;
}

const isGreeting = (text: string) =>
  GREETINGS.has(
    plainLine(text)
      .toLowerCase()
      .replaceAll(/[!.,)(:~]/g, '')
      .trim(),
  );

/** The line without quotes around all of it, as a terminal hands on what is one argument. */
function unquoted(text: string): string {
  const line = plainLine(text);
  return /^"[^"]*"$/.test(line) ? line.slice(1, -1) : line;
}
