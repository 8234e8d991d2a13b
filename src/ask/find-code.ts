import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';

/** A finding by its code. */
export interface FoundCode extends Place {
  id: string;
}

/** As answers show it, and the whole of it. */
const SHOWN = /^(?:[0-9a-f]{8}|[0-9a-f]{16})$/;
/** Four digits are enough for a line. */
const TYPED = /^[0-9a-f]{4,16}$/;
const KIND = /^(?:finding|code|id|fingerprint|number|issue|hash)$/;
const LETTER = /[a-f]/;
const DIGIT = /\d/;

/**
 * The first finding that is named by its code: `1a2b3c4d`. Digits alone, letters alone and the beginning of a
 * code count behind a word for it.
 */
export function findCode(tokens: readonly Token[]): FoundCode | null {
  for (const [at, { text }] of tokens.entries()) {
    const isMixed = LETTER.test(text) && DIGIT.test(text);
    const isCalled = KIND.test(tokens[at - 1]?.word ?? '');
    const isCode = isCalled
      ? SHOWN.test(text) || (isMixed && TYPED.test(text))
      : isMixed && SHOWN.test(text);
    if (isCode)
      return {
        id: text,
        from: isCalled ? at - 1 : at,
        length: isCalled ? 2 : 1,
      };
  }
  return null;
}
