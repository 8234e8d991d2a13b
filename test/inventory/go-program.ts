import { elf } from '../support/elf.ts';

const SENTINEL = '0w\xaf\f\x92t\b\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6';

/** A program with the build info that the linker of Go leaves in it since Go 1.18. */
export function goProgram(
  goVersion: string,
  lines: readonly string[],
  before = Buffer.alloc(0),
): Buffer {
  const listed = lines.length > 0 ? `${SENTINEL}${lines.join('\n')}\n${SENTINEL}` : '';
  const info = [goVersion, listed].map((text) => {
    const bytes = Buffer.from(text, 'latin1');
    return Buffer.concat([lengthOf(bytes.length), bytes]);
  });
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header[14] = 8;
  header[15] = 2;
  const parts = [elf({ machine: 62, text: '' }), before].flatMap(aligned);
  return Buffer.concat([...parts, header, ...info]);
}

const aligned = (bytes: Buffer): Buffer[] => [bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)];

/** The format before, in which the header only points to both texts. */
export function oldGoProgram(): Buffer {
  const program = goProgram('go1.17', []);
  program[program.indexOf('\xff Go buildinf:', 0, 'latin1') + 15] = 0;
  return program;
}

function lengthOf(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push(left < 128 ? left : (left % 128) + 128);
    if (left < 128) return Buffer.from(bytes);
  }
}
