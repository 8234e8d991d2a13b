import fc from 'fast-check';
import { parsePathStat, posixMode } from '../../../src/snapshot/normalise/path-stat.ts';

const header = (stat: unknown): string => Buffer.from(JSON.stringify(stat)).toString('base64');

describe('the mode of Go', () => {
  // As an engine sent them; the right-hand side is what stat said of the same files.
  it.each([
    [420, 0o644],
    [2_147_484_141, 0o755],
    [16_777_648, 0o660],
    [2_148_532_735, 0o1777],
    [134_218_239, 0o777],
    [2 ** 23 + 0o755, 0o4755],
    [2 ** 22 + 0o755, 0o2755],
    [2 ** 26 + 2 ** 21 + 0o666, 0o666],
  ])('%d is POSIX %d', (goMode, mode) => {
    expect(posixMode(goMode)).toBe(mode);
  });

  it('keeps each permission bit, whatever stands above', () => {
    fc.assert(
      fc.property(fc.nat(0o777), fc.subarray([19, 21, 24, 25, 26, 27, 31]), (bits, others) => {
        const goMode = bits + others.reduce((sum, bit) => sum + 2 ** bit, 0);
        expect(posixMode(goMode)).toBe(bits);
      }),
    );
  });
});

describe('the stat of a path', () => {
  it.each([
    [2 ** 31 + 0o755, '', 'directory'],
    [2 ** 24 + 0o660, '', 'socket'],
    [2 ** 26 + 2 ** 21 + 0o666, '', 'other'],
    [2 ** 25 + 0o600, '', 'other'],
    [0o644, '', 'file'],
  ])('with mode %d is that of a %3$s', (mode, linkTarget, kind) => {
    expect(parsePathStat(header({ mode, linkTarget }), 'HEAD')).toMatchObject({
      kind,
      linkTarget: null,
    });
  });

  it('tells where a symlink leads', () => {
    const stat = header({ name: 'mtab', size: 12, mode: 134_218_239, linkTarget: '/proc/mounts' });

    expect(parsePathStat(stat, 'HEAD')).toEqual({
      kind: 'symlink',
      mode: 0o777,
      linkTarget: '/proc/mounts',
      sizeBytes: 12,
      modifiedAt: null,
    });
  });

  it.each([
    [{ size: 374_000, mtime: '2026-11-25T01:38:27.123456789Z' }, 374_000],
    [{ size: -1, mtime: 'yesterday' }, null],
    [{ size: 0.5, mtime: 3 }, null],
  ])('tells size and time of %j where they are such', (told, sizeBytes) => {
    expect(parsePathStat(header({ mode: 0o644, linkTarget: '', ...told }), 'HEAD')).toMatchObject({
      sizeBytes,
      modifiedAt: sizeBytes === null ? null : told.mtime,
    });
  });

  it.each([
    undefined,
    '',
    'no base64 and no JSON',
    header(null),
    header({ mode: '420', linkTarget: '' }),
    header({ mode: -1, linkTarget: '' }),
    header({ mode: 2 ** 32, linkTarget: '' }),
    header({ mode: 420 }),
  ])('%j is an error', (text) => {
    expect(() => parsePathStat(text, 'HEAD /x')).toThrow('HEAD /x: no stat of the path');
  });
});
