import { Readable } from 'node:stream';
import { filesystemLimits } from '../../src/inventory/filesystem-limits.ts';
import { readFilesystem } from '../../src/inventory/read-filesystem.ts';
import { useHeldTimers } from '../support/held-timers.ts';
import { tarOf } from '../support/tar-bytes.ts';

const body = JSON.stringify({ name: 'lodash', version: '4.17.21' });
const archive = tarOf(
  { name: 'node_modules/lodash/package.json', body },
  { name: 'large', body: new Uint8Array(2 * 1024 * 1024) },
);
const lodash = { packages: [{ name: 'lodash' }] };

const { holdTimers } = useHeldTimers();
const LIMIT_MS = 2_000;

/** An archive without end, in pieces; `onPiece` is told of how many were asked for. */
function* endless(onPiece: (count: number) => void) {
  yield archive.subarray(0, -1_024);
  for (let count = 1; ; count += 1) {
    onPiece(count);
    yield tarOf({ name: 'more', body: new Uint8Array(100_000) }).subarray(0, -1_024);
  }
}

describe('the archive of a file system', () => {
  it('is read in a process of its own', async () => {
    const pieces = [archive.subarray(0, 700), archive.subarray(700)];
    const inventory = await readFilesystem(Readable.from(pieces));
    expect(inventory).toMatchObject({ ...lodash, unread: [], cut: null });
  });

  it('that ends too early says so', async () => {
    const inventory = await readFilesystem(Readable.from([archive.subarray(0, 1_500_000)]));
    expect(inventory).toMatchObject({ ...lodash, cut: 'the archive ends too early' });
  });

  it.each([
    ['bytes', { bytes: 4 * 1024 * 1024 }, 'it has more than 4 MB'],
    ['entries', { entries: 100 }, 'more than 100 entries'],
    ['time', { timeMs: LIMIT_MS }, 'it took more than 2 s'],
  ])('without end stops at the limit of %s', async (_, limit, cut) => {
    // The time is over once much of it was read, however long it takes the reader to start.
    const held = holdTimers(LIMIT_MS);
    const stream = Readable.from(
      endless((count) => {
        if (count === 100) setImmediate(held.run);
      }),
    );
    const inventory = await readFilesystem(stream, { ...filesystemLimits, ...limit });
    expect(inventory).toMatchObject({ ...lodash, cut: expect.stringContaining(cut) });
    expect(stream.destroyed).toBe(true);
  });

  it.each([
    ['dpkg', 'var/lib/dpkg/info/x.md5sums', '\n'.repeat(2_000_000)],
    ['apk', 'lib/apk/db/installed', `F:usr\n${`R:a\nZ:Q1${'b'.repeat(27)}=\n`.repeat(800_000)}`],
  ])('with lists of %s that are long takes no more memory', async (_, name, body) => {
    const inventory = await readFilesystem(Readable.from([tarOf({ name, body })]));
    expect(inventory).toMatchObject({ packages: [], unread: [], cut: null });
  });

  it.each([
    ['lists', `[${'[],'.repeat(5_000_000)}1]`],
    ['records', `[${'{},'.repeat(5_000_000)}1]`],
    ['names', `{${Array.from({ length: 1_000_000 }, (_, at) => `"k${at}":1`).join(',')}}`],
  ])('with JSON of many small %s leaves out that file alone', async (_, json) => {
    const name = 'vendor/composer/installed.json';
    const parts = [
      { name: 'node_modules/lodash/package.json', body },
      { name, body: json },
    ];
    const inventory = await readFilesystem(Readable.from([tarOf(...parts)]));
    const reason = 'JSON: more than 300000 values';
    expect(inventory).toMatchObject({ ...lodash, unread: [{ path: name, reason }], cut: null });
  });

  it('that stops coming ends at the limit of time', async () => {
    const stream = new Readable({ read() {} });
    stream.push(archive.subarray(0, 100_000));
    const inventory = await readFilesystem(stream, { ...filesystemLimits, timeMs: 100 });
    expect(inventory.cut).toBe('it took more than 0.1 s');
  });

  it('that fails, or is none, rejects', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('the connection is gone'));
      },
    });
    await expect(readFilesystem(broken)).rejects.toMatchObject({ code: 'engine-cut' });
    const none = Readable.from([Buffer.alloc(2_048, 'x')]);
    await expect(readFilesystem(none)).rejects.toMatchObject({
      code: 'engine-invalid-answer',
      detail: 'the archive of a file system: not a tar archive',
    });
  });
});
