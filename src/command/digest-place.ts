import { UserError } from '../shared/errors.ts';

/** The channel that a line about digests is about. */
export interface DigestPlace {
  channel: string;
  /** What a line needs at its end to mean the same channel: ` in C0123456789`, or nothing. */
  lineEnd: string;
}

const TERMINAL = 'terminal';

/**
 * Takes `in <channel id>` off the words. In a channel it may name that channel alone, since permission
 * may hang on it; the terminal has no channel and needs one. Throws `UserError`.
 */
export function digestPlace(
  words: readonly string[],
  askedIn: string,
): { words: readonly string[]; place: DigestPlace } {
  const at = words.findLastIndex((word) => word.toLowerCase() === 'in');
  const named = at < 0 ? undefined : words[at + 1]?.replace(/^#/, '');
  const isNamed = named !== undefined && /^[CGD][A-Z0-9]{2,}$/.test(named);
  const own = isNamed ? words.filter((_word, index) => index !== at && index !== at + 1) : words;
  const line = ['digest', ...own].join(' ');
  if (askedIn !== TERMINAL) {
    if (!isNamed || named === askedIn) {
      return { words: own, place: { channel: askedIn, lineEnd: '' } };
    }
    throw new UserError('A digest is looked after in its own channel.', {
      hint: 'Type the line there.',
      correctedLine: line,
    });
  }
  if (isNamed) return { words: own, place: { channel: named, lineEnd: ` in ${named}` } };
  throw new UserError('A digest belongs to a channel, and the terminal is none.', {
    hint: `Name it by its id: ${line} in C0123456789.`,
  });
}
