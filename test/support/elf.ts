const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/** A file that looks like a program for 64 bits, without any code: headers and a text. */
export function elf(options: { machine: number; isDynamic?: boolean; text?: string }): Buffer {
  const { machine, isDynamic = false, text = 'BusyBox v1.37.0' } = options;
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(machine, 18);
  header.writeBigUInt64LE(BigInt(HEADER_BYTES), 32);
  header.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  header.writeUInt16LE(2, 56);
  const segments = [1, isDynamic ? 3 : 4].map((type) => {
    const segment = Buffer.alloc(PROGRAM_HEADER_BYTES);
    segment.writeUInt32LE(type, 0);
    return segment;
  });
  return Buffer.concat([header, ...segments, Buffer.from(text)]);
}
