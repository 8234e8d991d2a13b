import fc from 'fast-check';
import { readNdbBlobs } from '../../../src/inventory/ndb-blobs.ts';
import { UnreadableDatabase } from '../../../src/inventory/unreadable-database.ts';
import { readRpmHeader } from '../../../src/snapshot/packages/rpm.ts';
import { type RpmEntry, rpmHeader } from '../../support/rpm-header.ts';

const zlib: RpmEntry[] = [
  [1000, 'zlib'],
  [1001, '1.3.1'],
  [1002, '2.el10'],
  [1022, 'x86_64'],
  [1044, 'zlib-ng-compat-2.2.3-2.el10.src.rpm'],
];

describe('the header of a package', () => {
  it('gives version, release and source', () => {
    expect(readRpmHeader(rpmHeader(zlib))).toEqual({
      name: 'zlib',
      version: '1.3.1-2.el10',
      architecture: 'x86_64',
      sourceName: 'zlib-ng-compat',
      sourceVersion: '2.2.3-2.el10',
    });
  });

  it.each([0, 32])('gives an epoch of %d with the version', (epoch) => {
    expect(readRpmHeader(rpmHeader([...zlib, [1003, epoch]]))).toMatchObject({
      version: `${epoch}:1.3.1-2.el10`,
      sourceVersion: '2.2.3-2.el10',
    });
  });

  it('says who built it, where that is no distribution', () => {
    const vendor = (name: string) => readRpmHeader(rpmHeader([...zlib, [1011, name]]));
    expect(vendor('Oracle and/or its affiliates')).toMatchObject({
      builtBy: 'Oracle and/or its affiliates',
    });
    expect(vendor('Rocky Enterprise Software Foundation')).not.toHaveProperty('builtBy');
  });

  it('is its own source where none is named', () => {
    expect(readRpmHeader(rpmHeader(zlib.slice(0, 4)))).toMatchObject({
      sourceName: 'zlib',
      sourceVersion: '1.3.1-2.el10',
    });
  });

  it('is no package when it is a key', () => {
    expect(readRpmHeader(rpmHeader([[1000, 'gpg-pubkey']]))).toBeNull();
  });

  // Each repetition had the text decoded again: 512 KB of them took seconds.
  it.each<[string, RpmEntry[]]>([
    ['repeats a tag', [...zlib, [1000, 'zlib']]],
    ['has a name without end', [[1000, 'x'.repeat(257)], ...zlib.slice(1)]],
    ['has a source without end', [...zlib.slice(0, 4), [1044, `a-1-1.${'x'.repeat(300)}.src.rpm`]]],
    ['has more entries than rpm takes', Array.from({ length: 65_536 }, () => [1, ''] as RpmEntry)],
  ])('is not believed when it %s', (_case, entries) => {
    expect(() => readRpmHeader(rpmHeader(entries))).toThrow('rpm database is damaged');
  });

  it('never makes a reader fall over, whatever is spoilt', () => {
    const intact = rpmHeader(zlib);
    const spoilt = fc.array(fc.tuple(fc.nat(intact.length - 1), fc.nat(255)), { minLength: 1 });
    fc.assert(
      fc.property(spoilt, fc.nat(intact.length), (changes, length) => {
        const blob = intact.slice(0, length);
        for (const [at, byte] of changes) if (at < length) blob[at] = byte;
        try {
          readRpmHeader(blob);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableDatabase);
        }
      }),
    );
  });
});

/** A file in rpm's own format with one page of slots. */
function ndb(blobs: readonly Uint8Array[]): Buffer {
  const padded = blobs.map((blob, at) => {
    const whole = Buffer.alloc(16 + Math.ceil(blob.length / 16) * 16);
    for (const [word, field] of [0x5362_6c42, at + 1, 0, blob.length].entries()) {
      whole.writeUInt32LE(field, word * 4);
    }
    whole.set(blob, 16);
    return whole;
  });
  const page = Buffer.alloc(4096);
  page.writeUInt32LE(0x506d_7052, 0);
  page.writeUInt32LE(1, 12);
  let block = 4096 / 16;
  for (let slot = 0; slot < 254; slot += 1) {
    const at = 32 + slot * 16;
    page.writeUInt32LE(0x746f_6c53, at);
    const blob = padded[slot];
    if (blob === undefined) continue;
    page.writeUInt32LE(slot + 1, at + 4);
    page.writeUInt32LE(block, at + 8);
    page.writeUInt32LE(blob.length / 16, at + 12);
    block += blob.length / 16;
  }
  return Buffer.concat([page, ...padded]);
}

describe('a database of the format ndb', () => {
  it('gives its blobs', () => {
    const blobs = [rpmHeader(zlib), Uint8Array.of(1, 2, 3)];

    expect([...readNdbBlobs(ndb(blobs))].map((blob) => [...blob])).toEqual(
      blobs.map((b) => [...b]),
    );
  });

  it('never makes a reader fall over, whatever is spoilt', () => {
    const intact = ndb([rpmHeader(zlib), rpmHeader(zlib)]);
    const spoilt = fc.array(fc.tuple(fc.nat(64), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(spoilt, fc.nat(intact.length), (changes, length) => {
        const file = Buffer.from(intact.subarray(0, length));
        for (const [at, byte] of changes) if (at < length) file[at] = byte;
        try {
          for (const blob of readNdbBlobs(file)) expect(blob.length).toBeLessThan(file.length);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableDatabase);
        }
      }),
    );
  });

  it('is not believed when its slots all lead to one large blob', () => {
    const file = ndb([new Uint8Array(8192)]);
    for (let at = 48; at < 4096; at += 16) file.copy(file, at, 32, 48);

    expect(() => [...readNdbBlobs(file)]).toThrow(UnreadableDatabase);
  });
});
