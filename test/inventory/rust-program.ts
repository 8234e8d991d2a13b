import { deflateSync } from 'node:zlib';

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const NAMES = '\0.shstrtab\0.dep-v0\0';

/** A program for 64 bits with the section that `cargo auditable` adds, and this in it, packed. */
export function rustProgram(
  crates: unknown,
  section = deflateSync(JSON.stringify(crates)),
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  const names = Buffer.from(NAMES);
  const table = HEADER_BYTES + section.length + names.length;
  header.writeBigUInt64LE(BigInt(table), 0x28);
  header.writeUInt16LE(SECTION_BYTES, 0x3a);
  header.writeUInt16LE(3, 0x3c);
  header.writeUInt16LE(1, 0x3e);
  const row = (name: string, offset: number, length: number) => {
    const bytes = Buffer.alloc(SECTION_BYTES);
    bytes.writeUInt32LE(NAMES.indexOf(name), 0);
    bytes.writeBigUInt64LE(BigInt(offset), 0x18);
    bytes.writeBigUInt64LE(BigInt(length), 0x20);
    return bytes;
  };
  const sections = [
    Buffer.alloc(SECTION_BYTES),
    row('.shstrtab', HEADER_BYTES + section.length, names.length),
    row('.dep-v0', HEADER_BYTES, section.length),
  ];
  return Buffer.concat([header, section, names, ...sections]);
}
