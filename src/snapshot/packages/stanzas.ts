import { PACKAGES_MAX, UnreadableDatabase } from './unreadable-database.ts';

/**
 * The paragraphs of a text database, each as the values of the wanted fields. A line is
 * `<field><colon><value>`; one that begins with a blank goes on with the line before and is left
 * out, as is a field that nobody wants. Throws `UnreadableDatabase`.
 */
export function readStanzas(
  text: string,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, string>[] {
  if (text.includes('\0')) throw new UnreadableDatabase('the package database is not a text');
  const stanzas: Map<string, string>[] = [];
  let current = new Map<string, string>();
  let hasLines = false;
  const close = (): void => {
    if (hasLines) stanzas.push(current);
    if (stanzas.length > PACKAGES_MAX) {
      throw new UnreadableDatabase(`the package database lists more than ${PACKAGES_MAX} packages`);
    }
    current = new Map();
    hasLines = false;
  };
  for (const line of text.split('\n')) {
    if (line.trim() === '') {
      close();
      continue;
    }
    hasLines = true;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon));
    if (wanted.has(name)) current.set(name, line.slice(colon + 1).trim());
  }
  close();
  return stanzas;
}
