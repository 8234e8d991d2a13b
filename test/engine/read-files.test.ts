import { pack } from 'tar-stream';
import { OutsideError } from '../../src/shared/errors.ts';
import { databaseFormats } from '../../src/snapshot/packages/package-formats.ts';
import { useEngines } from '../support/engine-door.ts';
import type { Fault, RouteHandler } from '../support/fault-engine.ts';

const { serve, reader } = useEngines();
const path = '/containers/c1/archive';
const query = { path: '/var/lib/dpkg/status' };

/** A tar with these files, cut after some bytes. */
const archive =
  (
    files: Readonly<Record<string, Uint8Array>>,
    cutAfter = Number.POSITIVE_INFINITY,
  ): RouteHandler =>
  (_request, response) => {
    const tar = pack();
    tar.entry({ name: 'folder', type: 'directory' });
    tar.entry({ name: 'link', type: 'symlink', linkname: '/etc/shadow' });
    for (const [name, bytes] of Object.entries(files)) tar.entry({ name }, Buffer.from(bytes));
    tar.finalize();
    const chunks: Buffer[] = [];
    tar.on('data', (chunk) => chunks.push(chunk as Buffer));
    tar.on('end', () => {
      response.setHeader('Content-Type', 'application/x-tar');
      const whole = Buffer.concat(chunks);
      response.end(whole.subarray(0, Math.min(whole.length, cutAfter)));
    });
  };

const [dpkg] = databaseFormats;
const status = (name: string) => `Package: ${name}\nVersion: 1\nArchitecture: all\n\n`;

async function read(handler: RouteHandler) {
  const engine = await serve({ routes: { [path]: handler } });
  return reader(engine.url).readArchive(path, query, dpkg);
}

it('reads the first regular file as its format says', async () => {
  const long = `Description: ${'é'.repeat(150_000)}\n`;
  const bytes = Buffer.from(long + status('a'));

  const { sizeBytes, packages } = await read(archive({ status: bytes, empty: new Uint8Array() }));
  expect(sizeBytes).toBe(bytes.length);
  expect(packages).toMatchObject({ state: 'read', value: [{ name: 'a', version: '1' }] });
});

it('asks for exactly the path', async () => {
  const engine = await serve({ routes: { [path]: archive({}) } });
  await reader(engine.url).readArchive(path, query, dpkg);

  expect(engine.requests.at(-1)).toMatchObject({ method: 'GET', path, query });
});

it.each<[string, RouteHandler, Pick<OutsideError, 'code'>]>([
  [
    'has more than was asked for',
    archive({ a: new Uint8Array(9_000_000), b: new Uint8Array(9_000_000) }),
    { code: 'engine-answer-too-large' },
  ],
  [
    'ends within a file',
    archive({ a: new Uint8Array(9000) }, 4000),
    { code: 'engine-invalid-answer' },
  ],
  [
    'is no archive',
    (_request, response) => response.end('x'.repeat(2000)),
    { code: 'engine-invalid-answer' },
  ],
])('rejects an answer that %s', async (_case, handler, expected) => {
  await expect(read(handler)).rejects.toMatchObject(expected);
});

it.each<[Fault, Partial<OutsideError>]>([
  [
    { kind: 'status', status: 404, message: 'no such file' },
    { code: 'engine-status', status: 404 },
  ],
  [{ kind: 'cut' }, { code: 'engine-cut' }],
  [{ kind: 'reset' }, { code: 'engine-cut' }],
  [{ kind: 'hang' }, { code: 'engine-timeout' }],
  [{ kind: 'slow', bytes: 512, everyMs: 100 }, { code: 'engine-timeout' }],
  [
    { kind: 'huge', bytes: 50_000_000, hasContentLength: false },
    { code: 'engine-answer-too-large' },
  ],
])('rejects with the right cause when the engine does %j', async (fault, expected) => {
  const engine = await serve({ faults: { [path]: fault } });
  // Only those that take forever are waited for; a busy machine has time for the others.
  const options = expected.code === 'engine-timeout' ? { callTimeoutMs: 300 } : {};
  const reading = reader(engine.url, options).readArchive(path, query, dpkg);

  const error: unknown = await reading.then(
    () => null,
    (cause) => cause,
  );
  expect(error).toBeInstanceOf(OutsideError);
  expect(error).toMatchObject(expected);
});

it('makes no call that was not declared', async () => {
  const engine = await serve();
  const door = reader(engine.url, { allowedEndpoints: ['GET /info'] });
  const reading = door.readArchive(path, query, dpkg);

  await expect(reading).rejects.toThrow('not among the declared endpoints');
  expect(engine.requests).toEqual([]);
});
