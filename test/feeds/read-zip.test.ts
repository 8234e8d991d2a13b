import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readZip, type ZipLimits } from '../../src/feeds/read-zip.ts';
import { runs } from '../support/long-run.ts';
import { asLargeZip, makeZip } from '../support/make-zip.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const folder = makeTemporaryFolder();
const generous: ZipLimits = { entries: 10, entryBytes: 1e6, totalBytes: 2e6, ratio: 100 };

async function read(zip: Buffer, limits: Partial<ZipLimits> = {}): Promise<[string, string][]> {
  const path = join(folder, `${crypto.randomUUID()}.zip`);
  writeFileSync(path, zip);
  const found: [string, string][] = [];
  for await (const { name, bytes } of readZip(path, { ...generous, ...limits })) {
    found.push([name, bytes.toString('utf8')]);
  }
  return found;
}

const files = [
  { name: 'almalinux8/ALSA-1.json', bytes: Buffer.from('{"id":"ALSA-1"}') },
  { name: 'almalinux9/', bytes: Buffer.alloc(0) },
  { name: 'almalinux9/ALSA-1.json', bytes: Buffer.from('{"id":"ALSA-1","n":9}') },
];
const held = [
  ['almalinux8/ALSA-1.json', '{"id":"ALSA-1"}'],
  ['almalinux9/ALSA-1.json', '{"id":"ALSA-1","n":9}'],
];

describe('a zip archive', () => {
  it('gives its files in order', async () => {
    expect(await read(makeZip(files))).toEqual(held);
    expect(await read(makeZip([]))).toEqual([]);
  });

  it('gives them where it is written as one of very many files', async () => {
    expect(await read(asLargeZip(makeZip(files)))).toEqual(held);
  });

  const large = [{ name: 'a', bytes: Buffer.alloc(500_000, 'a') }];
  it.each([
    ['too many files', makeZip(files), { entries: 2 }, 'it holds too many files'],
    ['a file that is too large', makeZip(large), { entryBytes: 499_999 }, 'it unpacks to too much'],
    [
      'files that are too large together',
      makeZip(files),
      { totalBytes: 20 },
      'it unpacks to too much',
    ],
    [
      'a file that is packed too well',
      makeZip(large),
      { ratio: 50 },
      'a file is packed too well to be true',
    ],
    [
      'a file that is larger than it says',
      makeZip(large, (row) => row.writeUInt32LE(100, 24)),
      {},
      'a file is damaged',
    ],
    [
      'a file that is packed to more than anybody reads',
      makeZip(files, (row) => row.writeUInt32LE(0xf0_00_00_00, 20)),
      {},
      'a file is too large',
    ],
    [
      'a file with another checksum',
      makeZip(files, (row) => row.writeUInt32LE(1, 16)),
      {},
      'a file is damaged',
    ],
    [
      'an encrypted file',
      makeZip(files, (row) => row.writeUInt16LE(1, 8)),
      {},
      'a file is encrypted or packed in another way',
    ],
    [
      'a file that is elsewhere',
      makeZip(files, (row) => row.writeUInt32LE(1, 42)),
      {},
      'a file is not where it is said to be',
    ],
    ['no end', makeZip(files).subarray(0, -1), {}, 'it has no end, or is none'],
    ['nothing', Buffer.alloc(0), {}, 'it has no end, or is none'],
    ['less than it says', makeZip(files).subarray(60), {}, 'it ends too early'],
  ])('with %s is refused', async (_, zip, limits, detail) => {
    await expect(read(zip, limits)).rejects.toMatchObject({
      code: 'feed-unreadable',
      detail: `zip archive: ${detail}`,
    });
  });

  it('that is damaged anywhere is refused or read, and nothing else', async () => {
    const zips = [makeZip(files), asLargeZip(makeZip(files))];
    const which = fc.constantFrom(...zips);
    await fc.assert(
      fc.asyncProperty(which, fc.nat(400), fc.nat(255), async (zip, at, byte) => {
        const damaged = Buffer.from(zip);
        damaged[at % zip.length] = byte;
        await read(damaged).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'feed-unreadable' });
        });
      }),
      { numRuns: runs(200, 5_000) },
    );
  });
});
