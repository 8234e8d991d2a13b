import { harmlessJson } from '../shared/text.ts';

/** A value as indented JSON for a file or a terminal, harmless and with the same meaning. */
export const safeJson = (value: unknown): string =>
  `${harmlessJson(JSON.stringify(value, null, 2))}\n`;
