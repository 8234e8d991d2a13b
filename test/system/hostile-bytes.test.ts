import { execFile } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { valueClass } from '../../src/snapshot/normalise/environment.ts';
import { archiveRoutes } from '../support/archive-engine.ts';
import { type FaultEngine, openFaultEngine, type RouteHandler } from '../support/fault-engine.ts';
import { joinedProgram } from '../support/joined-programs.ts';
import { runs } from '../support/long-run.ts';
import type { HostileRead, HostileReading } from '../support/read-hostile.ts';
import { recording } from '../support/recorded-reader.ts';
import { sparingNode } from '../support/sources.ts';
import { cpuMs } from '../support/strain.ts';
import { tarOf } from '../support/tar-bytes.ts';

// They are read by a program of its own, which measures itself by the processor time and the memory that it took.
const run = promisify(execFile);
const program = joinedProgram('readHostile');
const MEGABYTE = 1024 * 1024;

const STOP_MS_MAX = 500;
const PEAK_MEGABYTES_MAX = 64;

/** As a desktop has it: 6 MB. */
const dpkg = Array.from({ length: 4_000 }, (_, index) =>
  [
    `Package: p${index}`,
    'Version: 1',
    'Architecture: all',
    `Depends: ${'x'.repeat(1500)}`,
    '',
  ].join('\n'),
).join('\n');
const harmless = { '/var/lib/dpkg/status': { content: dpkg } };
const inContainer = (path: string, content: Uint8Array | string) =>
  archiveRoutes([{ name: 'a', files: { [path]: { content } } }]);

/** An rpm database with one package, whose header names itself again and again. */
function repeatedHeader(bytes: number): Uint8Array {
  const entries = Math.floor(bytes / 2 / 16);
  const store = Buffer.alloc(bytes / 2, 'x');
  store[store.length - 1] = 0;
  const blob = Buffer.alloc(8 + entries * 16 + store.length);
  blob.writeUInt32BE(entries, 0);
  blob.writeUInt32BE(store.length, 4);
  for (let at = 8; at < 8 + entries * 16; at += 16) {
    blob.writeUInt32BE(1000, at);
    blob.writeUInt32BE(6, at + 4);
  }
  store.copy(blob, 8 + entries * 16);
  const page = Buffer.alloc(4096);
  page.writeUInt32LE(0x506d_7052, 0);
  page.writeUInt32LE(1, 12);
  for (let at = 32; at < 4096; at += 16) page.writeUInt32LE(0x746f_6c53, at);
  page.writeUInt32LE(1, 36);
  page.writeUInt32LE(256, 40);
  const around = Buffer.alloc(16);
  for (const [word, value] of [0x5362_6c42, 1, 0, blob.length].entries()) {
    around.writeUInt32LE(value, word * 4);
  }
  return Buffer.concat([page, around, blob]);
}

/** A table of interior pages, each full of cells that lead to the next one. */
function interiorPages(bytes: number): Uint8Array {
  const file = Buffer.alloc(bytes);
  file.write('SQLite format 3\0');
  file.writeUInt16BE(512, 16);
  // The schema begins with a page that leads to a leaf without rows but one: the table.
  const row = Buffer.from('\x06\x17\x1d\x00\x01\x00tablePackages\x02', 'latin1');
  file[100] = 13;
  file.writeUInt16BE(1, 103);
  file.writeUInt16BE(400, 108);
  Buffer.concat([Buffer.from([row.length, 1]), row]).copy(file, 400);
  for (let page = 1; page < bytes / 512; page += 1) {
    const start = page * 512;
    file[start] = 5;
    file.writeUInt16BE(120, start + 3);
    file.writeUInt32BE(page + 2, start + 8);
    for (let cell = 0; cell < 120; cell += 1) {
      file.writeUInt16BE(400, start + 12 + cell * 2);
    }
    file.writeUInt32BE(page + 2, start + 400);
  }
  return file;
}

const tarAnswer = (whole: Uint8Array) => (_request: unknown, response: ServerResponse) => {
  response.setHeader('Content-Type', 'application/x-tar');
  response.end(whole);
};
const emptyFiles = (count: number) =>
  Buffer.concat([...new Array(count).fill(tarOf({ name: 'f' }).subarray(0, 512)), tarOf()]);
const packageLines = Array.from(
  { length: 15_000 },
  (_, index) =>
    `Package: ${String(index).padStart(250, 'x')}\nVersion: ${'1'.repeat(200)}\nArchitecture: all\n`,
);

