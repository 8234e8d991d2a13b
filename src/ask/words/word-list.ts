/** Phrases by the idea they stand for, parted by `|`; plurals of single words need no entry. */
export type WordList = Readonly<Record<string, string>>;
