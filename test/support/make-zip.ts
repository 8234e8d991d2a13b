import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive of these files, deflated; `change` may spoil the directory's row of one. */
export function makeZip(
  files: readonly { name: string; bytes: Buffer }[],
  change: (row: Buffer, index: number) => void = () => {},
): Buffer {
  const bodies: Buffer[] = [];
  const rows: Buffer[] = [];
  let offset = 0;
  for (const [index, { name, bytes }] of files.entries()) {
    const packed = deflateRawSync(bytes);
    const written = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(written.length, 26);
    const row = Buffer.alloc(46);
    row.writeUInt32LE(0x02014b50, 0);
    row.writeUInt16LE(8, 10);
    row.writeUInt32LE(crc32(bytes), 16);
    row.writeUInt32LE(packed.length, 20);
    row.writeUInt32LE(bytes.length, 24);
    row.writeUInt16LE(written.length, 28);
    row.writeUInt32LE(offset, 42);
    change(row, index);
    bodies.push(local, written, packed);
    rows.push(row, written);
    offset += local.length + written.length + packed.length;
  }
  const directory = Buffer.concat(rows);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** The same archive with its end written as archives of more than 65,535 files do. */
export function asLargeZip(zip: Buffer, count = zip.subarray(-22).readUInt16LE(10)): Buffer {
  const end = zip.subarray(-22);
  const body = zip.subarray(0, -22);
  const large = Buffer.alloc(56);
  large.writeUInt32LE(0x06064b50, 0);
  large.writeBigUInt64LE(BigInt(count), 32);
  large.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
  large.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(body.length), 8);
  const short = Buffer.from(end);
  short.writeUInt16LE(0xffff, 10);
  short.writeUInt32LE(0xffffffff, 12);
  short.writeUInt32LE(0xffffffff, 16);
  return Buffer.concat([body, large, locator, short]);
}
