import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Demands that a page in docs/ says what this run found; writes it, and fails, where it is missing. */
export function keepPage(name: string, text: string): void {
  const path = join(import.meta.dirname, '../../docs', name);
  const isThere = existsSync(path);
  if (!isThere) writeFileSync(path, text);

  expect(isThere).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe(text);
}
