/** One entry as its header says it. */
export interface TarPart {
  name: string;
  /** `0` for a file, which it is when not given. */
  type?: string;
  body?: Uint8Array | string;
  linkName?: string;
  mode?: number;
}

const BLOCK = 512;

/** A tar as GNU tar writes it, in one piece. */
export function tarOf(...parts: readonly TarPart[]): Uint8Array<ArrayBuffer> {
  const blocks = [...parts.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)];
  const tar = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    tar.set(block, at);
    at += block.length;
  }
  return tar;
}

function blocksOf(part: TarPart): Uint8Array[] {
  const { name, type = '0', body = '', linkName = '', mode = 0o644 } = part;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(type, 156);
  header.write(linkName, 157, 100);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return [withChecksum(header), bytes, padding];
}

/** With the checksum of what the header now says. */
export function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.subarray(0, BLOCK).reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
