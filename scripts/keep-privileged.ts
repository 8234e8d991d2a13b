const BLOCK = 512;
const EXTENDED = ['x', 'L', 'K'];
const REGULAR = ['0', '\0', '7'];
const HARD_LINK = '1';
const DIRECTORY = '5';
const SET_ID = 0o6000;
const SIZE = { at: 124, length: 12 };
const CHECKSUM = { at: 148, length: 8 };

/**
 * The part of a tar archive of programs that verdicts are about: directories, hard links, and files
 * with set-uid, set-gid or extended attributes, which are made empty. Owners and modes stay.
 */
export function keepPrivileged(archive: Buffer): Buffer {
  const kept: Buffer[] = [];
  let extensions: Buffer[] = [];
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = Buffer.from(archive.subarray(at, at + BLOCK));
    at += BLOCK;
    if (header.every((byte) => byte === 0)) break;
    const type = header.toString('latin1', 156, 157);
    const hasBody = REGULAR.includes(type) || EXTENDED.includes(type);
    const bytes = hasBody ? Math.ceil(octal(header, SIZE) / BLOCK) * BLOCK : 0;
    const body = archive.subarray(at, at + bytes);
    at += bytes;
    if (EXTENDED.includes(type)) {
      extensions.push(header, body);
      continue;
    }
    const hasAttributes = extensions.some((block) => block.includes('SCHILY.xattr'));
    const hasSetId = (octal(header, { at: 100, length: 8 }) & SET_ID) !== 0;
    const isPrivileged = REGULAR.includes(type) && (hasSetId || hasAttributes);
    if (isPrivileged) setSize(header, 0);
    if (isPrivileged || type === HARD_LINK || type === DIRECTORY) kept.push(...extensions, header);
    extensions = [];
  }
  return Buffer.concat([...kept, Buffer.alloc(2 * BLOCK)]);
}

const octal = (header: Buffer, { at, length }: { at: number; length: number }): number =>
  Number.parseInt(header.toString('latin1', at, at + length), 8) || 0;

function setSize(header: Buffer, size: number): void {
  header.write(`${size.toString(8).padStart(SIZE.length - 1, '0')}\0`, SIZE.at, 'latin1');
  header.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM.at, 'latin1');
}
