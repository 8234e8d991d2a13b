/** Characters that are looked at together, and how many two such pieces share. */
const PIECE_BYTES = 4 * 1024 * 1024;
const OVERLAP_BYTES = 4_096;
const EVIDENCE_MAX = 200;
/** Texts that look like one and are of another version than the name of the file says. */
const CANDIDATES_MAX = 1_000;

export interface FoundText {
  version: string;
  /** The text that it stands in, of printable characters. */
  evidence: string;
}

/**
 * The first text in a program that one of the patterns finds, the first pattern before the second; null
 * where there is none. A `series` is what the version has to begin with.
 */
export function findText(
  bytes: Buffer,
  patterns: readonly RegExp[],
  series?: string,
): FoundText | null {
  for (const pattern of patterns) {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES - OVERLAP_BYTES) {
      const found = findIn(bytes.toString('latin1', at, at + PIECE_BYTES), pattern, series);
      if (found !== null) return found;
      if (at + PIECE_BYTES >= bytes.length) break;
    }
  }
  return null;
}

function findIn(piece: string, pattern: RegExp, series: string | undefined): FoundText | null {
  let candidates = 0;
  for (const match of piece.matchAll(pattern)) {
    const version = match.groups?.version ?? '';
    if (series === undefined || `${version}.`.startsWith(`${series}.`)) {
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
