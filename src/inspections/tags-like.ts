import { nearest } from '../shared/nearest.ts';

/** `registry.example/shop/web:1.2` is called `web` by those who use it. */
const shortName = (tag: string): string => tag.split('/').at(-1)?.split(/[:@]/, 1)[0] ?? tag;

/** Tags that a word probably means, the likeliest first: of that short name, then with the word in it, then by a slip. */
export function tagsLike(word: string, tags: readonly string[]): string[] {
  const small = word.toLowerCase();
  const all = [...new Set(tags)].toSorted();
  const named = all.filter((tag) => shortName(tag) === small);
  const holding = all.filter((tag) => tag.toLowerCase().includes(small));
  const near = nearest(small, all.map(shortName));
  const slips = all.filter((tag) => near !== undefined && shortName(tag) === near);
  return [...new Set([...named, ...holding, ...slips])];
}
