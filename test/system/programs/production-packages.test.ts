import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mainSource, sparingNode } from '../../support/sources.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

// What production installs, beside what a scan and a session in a chat load of it.

const project = resolve(import.meta.dirname, '../../..');
const page = readFileSync(join(project, 'docs/production-packages.md'), 'utf8');
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LARGE_BYTES = 1024 * 1024;

/** Packages of the first column of a section's table, `*` at the end of a name for any. */
function explainedIn(heading: string): string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
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

const cwd = makeTemporaryFolder();
const folders = productionFolders();
let loaded: Set<string>;

beforeAll(() => {
  const lister = join(project, 'test/support/list-modules.ts');
  const words = ['demo', '--once', '--port', '0'];
  const { status, stderr, output } = spawnSync(
    process.execPath,
    ['--import', lister, mainSource, ...words],
    {
      cwd,
      env: {
        ...{ ...sparingNode, NODE_ENV: 'production' },
        DOCKER_HOST: `unix://${join(cwd, 'no-engine.sock')}`,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const urls = output[3]?.split('\n') ?? [];
  loaded = new Set(urls.flatMap((url) => PACKAGE.exec(url)?.[1] ?? []));
});

test('a scan and a session in a chat were seen', () => {
  expect([...loaded]).toEqual(
    expect.arrayContaining(['dockerode', '@slack/bolt', 'kysely', 'better-sqlite3', 'tar-stream']),
  );
});

test('what is left out of the image is never loaded', () => {
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

test('what is in the image and never loaded is explained, and nothing else is', () => {
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
