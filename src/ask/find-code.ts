import type { Place } from './find-subjects.ts';
import type { Token } from './split-question.ts';

export interface FoundCode extends Place {
  id: string;
}

/** As answers show it, and the whole of it. */
const SHOWN = /^(?:[0-9a-f]{8}|[0-9a-f]{16})$/;
/** Four digits are enough for a line. */
const TYPED = /^[0-9a-f]{4,16}$/;
const KIND = /^(?:finding|code|id|fingerprint|number|issue|hash)$/;
/** What has an id of its own: “the container with id 3f4e8a9b1c2d”. */
const OTHERS = /^(?:container|image|host|process|engine)$/;
const OTHERS_WITHIN = 3;
const LETTER = /[a-f]/;
const DIGIT = /\d/;

/**
 * The first finding that is named by its code: `1a2b3c4d`. Digits alone, letters alone and the beginning of a
 * code count behind a word for it. What is a name is none.
 */
export function findCode(
  tokens: readonly Token[],
  isName: (text: string) => boolean,
): FoundCode | null {
  for (const [at, { text }] of tokens.entries()) {
    const before = tokens.slice(Math.max(0, at - OTHERS_WITHIN), at);
    if (isName(text) || before.some(({ word }) => OTHERS.test(word))) continue;
    const isMixed = LETTER.test(text) && DIGIT.test(text);
    const isCalled = KIND.test(tokens[at - 1]?.word ?? '');
    const isCode = isCalled
      ? SHOWN.test(text) || (isMixed && TYPED.test(text))
      : isMixed && SHOWN.test(text);
    if (isCode) return { id: text, from: isCalled ? at - 1 : at, length: isCalled ? 2 : 1 };
  }
  return null;
}
