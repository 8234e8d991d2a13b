const WORDS: Readonly<Record<'yes' | 'no', readonly string[]>> = {
  yes: ['1', 't', 'T', 'true', 'True', 'TRUE'],
  no: ['0', 'f', 'F', 'false', 'False', 'FALSE'],
};

/** What Go's `strconv.ParseBool`, by which engines read switches, makes of a word; null for what it refuses. */
export function goBoolean(word: string): boolean | null {
  if (WORDS.yes.includes(word)) return true;
  return WORDS.no.includes(word) ? false : null;
}
