/** Phrases by the idea they stand for, parted by `|`; plurals of single words need no entry. */
export type WordList = Readonly<Record<string, string>>;

/** Single words, parted by blanks and ends of lines. */
export const wordSet = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));
