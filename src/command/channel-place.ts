import { UserError } from '../shared/errors.ts';

/** The channel that a line is about which says what a channel gets. */
export interface ChannelPlace {
  channel: string;
  /** What a line needs at its end to mean the same channel: ` in C0123456789`, or nothing. */
  lineEnd: string;
}

const TERMINAL = 'terminal';

const said = {
  digest: {
    elsewhere: 'Run this in the channel that gets the digest.',
    nowhere: 'A digest belongs to a channel, and a terminal is not one.',
    asked: 'preview',
  },
  alerts: {
    elsewhere: 'Run this in the channel that gets the alerts.',
    nowhere: 'Alerts belong to a channel, and a terminal is not one.',
    asked: 'status',
  },
} as const;

/** True where a word and the one behind it say a channel: `in C0123456789`. */
const isPlaceWord = (word: string, next: string | undefined): boolean =>
  word.toLowerCase() === 'in' && /^#?[CGD][A-Z0-9]{2,}$/.test(next ?? '');

/** The last `in <channel id>`, wherever it stands, apart from the other words; empty where there is none. */
export function splitPlace(words: readonly string[]): {
  own: readonly string[];
  place: readonly string[];
} {
  const at = words.findLastIndex((word, index) => isPlaceWord(word, words[index + 1]));
  if (at < 0) return { own: words, place: [] };
  return { own: words.toSpliced(at, 2), place: words.slice(at, at + 2) };
}

/**
 * Takes `in <channel id>` off the words. In a channel it may name that channel alone, since permission
 * may hang on it; the terminal has no channel and needs one. Throws `UserError`.
 */
export function channelPlace(
  verb: keyof typeof said,
  words: readonly string[],
  askedIn: string,
): { words: readonly string[]; place: ChannelPlace } {
  const { own, place } = splitPlace(words);
  const named = place[1]?.replace(/^#/, '');
  const line = [verb, ...own].join(' ');
  if (askedIn !== TERMINAL) {
    if (named === undefined || named === askedIn) {
      return { words: own, place: { channel: askedIn, lineEnd: '' } };
    }
    throw new UserError(said[verb].elsewhere, {
      hint: 'Type the line there.',
      correctedLine: line,
    });
  }
  if (named !== undefined)
    return { words: own, place: { channel: named, lineEnd: ` in ${named}` } };
  const example = own.length > 0 ? line : `${verb} ${said[verb].asked}`;
  throw new UserError(said[verb].nowhere, {
    hint: `Name it by its id: ${example} in C0123456789.`,
  });
}
