const BLOCK = 512;
const REGULAR = ['0', '\0', '7'];
const SIZE = { at: 124, length: 12 };
const CHECKSUM = { at: 148, length: 8 };

/** The same tar archive with every regular file empty; owners, modes and capabilities stay. */
export function dropBodies(archive: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = Buffer.from(archive.subarray(at, at + BLOCK));
    at += BLOCK;
    const size = sizeOf(header);
    const body = archive.subarray(at, at + Math.ceil(size / BLOCK) * BLOCK);
    const type = header.toString('latin1', 156, 157);
    if (REGULAR.includes(type) && size > 0) {
      setSize(header, 0);
      kept.push(header);
      at += body.length;
    } else if (type === 'x' || type === 'L' || type === 'K') {
      kept.push(header, body);
      at += body.length;
    } else kept.push(header);
  }
  return Buffer.concat(kept);
}

function sizeOf(header: Buffer): number {
  const field = header.subarray(SIZE.at, SIZE.at + SIZE.length);
  // A size beyond eight octal-digit groups is binary; nothing that is recorded is so large.
  return Number.parseInt(field.toString('latin1'), 8) || 0;
}

function setSize(header: Buffer, size: number): void {
  header.write(`${size.toString(8).padStart(SIZE.length - 1, '0')}\0`, SIZE.at, 'latin1');
  header.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM.at, 'latin1');
}
