import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { OutsideError } from '../../src/shared/errors.ts';
import type { PrivilegedFile } from '../../src/snapshot/facts/set-uid.ts';
import { privilegeLine } from '../../src/snapshot/normalise/privileged-file.ts';
import { useEngines } from '../support/engine-door.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

const { serve, reader } = useEngines();
const folder = makeTemporaryFolder();
const path = '/containers/4f5c/archive';

/** What the door says of an archive that a real server sends, in pieces of a size. */
async function filesIn(archive: Buffer, pieceBytes = 16_384): Promise<PrivilegedFile[]> {
  const engine = await serve({
    routes: {
      [path]: (_: unknown, response: ServerResponse) => {
        response.setHeader('Content-Type', 'application/x-tar');
        for (let at = 0; at < archive.length; at += pieceBytes) {
          response.write(archive.subarray(at, at + pieceBytes));
        }
        response.end();
      },
    },
  });
  return reader(engine.url).privilegedFiles(path, { path: '/usr' });
}

const lines = async (archive: Buffer, pieceBytes?: number) =>
  (await filesIn(archive, pieceBytes)).map(privilegeLine).sort();

const tar = (...words: string[]): Buffer =>
  execFileSync('tar', ['--numeric-owner', '-C', folder, '-c', ...words], {
    maxBuffer: 64 * 1024 * 1024,
  });

const longName = `usr/${'a-long-folder/'.repeat(15)}deep`;

/** Files that only their headers tell apart, written by root. */
beforeAll(() => {
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  mkdirSync(join(folder, longName, '..'), { recursive: true });
  const make = (name: string, mode: number, uid = 0, gid = 0) => {
    const file = join(folder, name);
    writeFileSync(file, name);
    chownSync(file, uid, gid);
    chmodSync(file, mode);
  };
  make('usr/bin/plain', 0o755);
  make('usr/bin/su', 0o4755);
  linkSync(join(folder, 'usr/bin/su'), join(folder, 'usr/bin/sudo'));
  symlinkSync('su', join(folder, 'usr/bin/symlink'));
  make('usr/bin/wall', 0o2755, 0, 5);
  make('usr/bin/both', 0o6711, 33, 4_000_000);
  make('usr/bin/ñandú', 0o4755);
  make(longName, 0o4755);
  mkdirSync(join(folder, 'usr/shared'));
  chmodSync(join(folder, 'usr/shared'), 0o6775);
  make('usr/bin/ping', 0o755);
  execFileSync('setcap', ['cap_net_raw,cap_checkpoint_restore=ep', join(folder, 'usr/bin/ping')]);
  make('usr/bin/weak', 0o755);
  execFileSync('setcap', ['cap_chown=i', join(folder, 'usr/bin/weak')]);
  make('usr/bin/nested', 0o4755);
  execFileSync('setcap', ['-n', '100000', 'cap_bpf=p', join(folder, 'usr/bin/nested')]);
  // What a body holds is no header, however much it looks like one.
  make('usr/bin/trap', 0o644);
  writeFileSync(join(folder, 'usr/bin/trap'), tar('-f', '-', 'usr/bin/su', 'usr/bin/both'));
});

const setIds = [
  'usr/bin/both set-uid 33 set-gid 4000000',
  'usr/bin/su set-uid root',
  'usr/bin/sudo set-uid root',
  'usr/bin/wall set-gid 5',
  'usr/bin/ñandú set-uid root',
  `${longName} set-uid root`,
].sort();
const all = [
  ...setIds,
  'usr/bin/nested set-uid root CAP_BPF for root 100000',
  'usr/bin/ping CAP_NET_RAW CAP_CHECKPOINT_RESTORE',
  'usr/bin/weak CAP_CHOWN inherited',
].sort();

