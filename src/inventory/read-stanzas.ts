import {
  PACKAGES_MAX,
  TEXT_MAX,
  tooManyPackages,
  UnreadableDatabase,
} from './unreadable-database.ts';

const NEW_LINE = 0x0a;
const COLON = 0x3a;
/** The longest field that anybody wants. */
const FIELD_BYTES_MAX = 12;
/** A source with its version. */
const VALUE_BYTES_MAX = 4 * TEXT_MAX;

/**
 * The paragraphs of a text database, each as the values of the wanted fields. A line is
 * `<field><colon><value>`; one that begins with a blank goes on with the line before and is left
 * out, as is a field that nobody wants, of which no text is made. Throws `UnreadableDatabase`.
 */
export function readStanzas(
  bytes: Uint8Array,
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, string>[] {
  if (bytes.includes(0)) throw new UnreadableDatabase('the package database is not a text');
  const stanzas: Map<string, string>[] = [];
  let current = new Map<string, string>();
  let hasLines = false;
  const close = (): void => {
    if (!hasLines) return;
    stanzas.push(current);
    if (stanzas.length > PACKAGES_MAX) throw tooManyPackages();
    current = new Map();
    hasLines = false;
  };
  for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
    let colon = -1;
    let isEmpty = true;
    for (end = start; end < bytes.length && bytes[end] !== NEW_LINE; end += 1) {
      if (colon === -1 && bytes[end] === COLON) colon = end;
      isEmpty &&= isBlank(bytes[end] ?? 0);
    }
    if (isEmpty) {
      close();
      continue;
    }
    hasLines = true;
    if (colon === -1 || colon - start > FIELD_BYTES_MAX) continue;
    const name = String.fromCharCode(...bytes.subarray(start, colon));
    if (wanted.has(name)) current.set(name, valueIn(bytes.subarray(colon + 1, end)));
  }
  close();
  return stanzas;
}

const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** What is longer than any value of a field that is wanted stays too long. */
const valueIn = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes.subarray(0, VALUE_BYTES_MAX)).trim();
