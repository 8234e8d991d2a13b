import { maskSecrets } from './mask-secrets.ts';
import { clamp } from './text.ts';

const CHARACTERS_MAX = 200;

/**
 * What an engine, an edge, ssh or a probe complains of, as it may be kept and shown: one line of at most 200
 * characters, without what may be a secret. There is no other way for such text into an error.
 */
export function foreignMessage(text: string): string {
  const line = maskSecrets(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return clamp(line, CHARACTERS_MAX);
}
