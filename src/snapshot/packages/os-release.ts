import { clamp } from '../../shared/text.ts';
import type { OsRelease } from '../facts/packages.ts';

const LINE = /^\s*([A-Z_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^"'\s]*))\s*$/;
const TEXT_MAX = 100;

/** What an `os-release` file says (man os-release: shell assignments, quoted or not). */
export function readOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, double, single, bare] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    values.set(name, double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '');
  }
  const value = (name: string) => clamp(values.get(name) ?? '', TEXT_MAX);
  return { id: value('ID'), versionId: value('VERSION_ID'), prettyName: value('PRETTY_NAME') };
}
