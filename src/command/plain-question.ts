import type { UserError } from '../shared/errors.ts';
import type { Command } from './command.ts';
import { plainLine, splitWords } from './plain-line.ts';

/** Words of sentences, which no line of a command has; those of its clauses are not among them. */
const SENTENCE_WORDS = new Set([
  ...[
    'is',
    'are',
    'was',
    'were',
    'do',
    'does',
    'did',
    'can',
    'could',
    'should',
    'would',
    'will',
    'has',
    'have',
  ],
  ...[
    'what',
    'which',
    'who',
    'how',
    'when',
    'where',
    'the',
    'a',
    'an',
    'my',
    'our',
    'your',
    'we',
    'you',
    'i',
  ],
  ...[
    'it',
    'for',
    'of',
    'to',
    'with',
    'please',
    'there',
    'any',
    'tell',
    'show',
    'me',
    'us',
    'that',
    'be',
    'am',
  ],
]);
const WORDS_MIN = 2;
/** One word is no question. */
const QUESTION_WORDS_MIN = 2;

/** True for what reads like a sentence, and has no flags: those belong to commands alone. */
export function isSentence(text: string): boolean {
  const line = plainLine(text);
  if (/(?:^| )--\w/.test(line)) return false;
  if (line.endsWith('?')) return true;
  const words = splitWords(line).map((word) => word.toLowerCase());
  return words.filter((word) => SENTENCE_WORDS.has(word)).length >= WORDS_MIN;
}

/**
 * True for a line that is no command and shall be answered as a question: not a command with a slip, for
 * which `mistake` has a correction, and not one word that means nothing.
 */
export function isQuestion(
  text: string,
  { correctedLine }: UserError,
  commands: readonly Command[],
): boolean {
  if (isSentence(text)) return true;
  const words = splitWords(plainLine(text));
  const isCommand = commands.some(({ name }) => name === words[0]?.toLowerCase());
  return !isCommand && correctedLine === undefined && words.length >= QUESTION_WORDS_MIN;
}
