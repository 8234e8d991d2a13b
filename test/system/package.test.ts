import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { openSampleEngine } from '../../demo/sample/sample-engine.ts';
import { sparingNode } from '../support/sources.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

// What is built and packed, and what production installs, beside what a scan and a session in a chat load of it.

const execute = promisify(execFile);
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
  run(process.execPath, '--run', 'build');
});

it('has no error of types, which the build does not look for', () => {
  run(process.execPath, '--run', 'types');
});

it('holds the files of the page', () => {
  const [packed] = JSON.parse(run('npm', 'pack', '--dry-run', '--json')) as {
    files: { path: string }[];
  }[];
  const held = new Set(packed?.files.map(({ path }) => path));
  const needed = readdirSync(page, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'tsconfig.json')
    .map((entry) => join(entry.parentPath, entry.name).replace(page, 'dist/src/client'));

  expect(needed.length).toBeGreaterThan(35);
  expect(needed.filter((path) => !held.has(path))).toEqual([]);
});

const built = () =>
  readdirSync('dist/src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !name.startsWith('client/'))
    .map((name) => readFileSync(join('dist/src', name), 'utf8'));

it('starts without what Node keeps for fetch beside node:http', () => {
  expect(built().length).toBeGreaterThan(50);
  expect(built().filter((text) => /from ['"]node:http['"]/.test(text))).toEqual([]);
});

it('has the program of each process beside those who start it, and the licence of what it joins', () => {
  const started = built()
    .flatMap((text) => [...text.matchAll(/new URL\(`.\/(.+?)\.\$/g)])
    .map(([, name]) => `${name}.js`);

  expect(started.toSorted()).toEqual([
    ...[
      'exposure-worker.js',
      'feed-worker.js',
      'list-worker.js',
      'parse-worker.js',
      'walk-worker.js',
    ],
  ]);
  expect(started.filter((name) => !existsSync(join('dist/src', name)))).toEqual([]);
  expect(readFileSync('dist/src/kysely.LICENSE', 'utf8')).toContain('Copyright');
});

it('reads what containers write in a process, and ends when nothing is left to read', async () => {
  const startedAt = Date.now();
  const engine = await openSampleEngine({
    ...{ host: 'sample-web', startedAt, clock: () => startedAt },
  });
  const cwd = mkdtempSync(join(tmpdir(), 'seawall-built-'));
  const env = { ...sparingNode, DOCKER_HOST: engine.url, DATABASE_URL: `sqlite:${cwd}/s.db` };
  const ask = (...words: string[]) =>
    execute(process.execPath, [join(project, 'dist/src/main.js'), ...words], { cwd, env });
  try {
    await ask('scan');
    const { totals } = JSON.parse((await ask('surface', '--json')).stdout);

    expect(totals[0].packages.count).toBeGreaterThan(500);
  } finally {
    await engine.close();
    rmSync(cwd, { recursive: true });
  }
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
  const nothing = `unix://${join(cwd, 'no-engine.sock')}`;
  let loaded: Set<string>;
  let said = '';

  beforeAll(() => {
    const lister = join(project, 'test/support/list-modules.ts');
    const main = join(project, 'dist/src/main.js');
    const words = ['demo', '--once', '--port', '0'];
    const { status, stdout, stderr, output } = spawnSync(
      process.execPath,
      ['--import', lister, main, ...words],
      {
        cwd,
        env: { ...sparingNode, NODE_ENV: 'production', DOCKER_HOST: nothing },
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        timeout: 500_000,
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    said = stdout;
    const urls = output[3]?.split('\n') ?? [];
    loaded = new Set(urls.flatMap((url) => PACKAGE.exec(url)?.[1] ?? []));
  });

  test('uses the sample fleet, and says so, where no engine answers', () => {
    expect(said).toContain(`No Docker Engine answers at ${nothing};`);
    expect(said).toContain('sample-web (sample: recorded, with a made-up history)');
    expect(said).toMatch(/Open findings: 2 critical, \d+ high/);
    expect(said).toMatch(/Sample fleet: sample-web [A-F], sample-ci [A-F], sample-db [A-F];/);
    // It ends at once: there is nowhere to type.
    expect(said).not.toContain('Ctrl-C');
  });

  test('prints what README shows of it', () => {
    const asOne = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
    const readme = readFileSync(join(project, 'README.md'), 'utf8');
    const shown = /^```text\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '';

    expect(asOne(shown)).toMatch(/^sample-web is easy to take over/);
    expect(asOne(said)).toContain(asOne(shown));
  });

  test('has a scan and a session in a chat', () => {
    expect([...loaded]).toEqual(
      expect.arrayContaining(['dockerode', '@slack/bolt', 'better-sqlite3', 'tar-stream']),
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
