import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { UserError } from '../shared/errors.ts';
import { visible } from '../shared/text.ts';

/** Of one document: Debian’s tracker, the largest that is published, has some 80 MB. */
const JSON_BYTES_MAX = 512 * 1024 * 1024;
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

/** A file of one JSON document. Throws `UserError` where it is none, or larger than 512 MB. */
export async function readJsonFile(file: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(file, JSON_BYTES_MAX)) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new UserError(`“${visible(basename(file))}” is no JSON.`);
  }
}

/** The lines of a file, one after another. Throws `UserError` for one of more than 16 million characters. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of bytesOf(file, LINES_BYTES_MAX)) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > LINE_CHARACTERS_MAX) throw tooLarge(file, 'a line of more than 16 MB');
  }
  if (rest !== '') yield rest;
}
