import { clamp, linesIn } from '../../shared/text.ts';
import type { OsRelease } from '../facts/packages.ts';

const ASSIGNMENT = /^([A-Z_]{1,40})=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^"'\s]*))$/;
const LINE_MAX = 1000;
const TEXT_MAX = 100;

/** What an `os-release` file says (man os-release: shell assignments, quoted or not). */
export function readOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of linesIn(text)) {
    const [, name, double, single, bare] = ASSIGNMENT.exec(line.trim().slice(0, LINE_MAX)) ?? [];
    if (name === undefined) continue;
    values.set(name, double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '');
  }
  const value = (name: string) => clamp(values.get(name) ?? '', TEXT_MAX);
  return { id: value('ID'), versionId: value('VERSION_ID'), prettyName: value('PRETTY_NAME') };
}
