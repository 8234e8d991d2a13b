export type RpmEntry = readonly [tag: number, value: string | number];

/** A header in rpm's form: counts, index, store. */
export function rpmHeader(entries: readonly RpmEntry[]): Buffer {
  const store: Buffer[] = [];
  const index = Buffer.alloc(entries.length * 16);
  let offset = 0;
  for (const [at, [tag, value]] of entries.entries()) {
    const bytes = typeof value === 'number' ? Buffer.alloc(4) : Buffer.from(`${value}\0`);
    if (typeof value === 'number') bytes.writeUInt32BE(value);
    for (const [word, field] of [tag, typeof value === 'number' ? 4 : 6, offset, 1].entries()) {
      index.writeUInt32BE(field, at * 16 + word * 4);
    }
    offset += bytes.length;
    store.push(bytes);
  }
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(entries.length, 0);
  counts.writeUInt32BE(offset, 4);
  return Buffer.concat([counts, index, ...store]);
}