interface Lie {
  what: string;
  work: HostileRead['work'];
  routes: () => Record<string, unknown>;
  /** Null where it is read all the same. */
  reason: RegExp | null;
}
const lies: Lie[] = [
  {
    what: 'an rpm header of 1 MB that repeats itself',
    work: 'packages',
    routes: () => inContainer('/var/lib/rpm/Packages.db', repeatedHeader(MEGABYTE)),
    reason: /package in the rpm database is damaged/,
  },
  {
    what: 'an rpm table of 39 MB that is a chain of pages',
    work: 'packages',
    routes: () => inContainer('/var/lib/rpm/rpmdb.sqlite', interiorPages(39 * MEGABYTE)),
    reason: /SQLite database is damaged/,
  },
  {
    what: 'an rpm database of 39 MB of nothing',
    work: 'packages',
    routes: () => inContainer('/var/lib/rpm/Packages.db', new Uint8Array(39 * MEGABYTE)),
    reason: /ndb\) is damaged/,
  },
  {
    what: 'a dpkg status of 15 MB of lines',
    work: 'packages',
    routes: () => inContainer('/var/lib/dpkg/status', '\n'.repeat(15 * MEGABYTE)),
    reason: /lists no package that is installed/,
  },
  {
    what: 'a dpkg status of 7 million packages without anything',
    work: 'packages',
    routes: () => inContainer('/var/lib/dpkg/status', 'a\n\n'.repeat(5 * MEGABYTE)),
    reason: /more than 20000 packages/,
  },
  {
    what: 'a dpkg status whose packages are long',
    work: 'packages',
    routes: () => inContainer('/var/lib/dpkg/status', packageLines.join('\n')),
    reason: /or longer ones than there are/,
  },
  {
    what: 'a folder of package files that are empty',
    work: 'packages',
    routes: () => {
      const usual = inContainer('/var/lib/dpkg/status.d/x', '');
      const path = '/containers/id-a/archive';
      const archive = usual[path] as RouteHandler;
      const answer: RouteHandler = (request, response) =>
        request.method === 'GET'
          ? tarAnswer(emptyFiles(runs(100_000, 615_000)))(request, response)
          : archive(request, response);
      return { ...usual, [path]: answer };
    },
    reason: /files of more than 4096 KB/,
  },
  {
    what: 'an archive of more empty files than are read',
    work: 'privileged',
    routes: () => ({
      '/containers/id-a/archive': tarAnswer(emptyFiles(runs(100_000, 615_000))),
    }),
    reason: runs(0, 1) === 0 ? null : /more than 500000 entries/,
  },
  {
    what: 'a warning of 100 KB',
    work: 'engine',
    routes: () => ({
      '/info': { ...(recording('info') as object), Warnings: ['a'.repeat(100_000)] },
      '/version': recording('version'),
    }),
    reason: null,
  },
  {
    what: 'an error of 65,000 brackets',
    work: 'engine',
    routes: () => ({
      '/info': (_request: unknown, response: ServerResponse) =>
        response.writeHead(500).end('<'.repeat(65_000)),
      '/version': recording('version'),
    }),
    reason: /500/,
  },
];

const figures: string[] = [];
/** What each came to, by what it is. */
const told = new Map<string, HostileReading>();

async function measure(some: readonly Lie[]): Promise<void> {
  const engines: FaultEngine[] = [];
  const serve = async (routes: Record<string, unknown>) => {
    const engine = await openFaultEngine({ routes });
    engines.push(engine);
    return engine.url;
  };
  try {
    const usual = { '/info': recording('info'), '/version': recording('version') };
    const files = { ...archiveRoutes([{ name: 'a', files: harmless }]), ...usual };
    const ordinary = {
      packages: await serve(files),
      privileged: await serve({ '/containers/id-a/archive': tarAnswer(emptyFiles(12_000)) }),
      engine: await serve(usual),
    };
    const reads = some.map(async ({ work, routes }): Promise<HostileRead> => {
      return { work, harmless: ordinary[work], hostile: await serve(routes()) };
    });
    const { stdout } = await run(
      process.execPath,
      [program, JSON.stringify(await Promise.all(reads))],
      {
        env: sparingNode,
      },
    );
    const readings = JSON.parse(stdout) as HostileReading[];
    for (const [index, reading] of readings.entries()) told.set(some[index]?.what ?? '', reading);
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
}

beforeAll(async () => {
  const isLarge = ({ what }: Lie) => (told.get(what)?.peakMegabytes ?? 0) >= PEAK_MEGABYTES_MAX;
  await measure(lies);
  // When garbage is collected is the runtime's choice: what one of three processes keeps within is enough.
  for (let again = 0; again < 2 && lies.some(isLarge); again += 1)
    await measure(lies.filter(isLarge));
});
afterAll(() => process.stderr.write(`${figures.join('\n')}\n`));

it.each(lies)('$what neither stops nor fills the program', ({ what, reason }) => {
  const { unread, stopMs, peakMegabytes, ms } = told.get(what) as HostileReading;
  figures.push(
    `hostile: ${what}: ${ms.toFixed(0)} ms, longest stop ${stopMs.toFixed(0)} ms, ${peakMegabytes.toFixed(0)} MB above rest`,
  );
  if (reason === null) expect(unread).toBeNull();
  else expect(unread).toMatch(reason);
  expect(stopMs).toBeLessThan(STOP_MS_MAX);
  expect(peakMegabytes).toBeLessThan(PEAK_MEGABYTES_MAX);
});

it('a value of an environment variable is looked through in no time', () => {
  const value = 'eyJaaaaa-'.repeat(MEGABYTE / 9);
  const before = cpuMs();

  expect(valueClass(value)).toBeNull();
  expect(cpuMs() - before).toBeLessThan(STOP_MS_MAX);
});
