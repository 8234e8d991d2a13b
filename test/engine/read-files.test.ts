import { pack } from 'tar-stream';
import { OutsideError } from '../../src/shared/errors.ts';
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

async function filesOf(handler: RouteHandler, bytesMax = 1_000_000) {
  const engine = await serve({ routes: { [path]: handler } });
  return reader(engine.url).getFiles(path, query, bytesMax);
}

it('gives regular files byte for byte', async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256);

  const files = await filesOf(archive({ 'rpm/rpmdb.sqlite': bytes, empty: new Uint8Array() }));
  expect(files.map(({ name }) => name)).toEqual(['rpm/rpmdb.sqlite', 'empty']);
  expect(Buffer.compare(files[0]?.bytes ?? new Uint8Array(), bytes)).toBe(0);
  expect(files[1]?.bytes).toHaveLength(0);
});

it('asks for exactly the path', async () => {
  const engine = await serve({ routes: { [path]: archive({}) } });
  await reader(engine.url).getFiles(path, query, 1);

  expect(engine.requests.at(-1)).toMatchObject({ method: 'GET', path, query });
});

it.each<[string, RouteHandler, Pick<OutsideError, 'code'>]>([
  [
    'has more than was asked for',
    archive({ a: new Uint8Array(600_000), b: new Uint8Array(600_000) }),
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
  await expect(filesOf(handler)).rejects.toMatchObject(expected);
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
  [{ kind: 'huge', bytes: 50_000_000, hasContentLength: false }, { code: 'engine-invalid-answer' }],
])('rejects with the right cause when the engine does %j', async (fault, expected) => {
  const engine = await serve({ faults: { [path]: fault } });
  // Only those that take forever are waited for; a busy machine has time for the others.
  const callTimeoutMs = expected.code === 'engine-timeout' ? 300 : 20_000;
  const reading = reader(engine.url, { callTimeoutMs }).getFiles(path, query, 1_000_000);

  const error: unknown = await reading.then(
    () => null,
    (cause) => cause,
  );
  expect(error).toBeInstanceOf(OutsideError);
  expect(error).toMatchObject(expected);
});

it('makes no call that was not declared', async () => {
  const engine = await serve();
  const reading = reader(engine.url, { allowedEndpoints: ['GET /info'] }).getFiles(path, query, 1);

  await expect(reading).rejects.toThrow('not among the declared endpoints');
  expect(engine.requests).toEqual([]);
});
