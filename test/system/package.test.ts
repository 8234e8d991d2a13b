import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { sparingNode } from '../support/sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// What is built and packed, and what production installs, beside what a scan and a session in a chat load of it.

const project = resolve(import.meta.dirname, '../..');
const page = 'demo/workspace/page/client';
const told = readFileSync(join(project, 'docs/production-packages.md'), 'utf8');
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LARGE_BYTES = 1024 * 1024;

/** What a program printed that is to end well. */
function run(program: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  const complaints = status === 0 ? '' : `${stdout}${stderr}`;
  expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  return stdout;
}

beforeAll(() => {
  run('npm', 'run', 'build');
});

it('has no error of types, which the build does not look for', () => {
  const known = '.cache/types/build.tsbuildinfo';
  const words = ['-p', 'tsconfig.build.json', '--noEmit', '--incremental'];
  run('node_modules/.bin/tsc', ...words, '--tsBuildInfoFile', known);
});

it('holds the files of the page', () => {
  const [packed] = JSON.parse(run('npm', 'pack', '--dry-run', '--json')) as {
    files: { path: string }[];
  }[];
  const held = new Set(packed?.files.map(({ path }) => path));
  const needed = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'tsconfig.json')
    .map((entry) => `dist/${join(entry.parentPath, entry.name)}`);

  expect(needed.length).toBeGreaterThan(35);
  expect(needed.filter((path) => !held.has(path))).toEqual([]);
});

it('reads what containers write in a thread of the build, and ends when nothing is left to read', () => {
  const script = `
    import { createParserPool } from './dist/src/engine/parser-pool.js';
    import { pidListFormat } from './dist/src/snapshot/probe-formats.js';
    const read = await createParserPool().of('host').parse(pidListFormat, '1\\nx\\n22\\n');
    process.stdout.write(JSON.stringify(read));
    const startedAt = performance.now();
    process.on('exit', () => process.stdout.write(' ' + (performance.now() - startedAt < 4000)));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { encoding: 'utf8' },
  );

  expect({ stdout, stderr }).toEqual({ stdout: '[1,22] true', stderr: '' });
});

/** Packages of the first column of a section's table, `*` at the end of a name for any. */
function explainedIn(heading: string): string[] {
  const section = told.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}
const isOf = (names: readonly string[], name: string) =>
  names.some((one) => one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))));
const leftOut = Object.keys(
  JSON.parse(readFileSync(join(project, 'scripts/left-out.json'), 'utf8')),
);

/** Folders of what `npm ci --omit=dev` installs on this machine, by the name of the package. */
function productionFolders(): Map<string, string[]> {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  const folders = new Map<string, string[]>();
  for (const [path, { dev = false }] of Object.entries<{ dev?: boolean }>(packages)) {
    const name = PACKAGE.exec(`/${path}/`)?.[1];
    if (name === undefined || dev || !existsSync(join(project, path))) continue;
    folders.set(name, [...(folders.get(name) ?? []), join(project, path)]);
  }
  return folders;
}

function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules') return sum;
    return sum + (entry.isDirectory() ? bytesOf(path) : statSync(path).size);
  }, 0);
}

describe('the demo of the build', () => {
  const cwd = makeTemporaryFolder();
  const folders = productionFolders();
  let loaded: Set<string>;

  beforeAll(() => {
    const lister = join(project, 'test/support/list-modules.ts');
    const main = join(project, 'dist/src/main.js');
    const words = ['demo', '--once', '--port', '0'];
    const { status, stderr, output } = spawnSync(
      process.execPath,
      ['--import', lister, main, ...words],
      {
        cwd,
        env: {
          ...{ ...sparingNode, NODE_ENV: 'production' },
          DOCKER_HOST: `unix://${join(cwd, 'no-engine.sock')}`,
        },
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        timeout: 500_000,
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const urls = output[3]?.split('\n') ?? [];
    loaded = new Set(urls.flatMap((url) => PACKAGE.exec(url)?.[1] ?? []));
  });

  test('has a scan and a session in a chat', () => {
    expect([...loaded]).toEqual(
      expect.arrayContaining([
        'dockerode',
        '@slack/bolt',
        'kysely',
        'better-sqlite3',
        'tar-stream',
      ]),
    );
  });

  test('never loads what is left out of the image', () => {
    const names = [...folders.keys()].filter((name) => isOf(leftOut, name));

    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => loaded.has(name))).toEqual([]);
    expect(leftOut.filter((one) => !names.some((name) => isOf([one], name)))).toEqual([]);
  });

  /** What one side has and the other does not. */
  function difference(names: readonly string[], explained: readonly string[]) {
    return {
      unexplained: names.filter((name) => !isOf(explained, name)),
      stale: explained.filter((one) => !names.some((name) => isOf([one], name))),
    };
  }
  const none = { unexplained: [], stale: [] };

  test('loads what is in the image, but for what is explained', () => {
    const idle = [...folders.keys()].filter((name) => !loaded.has(name) && !isOf(leftOut, name));

    expect(difference(idle, explainedIn('Installed and never loaded'))).toEqual(none);
  });

  test('each large package says why it is there', () => {
    const large = [...folders]
      .map(([name, places]) => ({
        name,
        bytes: places.reduce((sum, place) => sum + bytesOf(place), 0),
      }))
      .filter(({ bytes }) => bytes >= LARGE_BYTES)
      .map(({ name }) => name);

    expect(large.length).toBeGreaterThan(5);
    expect(difference(large, explainedIn('The large ones'))).toEqual(none);
  });
});
