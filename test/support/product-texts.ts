import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

/** A text that somebody reads, and the file that it stands in. */
export interface ProductText {
  file: string;
  text: string;
}

/** Every string and template of TypeScript sources, values in templates as `…`; no comment. */
export function textsOf(file: string, source: string): ProductText[] {
  const found: ProductText[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value, quasis } = node as {
      type?: string;
      value?: unknown;
      quasis?: { cooked: string | null }[];
    };
    if (type === 'ImportDeclaration') return;
    if (type === 'StringLiteral' && typeof value === 'string') found.push({ file, text: value });
    if (type === 'TemplateLiteral' && quasis !== undefined) {
      found.push({ file, text: quasis.map(({ cooked }) => cooked ?? '').join('…') });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseSync(source, { syntax: 'typescript', target: 'es2024' }));
  return found;
}

/** Paths below folders of the project that end so. */
export const filesIn = (folders: readonly string[], ending: string): string[] =>
  folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
      .map((entry) => join(entry.parentPath, entry.name)),
  );

export const read = (path: string): string => readFileSync(path, 'utf8');
