import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { listFiles } from './source-files.ts';

/**
 * Copies sources into a folder as plain JavaScript, for tools that take nothing else; libraries and
 * recordings are found there as well. `roots` are folders or files of the project.
 */
export function stripSources(roots: readonly string[], folder: string): void {
  for (const path of listFiles(roots, '.ts')) {
    const source = stripTypeScriptTypes(readFileSync(path, 'utf8'));
    const target = join(folder, path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    // Only names of files end so within quotes.
    writeFileSync(target, source.replaceAll(/(['"]\.{1,2}\/[^'"\n]*)\.ts(['"])/g, '$1.js$2'));
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  cpSync('test/recordings', join(folder, 'test/recordings'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
}
