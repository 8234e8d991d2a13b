import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Paths below the folders, from the root of the project, that end in `ending`; sorted. */
export function listFiles(folders: readonly string[], ending: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => path.endsWith(ending))
    .sort();
}

export interface Line {
  path: string;
  number: number;
  text: string;
}

/** Every line of a file; lines count from 1. */
export function linesOf(path: string): Line[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.map((text, index) => ({ path, number: index + 1, text }));
}

/** Lines of a Markdown file outside of its code blocks. */
export function proseOf(path: string): Line[] {
  let isCode = false;
  return linesOf(path).filter(({ text }) => {
    const isFence = /^\s*```/.test(text);
    if (isFence) isCode = !isCode;
    return !isFence && !isCode;
  });
}

const IMPORTED = /(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g;

/** Those of the files that import one by a written path, at whatever remove; without itself. */
export function importersOf(path: string, files: readonly string[]): Set<string> {
  const importers = Map.groupBy(
    files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(IMPORTED)].map(([, name = '']) => ({
        file,
        imported: join(dirname(file), name),
      })),
    ),
    ({ imported }) => imported,
  );
  const found = new Set<string>();
  const waiting = [path];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const { file } of importers.get(one) ?? []) {
      if (found.has(file)) continue;
      found.add(file);
      waiting.push(file);
    }
  }
  return found;
}