describe('an archive that GNU tar wrote', () => {
  it.each(['gnu', 'posix'])('in its format %s tells set-uid and set-gid files', async (format) => {
    expect(await lines(tar(`--format=${format}`, 'usr'))).toEqual(
      [...setIds, 'usr/bin/nested set-uid root'].sort(),
    );
    expect(await lines(tar(`--format=${format}`, './usr'))).toContain('usr/bin/su set-uid root');
  });

  it('tells capabilities as well, whatever bytes they are', async () => {
    const archive = tar('--xattrs', '--xattrs-include=security.capability', 'usr');

    expect(await lines(archive)).toEqual(all);
    const ping = (await filesIn(archive)).find((file) => file.path === 'usr/bin/ping');
    expect(ping?.capabilities).toEqual({
      permitted: ['CAP_NET_RAW', 'CAP_CHECKPOINT_RESTORE'],
      inheritable: [],
      isEffective: true,
      rootUid: null,
    });
  });

  it.each([1, 511, 513])('says the same in pieces of %d bytes', async (pieceBytes) => {
    const archive = tar('--format=posix', 'usr/bin/su', 'usr/bin/trap', longName);

    expect(await lines(archive, pieceBytes)).toEqual(
      ['usr/bin/su set-uid root', `${longName} set-uid root`].sort(),
    );
  });

  it('keeps nothing of bodies that are larger than any answer', async () => {
    const big = join(folder, 'big');
    mkdirSync(big, { recursive: true });
    writeFileSync(join(big, 'body'), '');
    truncateSync(join(big, 'body'), 40 * 1024 * 1024);
    writeFileSync(join(big, 'last'), '');
    chmodSync(join(big, 'last'), 0o4755);

    expect(await lines(tar('--format=gnu', '--sort=name', 'big'))).toEqual([
      'big/last set-uid root',
    ]);
  });
});

it('finds every file of any archive, and nothing else', async () => {
  const name = fc.stringMatching(/^[a-zé]{1,120}$/);
  const entry = fc.record({
    name,
    mode: fc.nat(0o7777),
    uid: fc.nat(0o777777),
    body: fc.uint8Array({ maxLength: 1500 }),
    type: fc.constantFrom('file' as const, 'directory' as const, 'symlink' as const),
  });
  const entries = fc.uniqueArray(entry, { maxLength: 6, selector: (one) => one.name });
  await fc.assert(
    fc.asyncProperty(entries, fc.integer({ min: 1, max: 3000 }), async (given, pieceBytes) => {
      const archive = pack();
      for (const { body, ...header } of given) {
        const content = header.type === 'file' ? Buffer.from(body) : '';
        archive.entry({ ...header, linkname: 'x' }, content);
      }
      archive.finalize();
      const bytes = await buffer(archive);

      const found = await filesIn(bytes, pieceBytes);

      const expected = given.filter(({ type, mode }) => type === 'file' && mode >= 0o2000);
      const special = expected.filter(({ mode }) => Math.floor(mode / 0o2000) % 4 !== 0);
      expect(found.map((file) => [file.path, file.mode, file.uid])).toEqual(
        special.map((file) => [file.name, file.mode, file.uid]),
      );
    }),
    { numRuns: 40 },
  );
});

