import { harmlessJson } from '../shared/text.ts';
import { yieldToEvents } from '../shared/yield-to-events.ts';

/** A value as indented JSON for a file or a terminal, harmless and with the same meaning. */
export const safeJson = (value: unknown): string =>
  `${harmlessJson(JSON.stringify(value, null, 2))}\n`;

/** Characters that are written before waiting events have their turn. */
const TURN_LENGTH = 200_000;
/** Lists of findings stand no deeper than that. */
const DEPTH = 4;

/** The same text as `safeJson`, of a value that may have many megabytes: waiting events run in between. */
export async function safeJsonInTurns(value: unknown): Promise<string> {
  const written: string[] = [];
  let length = 0;
  for (const piece of piecesOf(value, '', DEPTH)) {
    const harmless = harmlessJson(piece);
    written.push(harmless);
    length += harmless.length;
    if (length < TURN_LENGTH) continue;
    length = 0;
    await yieldToEvents();
  }
  written.push('\n');
  return written.join('');
}

/** What `JSON.stringify` gives with two blanks, in pieces; `indent` stands before each line but the first. */
function* piecesOf(value: unknown, indent: string, depth: number): Generator<string> {
  const entries = depth === 0 ? [] : entriesOf(value);
  if (entries.length === 0) {
    const whole = JSON.stringify(value, null, 2);
    yield indent === '' ? whole : whole.replaceAll('\n', `\n${indent}`);
    return;
  }
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  let before = `${open}\n`;
  for (const [name, entry] of entries) {
    yield `${before}${indent}  ${name}`;
    yield* piecesOf(entry, `${indent}  `, depth - 1);
    before = ',\n';
  }
  yield `\n${indent}${close}`;
}

/** The entries that are written, each with what stands before it; none of what is no list and no plain object. */
function entriesOf(value: unknown): (readonly [string, unknown])[] {
  if (Array.isArray(value)) {
    return value.map((one: unknown) => ['', one === undefined ? null : one] as const);
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return [];
  return Object.entries(value).flatMap(([name, one]: [string, unknown]) =>
    one === undefined ? [] : [[`${JSON.stringify(name)}: `, one] as const],
  );
}
