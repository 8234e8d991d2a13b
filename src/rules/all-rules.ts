import * as catalogue from './catalogue/index.ts';
import type { Rule } from './rule.ts';

/** Every rule, in the order of their ids. A file of the catalogue has one, or a list of kindred ones. */
export const allRules = Object.values(catalogue)
  .flat()
  .sort((a, b) => (a.id < b.id ? -1 : 1)) as unknown as readonly Rule[];
