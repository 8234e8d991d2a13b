import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mainSource, sparingNode } from '../../support/sources.ts';

// What a command loads is what its user waits for. bench/start.ts has the times.

const project = resolve(import.meta.dirname, '../../..');
const lister = join(project, 'test/support/list-modules.ts');
const PACKAGE = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seawall-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Loaded {
  packages: string[];
  /** Paths from the root of the project. */
  own: string[];
}

function modulesOf(words: readonly string[], imported: readonly string[] = []): Loaded {
  const { stderr, output } = spawnSync(
    process.execPath,
    [...[lister, ...imported].flatMap((path) => ['--import', path]), ...[mainSource, ...words]],
    {
      cwd: folder,
      env: {
        ...sparingNode,
        DATABASE_URL: `sqlite:${join(folder, 'seawall.db')}`,
        DOCKER_HOST: `unix://${join(folder, 'no-engine.sock')}`,
      },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      encoding: 'utf8',
    },
  );
  expect(stderr).not.toContain('A bug in Seawall');
  const urls = output[3]?.split('\n') ?? [];
  const packages = new Set(urls.flatMap((url) => PACKAGE.exec(url)?.[1] ?? []));
  const own = urls
    .filter((url) => url.startsWith('file:') && !PACKAGE.test(url))
    .map((url) => relative(project, fileURLToPath(url)));
  return { packages: [...packages].sort(), own };
}

test('--version loads the parser of arguments', () => {
  expect(modulesOf(['--version'])).toEqual({
    packages: ['commander'],
    own: [
      'src/main.ts',
      'src/programs/package.ts',
      'src/programs/run-program.ts',
      'src/shared/errors.ts',
      // What commander is told of the options of `ask`.
      'src/programs/define-ask.ts',
      'src/rules/rule.ts',
      'src/programs/services.ts',
      // By these it forgets secrets.
      'src/config/settings.ts',
      'src/shared/nearest.ts',
      'src/shared/secret-file.ts',
      'src/shared/mount-list.ts',
      'src/shared/usual-sockets.ts',
      'src/config/secret.ts',
      'src/shared/prepare-process.ts',
    ],
  });
});

test.each([
  ['hosts', ['commander']],
  ['containers', ['better-sqlite3', 'commander']],
])('completion of %s loads little: somebody has pressed Tab', (what, packages) => {
  const loaded = modulesOf(['completion', what]);

  expect(loaded.packages).toEqual(packages);
  expect(loaded.own.length).toBeLessThan(60);
});

const database = ['better-sqlite3', 'commander', 'kysely'];

test.each([
  [['help'], 780],
  [['findings'], 780],
])('%j loads what answers from the database', (words, ownMax) => {
  const { packages, own } = modulesOf(words);

  expect(packages).toEqual(database);
  expect(foldersOf(own)).toEqual(terminalFolders);
  expect(own.filter((path) => path.startsWith('src/engine/'))).toEqual(['src/engine/endpoint.ts']);
  expect(own.filter((path) => path.startsWith('src/snapshot/collectors/'))).toEqual([]);
  expect(own.length).toBeLessThan(ownMax);
});

test('findings loads zod and yaml where there is a file', () => {
  writeFileSync(join(folder, 'seawall.yml'), 'hosts: [{name: a, url: unix:///nowhere}]\n');

  expect(modulesOf(['findings']).packages).toEqual([...database, 'yaml', 'zod']);
});

test('scan loads what reads an engine, and nothing of Slack', () => {
  const { packages, own } = modulesOf(['scan']);

  expect(packages).toEqual(expect.arrayContaining([...database, 'dockerode', 'tar-stream']));
  expect(packages.filter((name) => notOfTerminal.includes(name))).toEqual([]);
  expect(foldersOf(own)).toEqual([...terminalFolders, 'inventory'].sort());
});

test('an import of Bolt would be seen', () => {
  const planted = join(project, 'node_modules/@slack/bolt/dist/index.js');

  expect(modulesOf(['--version'], [planted]).packages).toContain('@slack/bolt');
});

const notOfTerminal = [
  '@resvg/resvg-js',
  '@slack/bolt',
  '@slack/web-api',
  'ajv',
  'pino',
  'preact',
  'prom-client',
  'ws',
  'yaml',
  'zod',
];

/** Folders of `src` that a command in the terminal has to do with. */
const terminalFolders = [
  'assessment',
  'command',
  'config',
  'controls',
  'drift',
  'engine',
  'exports',
  'exposure',
  'findings',
  'hub',
  'inspections',
  'paths',
  'ports',
  'posture',
  'programs',
  'rules',
  'shared',
  'snapshot',
  'store',
  'surface',
  'terminal',
  'views',
];

const foldersOf = (own: readonly string[]): string[] =>
  [...new Set(own.flatMap((path) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []))].sort();
