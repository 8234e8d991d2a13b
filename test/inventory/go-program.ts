import { elf } from '../support/elf.ts';

const SENTINEL = '0w\xaf\f\x92t\b\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6';

/** A program with the build info that the linker of Go leaves in it since Go 1.18. */
export function goProgram(goVersion: string, lines: readonly string[], before = 0): Buffer {
  const listed = lines.length > 0 ? `${SENTINEL}${lines.join('\n')}\n${SENTINEL}` : '';
  const info = [goVersion, listed].map((text) => {
    const bytes = Buffer.from(text, 'latin1');
    return Buffer.concat([lengthOf(bytes.length), bytes]);
  });
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 'latin1');
  header[14] = 8;
  header[15] = 2;
  const program = elf({ machine: 62, text: '' });
  const padding = Buffer.alloc(16 - (program.length % 16) + before * 16);
  return Buffer.concat([program, padding, header, ...info]);
}

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
