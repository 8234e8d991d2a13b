import type { EnvironmentVariable, ValueClass } from '../facts/environment.ts';
import { nameClass } from './secret-names.ts';
import { isPath, isReference, valueClass } from './secret-values.ts';

/**
 * Reads one `NAME=value` of `Config.Env` and keeps the name and what the value looks like. The
 * verdict is by pattern: a secret under an innocent name that looks like nothing known is `plain`.
 */
export function environmentVariable(entry: string): EnvironmentVariable {
  const separator = entry.indexOf('=');
  // An entry without a value asks for the removal of an inherited variable.
  if (separator === -1) return { name: entry, valueClass: 'empty' };
  const name = entry.slice(0, separator);
  return { name, valueClass: classify(name, entry.slice(separator + 1).trim()) };
}

function classify(name: string, value: string): ValueClass {
  if (value === '') return 'empty';
  const byValue = valueClass(value);
  if (byValue !== null) return byValue;
  if (/_FILE$/i.test(name) || /^(file:\/\/)?\/(var\/)?run\/secrets\//.test(value)) {
    return 'file-reference';
  }
  const byName = nameClass(name);
  if (byName === null || isReference(value)) return 'plain';
  return isPath(value) ? 'file-reference' : byName;
}
