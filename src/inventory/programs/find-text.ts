/** Characters that are looked at together, and how many two such pieces share. */
const PIECE_BYTES = 256 * 1024;
const OVERLAP_BYTES = 4_096;
const EVIDENCE_MAX = 200;
/** How soon that follows which tells a text from others like it. */
const NEAR_CHARACTERS = 1_000;
/** Texts that look like one and are none. */
const CANDIDATES_MAX = 1_000;

/** What a text has to fulfil beside its pattern. */
export interface TextCondition {
  /** The version begins with it. */
  series?: string | undefined;
  /** One of these follows soon. */
  near?: readonly string[] | undefined;
}

export interface FoundText {
  version: string;
  /** The text that it stands in, of printable characters. */
  evidence: string;
}

/**
 * The first text in a program that one of the patterns finds, the first pattern before the second; null
 * where there is none.
 */
export function findText(
  bytes: Buffer,
  patterns: readonly RegExp[],
  condition: TextCondition = {},
): FoundText | null {
  for (const pattern of patterns) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES - OVERLAP_BYTES) {
      const found = findIn(bytes.toString('latin1', at, at + PIECE_BYTES), pattern, condition);
      if (found !== null) return found;
      if (at + PIECE_BYTES >= bytes.length) break;
    }
  }
  return null;
}

function findIn(piece: string, pattern: RegExp, condition: TextCondition): FoundText | null {
  const { series, near } = condition;
  let candidates = 0;
  for (const match of piece.matchAll(pattern)) {
    const version = match.groups?.version ?? '';
    const isOfSeries = series === undefined || `${version}.`.startsWith(`${series}.`);
    const behind = near && piece.slice(match.index, match.index + NEAR_CHARACTERS);
    if (isOfSeries && (near?.some((text) => behind?.includes(text)) ?? true)) {
      return { version, evidence: printable(match[0]) };
    }
    candidates += 1;
    if (candidates > CANDIDATES_MAX) return null;
  }
  return null;
}

/** What is not printable ASCII is a blank, as it only separates texts. */
export const printable = (text: string): string =>
  text
    .replace(/[^ -~]/g, ' ')
    .trim()
    .slice(0, EVIDENCE_MAX);
