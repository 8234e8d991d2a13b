import { createHash } from 'node:crypto';

/**
 * Lines of `sha256sum` for migrations by their names: those that are known, then those of new ones. Throws
 * for a known one that is gone or whose text is another, because databases were made with what it was.
 */
export function addHashes(known: string, migrations: ReadonlyMap<string, string>): string {
  const found = [...migrations].map(([name, text]) => `${hashOf(text)}  migrations/${name}.ts`);
  const lines = known.split('\n').filter(Boolean);
  const other = lines.find((line) => !found.includes(line));
  if (other !== undefined) {
    const name = other.split('  ')[1];
    throw new Error(
      `${name} is not what it was: a released migration stays as it is. Write another one; or, where nobody has it yet, remove its line from the file of hashes.`,
    );
  }
  return `${[...lines, ...found.filter((line) => !lines.includes(line))].join('\n')}\n`;
}

/** Line ends do not count: a checkout may have converted them. */
const hashOf = (text: string): string =>
  createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex');
