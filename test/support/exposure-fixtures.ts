import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The lines of a compressed file of `test/exposure/fixtures`, without comments and empty ones. */
export function fixtureLines(name: string): string[] {
  const text = gunzipSync(readFileSync(`test/exposure/fixtures/${name}.gz`)).toString('utf8');
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !/^(?:#|\/\/)/.test(line));
}

/** The rows of a compressed table, by the names in its first line. */
export function fixtureRows(name: string): Record<string, string>[] {
  const [head = '', ...lines] = fixtureLines(`${name}.tsv`);
  const names = head.split('\t');
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(names.map((column, index) => [column, values[index] ?? '']));
  });
}