describe('an archive that is none', () => {
  const whole = () => tar('--xattrs', '--xattrs-include=security.capability', 'usr');
  const refused = async (archive: Buffer) => {
    const failure = await filesIn(archive).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutsideError);
    return (failure as OutsideError).code;
  };

  it('is refused when it is cut off anywhere', async () => {
    const archive = whole();
    // The last two blocks are its end, which GNU tar fills up to a record.
    const end = archive.findLastIndex((byte) => byte !== 0);
    for (let at = 0; at < end; at += 700) {
      expect(await refused(archive.subarray(0, at))).toBe('engine-invalid-answer');
    }
  });

  it.each<[string, (header: Buffer) => void]>([
    ['a wrong checksum', (header) => header.write('7', 101)],
    ['an absurd size', (header) => sized(header, Buffer.from('80ffffffffffffffffffffff', 'hex'))],
    ['a negative size', (header) => sized(header, Buffer.from('ffffffffffffffffffffff00', 'hex'))],
    ['a size that is no number', (header) => sized(header, Buffer.from('00000000zzz\0'))],
    ['a size beyond its end', (header) => sized(header, Buffer.from('00077777777\0'))],
    ['a header for all that follows', (header) => typed(header, 'g')],
    ['a sparse file', (header) => typed(header, 'S')],
    ['an attribute without end', (header) => typed(sized(header, octal(2 ** 20)), 'x')],
  ])('is refused for %s', async (_, spoil) => {
    const archive = Buffer.from(tar('--format=ustar', 'usr/bin/su'));
    spoil(archive.subarray(0, 512));
    expect(await refused(archive)).toBe('engine-invalid-answer');
  });

  it.each([
    ['a length that is too long', '99 path=x\n'],
    ['no length', ' path=x\n'],
    ['no end of line', '9 path=xy'],
    ['no value', '7 path\n'],
    ['a length of nothing', '0 path=x\n'],
    ['capabilities of an unknown revision', record('SCHILY.xattr.security.capability', 'wxyz')],
    ['an owner that is no number', record('uid', '-1')],
    ['a size that is no number', record('size', '1e3')],
  ])('is refused for an extended header with %s', async (_, text) => {
    const entry = Buffer.from(tar('--format=ustar', 'usr/bin/su'));
    const header = Buffer.from(entry.subarray(0, 512));
    typed(sized(header, octal(text.length)), 'x');
    const body = Buffer.alloc(512);
    body.write(text);
    expect(await refused(Buffer.concat([header, body, entry]))).toBe('engine-invalid-answer');
  });

  it('is refused when it is a page, or an answer without a body', async () => {
    expect(await refused(Buffer.from('<html>It works!</html>'.repeat(100)))).toBe(
      'engine-invalid-answer',
    );
    expect(await refused(Buffer.alloc(0))).toBe('engine-invalid-answer');
  });

  it('is refused beyond a thousand files with privileges', async () => {
    const entry = tar('--format=ustar', 'usr/bin/su').subarray(0, 1024);
    const many = Array.from({ length: 1100 }, (_, index) => {
      const one = Buffer.from(entry);
      one.write(`usr/bin/${index}\0`);
      return checked(one);
    });
    expect(await refused(Buffer.concat(many))).toBe('engine-answer-too-large');
  });
});

it('gives up a connection that ends in the middle, and one that never goes on', async () => {
  const archive = tar('usr');
  const stops = (then: (response: ServerResponse) => void) =>
    serve({
      routes: {
        [path]: (_: unknown, response: ServerResponse) => {
          response.setHeader('Content-Type', 'application/x-tar');
          response.write(archive.subarray(0, 2000), () => then(response));
        },
      },
    });
  const cut = await stops((response) => response.socket?.destroy());
  const hung = await stops(() => {});

  await expect(reader(cut.url).privilegedFiles(path, { path: '/usr' })).rejects.toBeInstanceOf(
    OutsideError,
  );
  await expect(
    reader(hung.url, { callTimeoutMs: 200 }).privilegedFiles(path, { path: '/usr' }),
  ).rejects.toMatchObject({ code: 'engine-timeout' });
});

it('asks nothing that is not declared', async () => {
  const engine = await serve();
  const door = reader(engine.url, { allowedEndpoints: ['HEAD /containers/{id}/archive'] });

  await expect(door.privilegedFiles(path, { path: '/usr' })).rejects.toThrow(/declare/);
  expect(engine.requests.filter((one) => one.path === path)).toEqual([]);
});

const octal = (value: number): Buffer => Buffer.from(`${value.toString(8).padStart(11, '0')}\0`);

/** `<length> <key>=<value>\n`, the length its own digits included. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = rest.length + String(rest.length + 2).length;
  return `${length}${rest}`;
}

function sized(header: Buffer, size: Buffer): Buffer {
  size.copy(header, 124);
  return checked(header);
}

function typed(header: Buffer, type: string): Buffer {
  header.write(type, 156);
  return checked(header);
}

/** With the checksum of what the header now says. */
function checked(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
