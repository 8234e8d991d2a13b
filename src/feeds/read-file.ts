import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { UserError } from '../shared/errors.ts';
import { visible } from '../shared/text.ts';

/** Of one document: Debian’s tracker, the largest that is published, has some 80 MB. */
const JSON_BYTES_MAX = 512 * 1024 * 1024;
/** Of one package in Debian’s tracker: that of the kernel has some 10 MB. */
const MEMBER_BYTES_MAX = 64 * 1024 * 1024;
/** Of a file of lines, unpacked. */
const LINES_BYTES_MAX = 8 * 1024 * 1024 * 1024;
/** Several times of what the largest published record has. */
const LINE_CHARACTERS_MAX = 16 * 1024 * 1024;

/** What a file holds, unpacked where its name ends in `.gz`. Throws `UserError` above so many bytes. */
async function* bytesOf(file: string, bytesMax: number): AsyncGenerator<Buffer> {
  const packed = createReadStream(file);
  const input = file.endsWith('.gz') ? packed.pipe(createGunzip()) : packed;
  packed.on('error', (error) => input.destroy(error));
  let total = 0;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > bytesMax) throw tooLarge(file, `more than ${bytesMax / 1024 ** 2} MB`);
      yield chunk;
    }
  } finally {
    packed.destroy();
  }
}

const tooLarge = (file: string, what: string): UserError =>
  new UserError(`“${visible(basename(file))}” has ${what}.`);

/** A file of one JSON document. Throws `UserError` where it is none, or larger than that: 512 MB. */
export async function readJsonFile(file: string, bytesMax = JSON_BYTES_MAX): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(file, bytesMax)) chunks.push(chunk);
  return parseJson(file, Buffer.concat(chunks).toString('utf8'));
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noJson(file);
  }
}

const noJson = (file: string): UserError =>
  new UserError(`“${visible(basename(file))}” is no JSON.`);

const BRACKETS: Readonly<Record<number, number>> = { 123: 1, 91: 1, 125: -1, 93: -1 };
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/**
 * The members of the one object that a file is, one after another, so that the whole is never in memory.
 * Throws `UserError` where it is none, and for a member of more than 64 MB.
 */
export async function* membersOf(file: string): AsyncGenerator<[name: string, value: unknown]> {
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  let parts: Buffer[] = [];
  let bytes = 0;
  const take = (part: Buffer) => {
    bytes += part.length;
    if (bytes > MEMBER_BYTES_MAX) throw tooLarge(file, 'a member of more than 64 MB');
    parts.push(part);
  };
  const member = () => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    bytes = 0;
    return Object.entries(parseJson(file, `{${text}}`) as object);
  };
  for await (const chunk of bytesOf(file, JSON_BYTES_MAX)) {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (isText) {
        if (byte === QUOTE && !isEscaped) isText = false;
        isEscaped = byte === BACKSLASH && !isEscaped;
        continue;
      }
      if (byte === QUOTE) isText = true;
      const step = BRACKETS[byte] ?? 0;
      const isBoundary = depth === 1 && (byte === COMMA || step < 0);
      depth += step;
      if (isBoundary) {
        take(chunk.subarray(from, at));
        yield* member();
      }
      if (isBoundary || (depth === 1 && step > 0)) from = at + 1;
    }
    if (depth > 0) take(chunk.subarray(from));
  }
  if (depth !== 0 || bytes > 0) throw noJson(file);
}

/** The lines of a file, one after another. Throws `UserError` for one of more than 16 million characters. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  // What a line has so far, in pieces: to join it with each would take the square of its length.
  let begun: string[] = [];
  let length = 0;
  for await (const chunk of bytesOf(file, LINES_BYTES_MAX)) {
    const [rest = '', ...lines] = decoder.write(chunk).split('\n');
    for (const line of lines.length > 0 ? [rest, ...lines.slice(0, -1)] : []) {
      yield begun.join('') + line;
      begun = [];
      length = 0;
    }
    const last = lines.at(-1) ?? rest;
    begun.push(last);
    length += last.length;
    if (length > LINE_CHARACTERS_MAX) throw tooLarge(file, 'a line of more than 16 MB');
  }
  const rest = begun.join('');
  if (rest !== '') yield rest;
}
