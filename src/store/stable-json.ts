import { createHash } from 'node:crypto';

/** JSON that is the same for the same content, whatever the order of the keys: databases change it. */
export function stableJson(content: unknown): string {
  if (typeof content !== 'object' || content === null) return JSON.stringify(content) ?? 'null';
  if (Array.isArray(content)) return `[${content.map(stableJson).join(',')}]`;
  const record = content as Readonly<Record<string, unknown>>;
  const fields = sortedKeys(record).flatMap((key) =>
    record[key] === undefined ? [] : `${JSON.stringify(key)}:${stableJson(record[key])}`,
  );
  return `{${fields.join(',')}}`;
}

/** Numbers, which stand first in any object, and then the others as texts. */
function sortedKeys(record: object): string[] {
  const keys = Object.keys(record);
  const firstText = keys.findIndex((key) => !/^(0|[1-9]\d{0,9})$/.test(key));
  if (firstText === 0) return keys.sort();
  return firstText === -1 ? keys : [...keys.slice(0, firstText), ...keys.slice(firstText).sort()];
}

/** The same for the same content, whatever the order of the keys. */
export const hashOf = (content: unknown): string =>
  createHash('sha256').update(stableJson(content)).digest('hex');
