/** One entry as its header says it. */
export interface TarPart {
  name: string;
  /** `0` for a file, which it is when not given. */
  type?: string;
  /** In one piece or in several. */
  body?: Uint8Array | string | readonly Uint8Array[];
  linkName?: string;
  mode?: number;
}

const BLOCK = 512;

/** A tar as GNU tar writes it, in one piece. */
export function tarOf(...parts: readonly TarPart[]): Uint8Array<ArrayBuffer> {
  const blocks = piecesOf(...parts);
  const tar = new Uint8Array(lengthOf(blocks));
  let at = 0;
  for (const block of blocks) {
    tar.set(block, at);
    at += block.length;
  }
  return tar;
}

/** The same in pieces, where those of a large body are not copied. */
export const piecesOf = (...parts: readonly TarPart[]): Uint8Array[] => [
  ...parts.flatMap(blocksOf),
  Buffer.alloc(2 * BLOCK),
];

const lengthOf = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((sum, { length }) => sum + length, 0);

function blocksOf(part: TarPart): Uint8Array[] {
  const { name, type = '0', body = '', linkName = '', mode = 0o644 } = part;
  const written = typeof body === 'string' ? Buffer.from(body) : body;
  const pieces = written instanceof Uint8Array ? [written] : written;
  const size = lengthOf(pieces);
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(type, 156);
  header.write(linkName, 157, 100);
  header.write('ustar\0', 257);
  header.write('00', 263);
  const padding = Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  return [withChecksum(header), ...pieces, padding];
}

/** With the checksum of what the header now says. */
export function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.subarray(0, BLOCK).reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
