import { tarStart } from '../../src/shared/scan-tar.ts';
import { privilegedFilesFormat } from '../../src/snapshot/archive/archive-headers.ts';
import { passwdFormat } from '../../src/snapshot/archive/single-file.ts';
import { databaseFormats } from '../../src/snapshot/packages/package-formats.ts';
import { tarOf } from '../support/tar-bytes.ts';

const what = 'GET /archive';
const many = (count: number) =>
  Buffer.concat([...new Array(count).fill(tarOf({ name: 'f' }).subarray(0, 512)), tarOf()]);

describe('an archive of empty files without end', () => {
  const [, folder] = databaseFormats;

  it('is no package database', () => {
    const parse = () => folder.parse({ archive: many(20_001), what, wanted: '' });

    expect(parse).toThrow('more than 20000 entries');
  });

  it('is no file', () => {
    const parse = () => passwdFormat.parse({ archive: many(17), what, wanted: 'app' });

    expect(parse).toThrow('more than 16 entries');
  });

  it('is not searched for files with privileges beyond half a million', () => {
    const bytes = many(3).subarray(0, -1024);
    const state = { ...tarStart, headers: 500_000 - 3 };
    const next = privilegedFilesFormat.parse({ bytes, what, state, found: [] });

    expect(next.state.headers).toBe(500_000);
    expect(() => privilegedFilesFormat.parse({ bytes, what, ...next })).toThrow('500000 entries');
  });
});

it('is not read when names have no end', () => {
  const long = { name: '././@LongLink', type: 'L', body: 'x'.repeat(4097) };
  const archive = tarOf(long, { name: 'x', mode: 0o4755 });
  const parse = () =>
    privilegedFilesFormat.parse({ bytes: archive, what, state: tarStart, found: [] });

  expect(parse).toThrow('a name without end');
});

it.each([1, 100, 511, 512, 513, 1_000, 5_000])('says the same in pieces of %d bytes', (length) => {
  const extended = { name: 'h', type: 'x', body: '19 path=some/thing\n' };
  const archive = tarOf({ name: 'a', body: 'x'.repeat(700), mode: 0o4755 }, extended, {
    name: 'b',
    mode: 0o2755,
  });
  let told = {
    state: tarStart,
    found: [] as ReturnType<typeof privilegedFilesFormat.parse>['found'],
  };
  for (let at = 0; at < archive.length; at += length) {
    told = {
      ...told,
      ...privilegedFilesFormat.parse({ bytes: archive.subarray(at, at + length), what, ...told }),
    };
  }

  expect(told.found.map(({ path, mode }) => [path, mode])).toEqual([
    ['a', 0o4755],
    ['some/thing', 0o2755],
  ]);
});
